// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "file_watch.hpp"

#include <utility>

namespace tollgate::app {

bool FileWatch::due(const FileDigests& seen, SteadyTime now) {
  if (seen == loaded_) {
    pending_.clear();
    return false;
  }
  if (seen != pending_) {
    pending_ = seen;
    since_ = now;
    return false;
  }
  return now - since_ >= kSettle;
}

void FileWatch::loaded(FileDigests files) {
  loaded_ = std::move(files);
  pending_.clear();
}

}  // namespace tollgate::app
