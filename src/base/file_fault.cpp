// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/file_fault.hpp"

#include <fcntl.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace tollgate {
namespace {

constexpr const char* kLinkToNowhere = "is a link to what is not there";

std::string open_fault(const std::string& path, int error) {
  if (auto other = other_than_file(path)) return *other;
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

std::optional<std::string> other_kind(mode_t mode) {
  if (S_ISREG(mode)) return std::nullopt;
  if (S_ISDIR(mode)) return "is a directory";
  if (S_ISFIFO(mode)) return "is a pipe";
  return S_ISSOCK(mode) ? "is a socket" : "is a device";
}

/// After a stat(2) that failed with `error`.
bool is_link_to_nowhere(const std::string& path, int error) {
  const bool leads_nowhere = error == ENOENT || error == ENOTDIR || error == ELOOP;
  struct stat status {};
  return leads_nowhere && ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
}

/// Has a name in a file system of files: whether it has a writer is nobody's promise.
bool is_named_pipe(int descriptor, mode_t mode) {
  struct statfs system {};
  return S_ISFIFO(mode) && ::fstatfs(descriptor, &system) == 0 && system.f_type != PIPEFS_MAGIC;
}

/// Why something else than a file cannot be opened as one.
std::string as_reason(const std::string& other) {
  const bool is_directory = other == other_kind(S_IFDIR);
  return is_directory ? std::generic_category().message(EISDIR) : "it " + other;
}

/// `verb`: what is to be done with it.
Result<int> open_to(const char* verb, const std::string& path, int flags) {
  const auto unusable = [&](const std::string& why) {
    return Error{Errc::storage, std::string("cannot ") + verb + " " + path + ": " + why};
  };
  // First: to be made, what a link names would be made where the link points.
  if (const auto reason = reason_no_file(path)) return unusable(*reason);
  const int file = ::open(path.c_str(), flags | O_CLOEXEC | O_NONBLOCK, 0600);
  if (file < 0 && errno == ENOENT && (flags & O_CREAT) == 0)
    return Error{Errc::not_found, path + " is not there"};
  if (file < 0) return unusable(std::generic_category().message(errno));
  struct stat status {};
  const auto other = ::fstat(file, &status) == 0 ? other_kind(status.st_mode) : std::nullopt;
  if (!other) return file;
  ::close(file);
  return unusable(as_reason(*other));
}

}  // namespace

std::optional<std::string> file_fault(const std::string& path) {
  // Without O_NONBLOCK a pipe would wait for its writer.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return open_fault(path, errno);
  struct stat status {};
  const bool known = ::fstat(descriptor, &status) == 0;
  const bool waits = known && is_named_pipe(descriptor, status.st_mode);
  ::close(descriptor);
  if (known && (waits || S_ISDIR(status.st_mode))) return other_kind(status.st_mode);
  return std::nullopt;
}

std::optional<std::string> other_than_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0) return other_kind(status.st_mode);
  if (is_link_to_nowhere(path, errno)) return kLinkToNowhere;
  return std::nullopt;
}

std::optional<std::string> reason_no_file(const std::string& path) {
  const auto other = other_than_file(path);
  return other ? std::optional(as_reason(*other)) : std::nullopt;
}

std::optional<std::string> other_than_directory(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0)
    return S_ISDIR(status.st_mode) ? std::nullopt : std::optional<std::string>("is no directory");
  if (is_link_to_nowhere(path, errno)) return kLinkToNowhere;
  return std::nullopt;
}

Result<int> open_own_file(const std::string& path, int flags) {
  return open_to("use", path, flags);
}

Result<std::string> read_small_file(const std::string& path, std::size_t limit) {
  const auto unreadable = [&path](const std::string& why) {
    return Error{Errc::storage, "cannot read " + path + ": " + why};
  };
  const Result<int> opened = open_to("read", path, O_RDONLY);
  if (!opened) return opened.error();
  const int file = *opened;
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
