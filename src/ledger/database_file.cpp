// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>
#include <system_error>

#include "kept_losses.hpp"
#include "loss_notes.hpp"
#include "moved_mark.hpp"
#include "record_store.hpp"
#include "schema.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/ledger/salvage.hpp"
#include "tollgate/storage/database_file.hpp"

namespace tollgate::ledger {
namespace {

/// In the journals' directory: a database was made for them.
constexpr const char* kBegun = "/begun";

void note_begun(const std::string& path) {
  const std::string mark = journal_directory(path) + kBegun;
  const int file = ::open(mark.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);  // if not, a loss of the database can be told a little less surely
}

/// Journals, what was lost of some, or a write-ahead log: they are made after the database.
bool had_database(const std::string& path) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(journal_directory(path), ignored)) {
    // Where the folder is a disk of its own, its file system has put that there.
    if (entry.path().filename() != "lost+found") return true;
  }
  return ::access((path + "-wal").c_str(), F_OK) == 0;
}

/// In the new one, too. Error storage: then none may be begun, for nobody would hear of the loss
/// any more.
Result<void> note_lost_database(Database& begun, const std::string& path, UtcTime now) {
  const std::string name = std::filesystem::path(path).filename();
  const std::string line =
      "the database " + name + " was gone at " + to_rfc3339(now) +
      ", what belongs to it was there: a new one was begun; reports begin anew, what exporters had "
      "not got is lost but for what the journals hold, and of that some may be sent again";
  const Result<void> kept = keep_loss(begun, {line, std::nullopt, now});
  const Result<void> noted = kept ? note_loss(journal_directory(path), name, line) : kept;
  if (noted) return noted;
  return Error{Errc::storage,
               path + " is gone, and that cannot be noted: " + noted.error().message};
}

Result<void> make_database(const std::string& path, config::Durability durability, UtcTime now) {
  return storage::make_database_file(path, [&](const std::string& unborn) -> Result<void> {
    Result<RecordStore> store = RecordStore::open(unborn, durability);
    if (!store) return store.error();
    if (!had_database(path)) return {};
    // What the journals still hold no exporter may have got: all of them begin there.
    const Result<void> told =
        write_counter(store->database(), Counter::cursors_lost, to_unix_micros(now));
    const Result<void> noted = told ? note_lost_database(store->database(), path, now) : told;
    if (noted) forget_moved_mark(journal_directory(path));  // of what is told by then
    return noted;
  });
}

bool is_emptied(const struct stat& status) {
  return S_ISREG(status.st_mode) && status.st_size == 0;
}

constexpr const char* kNoDatabase = "it is no SQLite database, and has no journals beside it";
constexpr const char* kOthersDatabase = "it is another program's SQLite database";

Error no_ledger(const std::string& path, const char* why) {
  return Error{Errc::invalid_input, path + " is no ledger: " + why};
}

Error emptied(const std::string& path) {
  return Error{Errc::storage, path +
                                  " was emptied: put a copy in its place, or delete it and begin "
                                  "anew; the records in " +
                                  path + ".journal are taken over"};
}

/// Some bytes of a database's header and no more; nothing in it can be read.
bool is_cut_short(const std::string& path, const struct stat& status) {
  using namespace std::string_view_literals;
  constexpr std::string_view kMagic = "SQLite format 3\0"sv;
  constexpr off_t kHeader = 100;
  if (!S_ISREG(status.st_mode) || status.st_size == 0 || status.st_size >= kHeader) return false;
  return kMagic.starts_with(storage::database_begin(path, kMagic.size()));
}

Error cut_short(const std::string& path, const struct stat& status) {
  return Error{Errc::storage, path + " is damaged: of a database the first " +
                                  std::to_string(status.st_size) +
                                  " bytes are left, and nothing can be saved of it: put a copy in "
                                  "its place, or delete it and begin anew; the records in " +
                                  path + ".journal are taken over"};
}

/// Of a file that is there: that nothing is in it.
Result<void> look_for_bytes(const std::string& path, const struct stat& status) {
  if (is_emptied(status)) return emptied(path);
  if (is_cut_short(path, status)) return cut_short(path, status);
  return {};
}

}  // namespace

Error with_advice(Error error, const std::string& path) {
  for (const char* const sign : {"malformed", "not a database", "disk image"}) {
    if (error.message.find(sign) == std::string::npos) continue;
    error.message.append("; the ledger ")
        .append(path)
        .append(" is damaged: `tollgate ledger salvage --ledger ")
        .append(path)
        .append("` saves what can be read");
    break;
  }
  return error;
}

Result<void> find_database(const std::string& path, config::Durability durability, UtcTime now) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (::access((path + kSalvaged).c_str(), F_OK) == 0) {
      return Error{Errc::storage, "a salvage of " + path +
                                      " was interrupted: run `tollgate ledger salvage --ledger " +
                                      path + "` again"};
    }
    const Result<void> made = make_database(path, durability, now);
    if (made) note_begun(path);
    return made;
  }
  const Result<void> bytes = look_for_bytes(path, status);
  if (!bytes) return bytes;
  (void)storage::look_at_database_file(path);
  note_begun(path);
  return {};
}

Result<void> refuse_foreign(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || had_database(path)) return {};
  if (!look_for_bytes(path, status)) return {};  // a ledger that find_database() speaks of
  const auto version = storage::version_in_header(path);
  if (!version) return no_ledger(path, kNoDatabase);
  if (*version == 0) return no_ledger(path, kOthersDatabase);
  return {};
}

Result<void> refuse_empty(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? look_for_bytes(path, status) : Result<void>();
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
  const Result<void> bytes = look_for_bytes(path, status);
  if (!bytes) return bytes.error();
  // Not SQLite's read-only mode: a reader of a write-ahead log must be able to map its index.
  Result<Database> database = Database::open(path);
  if (!database) return database.error();
  const Result<std::int64_t> version = schema_version(*database);
  if (!version && !had_database(path) && !storage::version_in_header(path))
    return no_ledger(path, kNoDatabase);
  if (!version) return with_advice(version.error(), path);
  if (*version == kSchemaVersion) return database;
  // With journals beside it, it was one: what it says of itself is lost.
  if (*version == 0 && had_database(path))
    return with_advice({Errc::storage, path + " has no version: its header is malformed"}, path);
  if (*version == 0) return no_ledger(path, kOthersDatabase);
  return Error{Errc::storage,
               path + " was written by another version of Tollgate: its gateway's own reads it"};
}

}  // namespace tollgate::ledger
