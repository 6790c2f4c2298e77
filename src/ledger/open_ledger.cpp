// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// How a ledger starts: what it finds, takes over and locks.
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <utility>

#include "counter_check.hpp"
#include "database_file.hpp"
#include "loss_notes.hpp"
#include "moved_mark.hpp"
#include "seal_check.hpp"
#include "segment_file.hpp"
#include "sqlite_ledger.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/storage/database_file.hpp"

namespace tollgate::ledger {
namespace {

Result<void> make_directory(const std::string& path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Error{Errc::storage, "cannot create " + path + ": " + error.message()};
  if (::chmod(path.c_str(), 0700) != 0) {
    return Error{Errc::storage, "cannot protect " + path + ": " + std::strerror(errno)};
  }
  return {};
}

/// With less than this free, a full disk is what an operator looks at first.
constexpr std::uintmax_t kNoRoom = 1024 * 1024;

/// A start writes to the database and reads what the last run left there: without room it can do
/// neither, and no policy lets it begin as if there were nothing.
Error with_room(Error error, const std::string& path) {
  std::error_code unknown;
  const auto space = std::filesystem::space(std::filesystem::absolute(path).parent_path(), unknown);
  error.message = "the ledger " + path + " cannot be opened: " + error.message;
  if (!unknown && space.available < kNoRoom) {
    error.message += "; its disk has " + std::to_string(space.available) +
                     " bytes left: make room, a start needs some even with on_failure: fail_open";
  }
  return error;
}

/// What cannot be proven any more is told until an operator has looked at it, by reports as well.
Result<std::vector<std::string>> set_right(RecordStore& store, const std::string& path,
                                           UtcTime now) {
  auto done = set_counters_right(store.database(), now, [&path](const std::string& line) {
    return note_loss(journal_directory(path), std::filesystem::path(path).filename(), line);
  });
  if (!done) return done;
  const Result<void> found = store.find_last_sequence();
  if (!found) return found.error();
  return done;
}

/// That nothing stands in the place of what a start opens: `tollgate check` looks with the same.
Result<void> look_at_places(const std::string& path) {
  if (const auto what = in_place_of_journals(path))
    return Error{Errc::storage, "the ledger cannot be opened: " + *what};
  if (const auto what = in_way_of_ledger(path))
    return Error{Errc::storage, "the ledger cannot be opened: " + *what + ", not a file"};
  return {};
}

}  // namespace

std::optional<std::string> in_way_of_ledger(const std::string& ledger) {
  if (auto what = storage::in_way_of_database(ledger)) return what;
  const std::string lock = storage::lock_path(ledger);
  if (const auto other = other_than_file(lock)) return lock + " " + *other;
  const std::string journals = journal_directory(ledger);
  if (auto what = in_way_of_mark(journals)) return what;
  const Result<std::vector<std::string>> segments = list_segments(journals);
  if (!segments) return std::nullopt;  // no file's fault
  for (const std::string& segment : *segments) {
    if (const auto other = other_than_file(segment)) return segment + " " + *other;
  }
  return std::nullopt;
}

std::optional<std::string> in_place_of_journals(const std::string& ledger) {
  const std::string journals = journal_directory(ledger);
  const auto other = other_than_directory(journals);
  return other ? std::optional(journals + " " + *other) : std::nullopt;
}

std::optional<std::string> unreadable_beside(const std::string& ledger) {
  const auto mark = read_moved_mark(journal_directory(ledger));
  return mark ? std::nullopt : std::optional(mark.error().message);
}

Result<std::unique_ptr<Ledger>> Ledger::open(const config::Ledger& settings, unsigned workers,
                                             UtcTime now) {
  return SqliteLedger::open(settings, workers, now, {});
}

Result<std::unique_ptr<Ledger>> SqliteLedger::open(const config::Ledger& settings, unsigned workers,
                                                   UtcTime now, LedgerPace pace) {
  const Result<void> ours = refuse_foreign(settings.path);
  if (!ours) return ours.error();
  const Result<void> free = look_at_places(settings.path);
  if (!free) return free.error();
  const std::string directory = journal_directory(settings.path);
  const Result<void> made = make_directory(directory);
  if (!made) return made.error();
  Result<LockFile> lock = LockFile::take(storage::lock_path(settings.path));
  if (!lock) return lock.error();
  const Result<void> found = find_database(settings.path, settings.durability, now);
  if (!found) return with_room(found.error(), settings.path);
  // The database itself too: somebody may have removed the lock file. Let go after SQLite has let
  // go of its own locks.
  Result<LockFile> database_lock = LockFile::take(settings.path);
  if (!database_lock) return database_lock.error();
  Result<RecordStore> store = RecordStore::open(settings.path, settings.durability);
  if (!store) return with_room(with_advice(store.error(), settings.path), settings.path);
  // Whoever holds a lock for longer is told of, and waited for anew; the journals keep the records.
  const Result<void> patience = store->database().execute("PRAGMA busy_timeout = 1000");
  if (!patience) return patience.error();
  const auto right = set_right(*store, settings.path, now);
  if (!right) return with_room(with_advice(right.error(), settings.path), settings.path);
  const Result<void> told = tell_what_is_lacking(store->database(), settings.path, now);
  if (!told) return with_room(with_advice(told.error(), settings.path), settings.path);
  const Result<RecoveryResult> recovered = recover(*store, directory, now);
  if (!recovered) return with_room(with_advice(recovered.error(), settings.path), settings.path);
  const Result<std::uint64_t> awaiting = store->count_awaiting();
  if (!awaiting) return with_advice(awaiting.error(), settings.path);
  // Rows that are gone keep nobody from serving: a salvage makes them anew.
  const auto faults = glance_at_seals(store->database());
  if (!faults) return with_room(with_advice(faults.error(), settings.path), settings.path);
  Result<Database> lookups = Database::open(settings.path);
  if (!lookups) return lookups.error();
  Result<Database> check = Database::open(settings.path);
  if (!check) return check.error();
  return std::unique_ptr<Ledger>(
      new SqliteLedger(settings, pace, workers, {std::move(*lock), std::move(*database_lock)},
                       {std::move(*store), std::move(*lookups), std::move(*check)},
                       {*recovered, *awaiting, *right, *faults}));
}

}  // namespace tollgate::ledger
