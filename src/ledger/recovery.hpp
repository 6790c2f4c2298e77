// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "entry_scanner.hpp"
#include "record_store.hpp"

namespace tollgate::ledger {

struct RecoveryResult {
  /// Stretches that were stepped over, kept in damaged/, and segments that are gone.
  std::uint64_t damaged = 0;
  std::uint64_t interrupted = 0;  ///< intents without a close, now records
};

/// Names of the segment files in a directory, oldest first.
std::vector<std::string> list_segments(const std::string& directory);

/// As much of a file as a segment may hold: what is longer is none. Empty when it cannot be read.
std::string read_segment_bytes(const std::string& path);
/// With zeroes to where an entry could begin: a file that was cut may end anywhere.
void pad_segment(std::string& bytes);

/// Calls `visit` for every whole entry of a segment file, over damage; its payload lives until the
/// call returns. Returns the damaged stretches; a file that is no segment is one.
std::uint64_t read_segment_file(const std::string& path,
                                const std::function<void(const EntryScanner::Entry&)>& visit);

/// Moves what an earlier process left in its journals into the store, turns intents that were never
/// closed into `interrupted` records, and deletes the files. Damage costs the damaged entries only.
/// Takes the memory of one segment and of the intents that are open, however much there is. Error
/// storage: the store cannot be written; the files are all kept.
Result<RecoveryResult> recover(RecordStore& store, const std::string& directory, UtcTime now);

}  // namespace tollgate::ledger
