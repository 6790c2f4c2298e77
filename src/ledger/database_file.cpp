// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "record_store.hpp"
#include "schema.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {
namespace {

/// Makes a database that is whole before it has its name: a file of that name without a byte was
/// emptied by somebody.
Result<void> make_database(const std::string& path, config::Durability durability) {
  const std::string unborn = path + ".new";
  for (const char* const part : {"", "-wal", "-shm"}) ::unlink((unborn + part).c_str());
  // Before SQLite does, which gives its log and index the mode that the database has by then.
  const int file = ::open(unborn.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // if not, SQLite will say why
  {
    const Result<RecordStore> store = RecordStore::open(unborn, durability);
    if (!store) return store.error();
  }
  // The log of a database that was deleted would be taken for the new one's.
  for (const char* const part : {"-wal", "-shm"}) {
    (void)::rename((path + part).c_str(), (path + part + ".orphaned").c_str());
  }
  if (::rename(unborn.c_str(), path.c_str()) == 0) return {};
  return Error{Errc::storage, "cannot make " + path + ": " + std::strerror(errno)};
}

bool is_emptied(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_size == 0;
}

Error emptied(const std::string& path) {
  return Error{Errc::storage, path +
                                  " was emptied: put a copy in its place, or delete it and begin "
                                  "anew; the records in " +
                                  path + ".journal are taken over"};
}

}  // namespace

Error with_advice(Error error, const std::string& path) {
  for (const char* const sign : {"malformed", "not a database", "disk image"}) {
    if (error.message.find(sign) == std::string::npos) continue;
    error.message += "; the ledger " + path +
                     " is damaged: `tollgate ledger salvage -c FILE` saves what can be read";
    break;
  }
  return error;
}

Result<void> find_database(const std::string& path, config::Durability durability) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (::access((path + kSalvaged).c_str(), F_OK) != 0) return make_database(path, durability);
    return Error{
        Errc::storage,
        "a salvage of " + path + " was interrupted: run `tollgate ledger salvage -c FILE` again"};
  }
  if (is_emptied(status)) return emptied(path);
  ::chmod(path.c_str(), 0600);
  return {};
}

Error no_ledger_at(const std::string& path) {
  std::error_code error;
  const std::string full = std::filesystem::absolute(path, error).string();
  return Error{Errc::not_found, "there is no ledger at " + (error ? path : full)};
}

Result<Database> open_beside(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return no_ledger_at(path);
    return Error{Errc::storage, "cannot look at " + path + ": " + std::strerror(errno)};
  }
  if (is_emptied(status)) return emptied(path);
  // Not SQLite's read-only mode: a reader of a write-ahead log must be able to map its index.
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<std::int64_t> version = schema_version(*database);
  if (!version) return with_advice(version.error(), path);
  if (*version == kSchemaVersion) return database;
  return Error{Errc::storage,
               path + " was written by another version of Tollgate: its gateway's own reads it"};
}

}  // namespace tollgate::ledger
