// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "record_store.hpp"

namespace tollgate::ledger {

struct RecoveryResult {
  /// Stretches that were stepped over and files that lack bytes, kept in damaged/, and segments
  /// that are gone, each counted by the start that finds it, which leaves a note in damaged/.
  std::uint64_t damaged = 0;
  std::uint64_t interrupted = 0;  ///< intents without a close, now records
  /// What was taken stands in SQLite's write-ahead log, on the disk; it grows until
  /// RecordStore::keep_write_ahead_log_small().
  bool left_in_write_ahead_log = false;
};

/// Moves what an earlier process left in its journals into the store, turns intents that were never
/// closed into `interrupted` records, and deletes the files. Damage costs the damaged entries only.
/// Takes the memory of two segments, of which one is read and checked on a thread of its own while
/// the other is written, of the intents that are open, and 8 bytes a record. Error storage: the
/// store cannot be written, or the directory or one of its files cannot be opened; the files are
/// all kept.
Result<RecoveryResult> recover(RecordStore& store, const std::string& directory, UtcTime now);

}  // namespace tollgate::ledger
