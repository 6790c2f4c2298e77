// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/file_identity.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>

namespace tollgate::storage {

void FileIdentity::watch(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;
  known_.push_back(
      {path, status.st_dev, status.st_ino, S_ISREG(status.st_mode) && status.st_size > 0});
}

std::string FileIdentity::fault() const {
  for (const Known& known : known_) {
    struct stat status {};
    if (::stat(known.path.c_str(), &status) != 0) {
      return known.path +
             (errno == ENOENT ? " was deleted" : std::string(": ") + std::strerror(errno));
    }
    if (status.st_dev != known.device || status.st_ino != known.inode) {
      return known.path + " was replaced";
    }
    if (known.had_bytes && status.st_size == 0) return known.path + " was emptied";
  }
  return {};
}

}  // namespace tollgate::storage
