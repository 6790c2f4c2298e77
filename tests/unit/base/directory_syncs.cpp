// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "base/directory_syncs.hpp"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

namespace tollgate {
namespace {

DirectorySyncs* watching = nullptr;

/// Whether it is to fail.
bool note_sync(int file) {
  struct stat status {};
  if (watching == nullptr || ::fstat(file, &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  const std::string link = "/proc/self/fd/" + std::to_string(file);
  watching->paths.push_back(std::filesystem::read_symlink(link).string());
  return watching->failing;
}

}  // namespace

DirectorySyncs::DirectorySyncs() { watching = this; }
DirectorySyncs::~DirectorySyncs() { watching = nullptr; }

}  // namespace tollgate

extern "C" int fsync(int file) {
  if (!tollgate::note_sync(file)) return static_cast<int>(::syscall(SYS_fsync, file));
  errno = EIO;
  return -1;
}
