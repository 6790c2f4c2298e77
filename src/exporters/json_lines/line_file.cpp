// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "line_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "tollgate/base/file_fault.hpp"
#include "tollgate/base/sync_directory.hpp"

namespace tollgate::exporters::json_lines {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSuffix = ".jsonl";

Error failure(const std::string& what, const std::string& path) {
  return Error{Errc::storage, what + " " + path + ": " + std::strerror(errno)};
}

class Descriptor {
 public:
  explicit Descriptor(int file) : file_(file) {}
  Descriptor(Descriptor&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (file_ >= 0) ::close(file_);
  }
  int get() const { return file_; }

 private:
  int file_;
};

/// 20261128T161500Z
std::string stamp(UtcTime time) {
  std::string text = to_rfc3339(time).substr(0, 19);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text + "Z";
}

std::optional<UtcTime> begun_at(const std::string& name, const std::string& prefix) {
  const std::size_t behind = prefix.size();
  if (name.size() != behind + 16 + kSuffix.size()) return std::nullopt;
  const auto part = [&](std::size_t at, std::size_t size) {
    return name.substr(behind + at, size);
  };
  return from_rfc3339(part(0, 4) + "-" + part(4, 2) + "-" + part(6, 2) + "T" + part(9, 2) + ":" +
                      part(11, 2) + ":" + part(13, 2) + "Z");
}

/// The newest file's name, or empty.
Result<std::string> newest_in(const std::string& directory, const std::string& prefix) {
  std::string out;
  std::error_code error;
  for (fs::directory_iterator entry(directory, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name.starts_with(prefix) && name.ends_with(kSuffix) && begun_at(name, prefix)) {
      out = std::max(out, name);
    }
  }
  if (error) return Error{Errc::storage, "cannot read " + directory + ": " + error.message()};
  return out;
}

Result<std::string> file_for(const std::string& directory, const std::string& prefix,
                             const Rotation& rotation, UtcTime now) {
  const Result<std::string> found = newest_in(directory, prefix);
  if (!found) return found;
  const std::string& newest = *found;
  std::string fresh = std::string(prefix).append(stamp(now)).append(kSuffix);
  if (newest.empty() || newest >= fresh) return newest.empty() ? fresh : newest;
  std::error_code error;
  const auto size = fs::file_size(fs::path(directory) / newest, error);
  const bool full = !error && size >= rotation.size;
  const bool old = now - begun_at(newest, prefix).value_or(now) >= rotation.age;
  return full || old ? fresh : newest;
}

/// Where the last whole line ends.
Result<off_t> end_of_lines(int file, const std::string& path) {
  struct stat status {};
  if (::fstat(file, &status) != 0) return failure("cannot read", path);
  char last[4096];
  for (off_t end = status.st_size; end > 0;) {
    const off_t begin = std::max<off_t>(0, end - static_cast<off_t>(sizeof(last)));
    const auto size = static_cast<std::size_t>(end - begin);
    if (::pread(file, last, size, begin) != static_cast<ssize_t>(size)) {
      return failure("cannot read", path);
    }
    for (std::size_t i = size; i-- > 0;) {
      if (last[i] == '\n') return begin + static_cast<off_t>(i) + 1;
    }
    end = begin;
  }
  return off_t{0};
}

Result<void> write_at(int file, const std::string& path, off_t at, const std::string& lines) {
  std::size_t done = 0;
  while (done < lines.size()) {
    const ssize_t wrote =
        ::pwrite(file, lines.data() + done, lines.size() - done, at + static_cast<off_t>(done));
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) return failure("cannot write", path);
    done += static_cast<std::size_t>(wrote);
  }
  if (::fdatasync(file) != 0) return failure("cannot sync", path);
  return {};
}

Result<Descriptor> open_locked(const std::string& path) {
  if (const auto other = other_than_file(path))
    return Error{Errc::storage, "cannot open " + path + ": it " + *other};
  Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (file.get() < 0) return failure("cannot open", path);
  if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) return failure("cannot lock", path);
  return file;
}

/// The directory is on the disk, with its name, before anything in it counts as delivered, and so
/// are those above it that were missing. One that is there already may have been made by a process
/// that died before it could see to that; `looked`: this one has.
Result<void> make_directory(const std::string& directory, bool looked) {
  const std::string above = fs::path(directory).parent_path();
  bool fresh = ::mkdir(directory.c_str(), 0700) == 0;
  if (!fresh && errno == ENOENT && !above.empty() && above != directory) {
    Result<void> made = make_directory(above, false);
    if (!made) return made;
    fresh = ::mkdir(directory.c_str(), 0700) == 0;
  }
  if (!fresh && errno != EEXIST) return failure("cannot make", directory);
  const std::string parent = directory + "/..";
  // A parent that this user may not read is an administrator's, who has made the directory as well.
  if (!fresh && (looked || ::access(parent.c_str(), R_OK) != 0)) return {};
  Result<void> synced = sync_directory(parent);
  if (!synced && fresh) ::rmdir(directory.c_str());
  return synced;
}

}  // namespace

LineFiles::LineFiles(std::string directory, std::string rows, const Rotation& rotation)
    : directory_(std::move(directory)), prefix_(std::move(rows) + "-"), rotation_(rotation) {}

std::optional<std::string> LineFiles::in_way(UtcTime now) const {
  if (const auto other = other_than_directory(directory_)) return directory_ + " " + *other;
  const Result<std::string> name = file_for(directory_, prefix_, rotation_, now);
  if (!name) return std::nullopt;  // it is not there yet
  const std::string path = directory_ + "/" + *name;
  const auto other = other_than_file(path);
  return other ? std::optional(path + " " + *other) : std::nullopt;
}

Result<void> LineFiles::append(const std::string& lines, UtcTime now) {
  if (const auto other = other_than_directory(directory_))
    return Error{Errc::storage, "cannot make " + directory_ + ": it " + *other};
  const Result<void> made = make_directory(directory_, !named_.empty());
  if (!made) return made.error();
  const Result<std::string> name = file_for(directory_, prefix_, rotation_, now);
  if (!name) return name.error();
  const std::string path = directory_ + "/" + *name;
  const Result<Descriptor> file = open_locked(path);
  if (!file) return file.error();
  const Result<off_t> end = end_of_lines(file->get(), path);
  if (!end) return end.error();
  if (::ftruncate(file->get(), *end) != 0) return failure("cannot cut", path);
  Result<void> written = write_at(file->get(), path, *end, lines);
  if (written && (*end == 0 || named_ != *name)) written = sync_directory(directory_);
  if (written) {
    named_ = *name;
  } else {
    (void)!::ftruncate(file->get(), *end);
  }
  return written;
}

}  // namespace tollgate::exporters::json_lines
