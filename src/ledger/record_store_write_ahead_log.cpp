// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// When what was committed moves from SQLite's write-ahead log into the file itself.
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "record_store.hpp"
#include "tollgate/base/sync_directory.hpp"

namespace tollgate::ledger {

Result<void> RecordStore::let_write_ahead_log_grow() {
  return database_->execute("PRAGMA wal_autocheckpoint = 0");
}

Result<void> RecordStore::keep_write_ahead_log_small() {
  return database_->execute("PRAGMA wal_autocheckpoint = 1000");
}

Result<std::optional<std::int64_t>> RecordStore::move_write_ahead_log(const std::string& path) {
  Result<Database> mover = Database::open(path);
  if (!mover) return mover.error();
  Statement moved = mover->prepare("PRAGMA wal_checkpoint(PASSIVE)");
  const Result<bool> row = moved.step();
  if (!row) return row.error();
  const bool busy = !*row || moved.number(0) != 0;
  if (busy) return std::optional<std::int64_t>();
  return std::optional(moved.number(1) - moved.number(2));
}

Result<void> RecordStore::sync_write_ahead_log() {
  Statement name = database_->prepare("SELECT file FROM pragma_database_list WHERE name = 'main'");
  const Result<bool> row = name.step();
  if (!row) return row.error();
  const std::string path = name.text(0) + "-wal";
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const bool synced = file >= 0 && ::fsync(file) == 0;
  const int reason = errno;
  if (file >= 0) ::close(file);
  if (!synced) return Error{Errc::storage, "cannot sync " + path + ": " + std::strerror(reason)};
  return sync_directory(std::filesystem::path(path).parent_path());
}

}  // namespace tollgate::ledger
