// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/database_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>

#include "tollgate/base/file_fault.hpp"

namespace tollgate::storage {
namespace {

/// A database that is being made.
constexpr const char* kUnborn = ".new";

}  // namespace

Result<void> make_database_file(const std::string& path,
                                const std::function<Result<void>(const std::string&)>& fill) {
  const std::string unborn = path + kUnborn;
  for (const char* const part : {"", "-wal", "-shm"}) ::unlink((unborn + part).c_str());
  // Before SQLite does, which gives its log and index the mode that the database has by then.
  const int file = ::open(unborn.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // if not, SQLite will say why
  const Result<void> filled = fill(unborn);
  if (!filled) return filled;
  for (const char* const part : {"-wal", "-shm"}) {
    (void)::rename((path + part).c_str(), (path + part + ".orphaned").c_str());
  }
  if (::rename(unborn.c_str(), path.c_str()) == 0) return {};
  return Error{Errc::storage, "cannot make " + path + ": " + std::strerror(errno)};
}

DatabaseFile look_at_database_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return DatabaseFile::none;
  if (S_ISREG(status.st_mode) && status.st_size == 0) return DatabaseFile::emptied;
  if (version_in_header(path).value_or(0) != 0) ::chmod(path.c_str(), 0600);
  return DatabaseFile::there;
}

std::optional<std::string> in_way_of_database(const std::string& path) {
  for (const char* const part : {"", "-wal", "-shm"}) {
    if (const auto other = other_than_file(path + part)) return path + part + " " + *other;
  }
  // Whatever else has the unborn one's name is deleted.
  for (const char* const part : {"", "-wal", "-shm"}) {
    struct stat status {};
    const std::string unborn = path + kUnborn + part;
    if (::lstat(unborn.c_str(), &status) == 0 && S_ISDIR(status.st_mode))
      return unborn + " is a directory";
  }
  return std::nullopt;
}

std::optional<std::uint32_t> version_in_header(const std::string& path) {
  using namespace std::string_view_literals;
  constexpr std::string_view kMagic = "SQLite format 3\0"sv;
  constexpr std::size_t kVersionAt = 60;
  std::string begin(kVersionAt + 4, '\0');
  if (other_than_file(path)) return std::nullopt;  // a pipe would wait for its writer
  std::ifstream file(path, std::ios::binary);
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  if (!begin.starts_with(kMagic)) return std::nullopt;
  std::uint32_t out = 0;
  for (std::size_t i = kVersionAt; i < begin.size(); ++i)
    out = (out << 8) | static_cast<unsigned char>(begin[i]);
  return out;
}

}  // namespace tollgate::storage
