// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/file_fault.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tollgate {
namespace {

std::string open_fault(int error) {
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return "is not there";
    case EACCES:
    case EPERM:
      return "may not be read by this user";
    default:
      return "cannot be opened: " + std::generic_category().message(error);
  }
}

}  // namespace

std::optional<std::string> file_fault(const std::string& path) {
  // Without O_NONBLOCK a pipe would wait for its writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return open_fault(errno);
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  ::close(descriptor);
  if (known && S_ISDIR(status.st_mode)) return "is a directory";
  return std::nullopt;
}

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  const auto unreadable = [&path](const std::string& why) {
    return Error{Errc::storage, "cannot read " + path + ": " + why};
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) {
    const int reason = errno;
    struct stat status {};
    const bool there = reason != ENOENT || ::lstat(path.c_str(), &status) == 0;
    if (!there) return Error{Errc::not_found, path + " is not there"};
    if (reason == ENOENT) return unreadable("it is a link to what is not there");
    return unreadable(std::generic_category().message(reason));
  }
  std::string out(limit + 1, '\0');
  std::size_t size = 0;
  ssize_t got = 0;
  int reason = 0;
  do {
    got = ::read(file, out.data() + size, out.size() - size);
    reason = got < 0 ? errno : 0;
    size += got > 0 ? static_cast<std::size_t>(got) : 0;
  } while (got > 0 || reason == EINTR);
  ::close(file);
  if (reason != 0) return unreadable(std::generic_category().message(reason));
  if (size > limit) return unreadable("it has more than " + std::to_string(limit) + " bytes");
  out.resize(size);
  return out;
}

bool readable_by_all(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IROTH) != 0;
}

}  // namespace tollgate
