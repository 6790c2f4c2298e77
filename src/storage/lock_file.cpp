// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace tollgate::storage {

Result<LockFile> LockFile::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0) return Error{Errc::storage, "cannot open " + path + ": " + std::strerror(errno)};
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return LockFile(file);
  const int reason = errno;
  ::close(file);
  if (reason == EWOULDBLOCK) {
    return Error{Errc::storage, path + " is in use by another process"};
  }
  return Error{Errc::storage, "cannot lock " + path + ": " + std::strerror(reason)};
}

LockFile::LockFile(LockFile&& other) noexcept : file_(std::exchange(other.file_, -1)) {}

LockFile::~LockFile() {
  if (file_ >= 0) ::close(file_);
}

}  // namespace tollgate::storage
