// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/storage/database_file.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "sqlite_start.hpp"
#include "tollgate/base/file_fault.hpp"

namespace tollgate::storage {
namespace {

/// A database that is being made.
constexpr const char* kUnborn = ".new";

void free_name(const char* name) { ::sqlite3_free_filename(const_cast<char*>(name)); }

}  // namespace

Result<void> make_database_file(const std::string& path,
                                const std::function<Result<void>(const std::string&)>& fill) {
  const std::string unborn = path + kUnborn;
  for (const char* const part : {"", "-wal", "-shm", "-journal"}) ::unlink((unborn + part).c_str());
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

std::string database_begin(const std::string& path, std::size_t bytes) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode))
    return {};  // a pipe would wait
  start_sqlite();
  sqlite3_vfs* const files = ::sqlite3_vfs_find(nullptr);
  const std::unique_ptr<const char, decltype(&free_name)> name(
      ::sqlite3_create_filename(path.c_str(), "", "", 0, nullptr), free_name);
  std::vector<std::max_align_t> place(files->szOsFile / sizeof(std::max_align_t) + 1);
  auto* const file = reinterpret_cast<sqlite3_file*>(place.data());
  constexpr int kFlags = SQLITE_OPEN_READONLY | SQLITE_OPEN_MAIN_DB;
  if (files->xOpen(files, name.get(), file, kFlags, nullptr) != SQLITE_OK) return {};
  std::string out(std::min(bytes, static_cast<std::size_t>(status.st_size)), '\0');
  const int read = file->pMethods->xRead(file, out.data(), static_cast<int>(out.size()), 0);
  file->pMethods->xClose(file);
  return read == SQLITE_OK ? out : std::string();
}

std::optional<std::string> other_than_database(const std::string& path) {
  for (const char* const part : {"", "-wal", "-shm", "-journal"}) {
    if (const auto other = other_than_file(path + part)) return path + part + " " + *other;
  }
  return std::nullopt;
}

std::optional<std::string> in_way_of_database(const std::string& path) {
  if (auto other = other_than_database(path)) return other;
  // Whatever else has the unborn one's name is deleted.
  for (const char* const part : {"", "-wal", "-shm", "-journal"}) {
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
  const std::string begin = database_begin(path, kVersionAt + 4);
  if (begin.size() < kVersionAt + 4 || !begin.starts_with(kMagic)) return std::nullopt;
  std::uint32_t out = 0;
  for (std::size_t i = kVersionAt; i < begin.size(); ++i)
    out = (out << 8) | static_cast<unsigned char>(begin[i]);
  return out;
}

}  // namespace tollgate::storage
