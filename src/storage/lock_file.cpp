// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/lock_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "tollgate/base/file_fault.hpp"

namespace tollgate::storage {

Result<LockFile> LockFile::take(const std::string& path) {
  const Result<int> opened = open_own_file(path, O_RDWR | O_CREAT);
  if (!opened) return opened.error();
  const int file = *opened;
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
