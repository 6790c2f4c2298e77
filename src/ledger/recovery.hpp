// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "record_table.hpp"
#include "segment.hpp"

namespace tollgate::ledger {

struct RecoveryResult {
  std::uint64_t damaged = 0;      ///< stretches that were stepped over, kept in damaged/
  std::uint64_t interrupted = 0;  ///< intents without a close, now records
};

/// Names of the segment files in a directory, oldest first.
std::vector<std::string> list_segments(const std::string& directory);

/// Calls `visit` for every whole entry of a segment file, over damage. Returns the damaged stretches; a file
/// that is no segment is one.
std::uint64_t read_segment_file(
    const std::string& path,
    const std::function<void(EntryType, const usage::UsageRecord&)>& visit);

/// Moves what an earlier process left in its journals into the table, turns intents that were never closed
/// into `interrupted` records, and deletes the files. Damage costs the damaged entries only. Error storage:
/// the table cannot be written; the files are all kept.
Result<RecoveryResult> recover(RecordTable& table, const std::string& directory);

}  // namespace tollgate::ledger
