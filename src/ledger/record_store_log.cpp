// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// When what was committed moves from SQLite's log into the file itself.
#include "record_store.hpp"

namespace tollgate::ledger {

Result<void> RecordStore::let_log_grow() {
  return database_->execute("PRAGMA wal_autocheckpoint = 0");
}

Result<void> RecordStore::keep_log_small() {
  return database_->execute("PRAGMA wal_autocheckpoint = 1000");
}

Result<void> RecordStore::move_log(const std::string& path) {
  Result<Database> mover = Database::open(path);
  if (!mover) return mover.error();
  return mover->execute("PRAGMA wal_checkpoint(PASSIVE)");
}

}  // namespace tollgate::ledger
