// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "config_file.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate::app {

/// Decides when changed files are loaded: pure, what the files hold and the time come in. It goes
/// by what is in the files, so that it does not matter how they change: written in place, renamed
/// over, behind a symbolic link.
class FileWatch {
 public:
  /// How long nothing may change before a change is loaded: a file that is being written, or one of
  /// a pair, is seen half-way otherwise.
  static constexpr milliseconds kSettle{500};

  /// `loaded`: what the files held that are in force, or were refused.
  explicit FileWatch(FileDigests loaded) : loaded_(std::move(loaded)) {}

  /// Whether the files are to be loaded now. A refused configuration is not tried again until a
  /// file changes.
  bool due(const FileDigests& seen, SteadyTime now);
  void loaded(FileDigests files);

  /// What to look at.
  const FileDigests& files() const { return loaded_; }

 private:
  FileDigests loaded_;
  FileDigests pending_;
  SteadyTime since_{};
};

}  // namespace tollgate::app
