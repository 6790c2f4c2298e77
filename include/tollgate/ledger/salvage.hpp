// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

struct SalvageResult {
  std::uint64_t records = 0;
  /// Records that had their places and are not in the new one, also what an earlier salvage lost;
  /// more, if the newest went without a trace.
  std::uint64_t lost_records = 0;
  std::uint64_t lost_blocks = 0;  ///< rows of up to 256 KiB of records that cannot be read
  /// Of the other tables, those that could not be read to their ends, by name: `awaiting`, say.
  std::vector<std::string> lost_tables;
  bool cursors_lost = false;  ///< of some exporters at least: they get all that is kept once more
  std::string kept_as;        ///< the damaged database, unchanged
  bool resumed = false;  ///< an earlier run had made the new one: what that run lost is not known
};

/// Behind the ledger's path: the new database until it has its place. While it is there and the
/// ledger is not, a salvage was interrupted, and must be run again.
inline constexpr const char* kSalvaged = ".salvaged";

/// Makes a new database of what can be read of a damaged one, and puts it in its place; journals
/// are left as they are. Records keep their places in the order, so that exporters go on where they
/// were; those whose cursors are lost begin at the oldest one. Error storage: a gateway uses the
/// ledger, nothing at all can be read, or there is no room; everything is as it was then.
Result<SalvageResult> salvage(const std::string& path);

}  // namespace tollgate::ledger
