// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/int128.hpp"

namespace tollgate::ledger {

/// Adjustments that were saved and whose records were not: reports by records lack what they say.
struct LostCosts {
  std::uint64_t records = 0;                ///< with an adjustment
  std::uint64_t without_amount = 0;         ///< of these
  std::map<std::string, Int128> nano = {};  ///< what the others cost in the end, by currency
};

struct SalvageResult {
  std::uint64_t records = 0;
  /// Records that had their places and are not in the new one, also what an earlier salvage lost;
  /// more, if the newest went without a trace.
  std::uint64_t lost_records = 0;
  /// Neither the places of all records could be read nor how many were ever given: lost_records is
  /// what can be proven, by how far exporters had come and by what lost records had been adjusted.
  bool loss_unknown = false;
  std::uint64_t lost_blocks = 0;  ///< rows of up to 256 KiB of records that cannot be read
  /// Of the other tables, those that could not be read to their ends, by name: `awaiting`, say.
  std::vector<std::string> lost_tables;
  bool cursors_lost = false;  ///< of some exporters at least: they get all that is kept once more
  /// Counters and cursors that could not be true, a line each as verify has it; they are set back.
  std::vector<std::string> set_right;
  LostCosts lost_costs;
  /// What sums said that did not agree, before they were made anew; a line each, as
  /// `tollgate ledger verify` has it.
  std::vector<std::string> mended_sums;
  /// Some of that was what records cost in the end: adjustments may be lost without a trace.
  bool corrections_mended = false;
  std::vector<std::string> disagreements;  ///< likewise, what sums still say
  std::string kept_as;                     ///< the damaged database, unchanged
  bool resumed = false;  ///< an earlier run had made the new one: what that run lost is not known
};

/// Behind the ledger's path: the new database until it has its place. While it is there and the
/// ledger is not, a salvage was interrupted, and must be run again.
inline constexpr const char* kSalvaged = ".salvaged";

/// Makes a new database of what can be read of a damaged one, and puts it in its place; journals
/// are left as they are. Records keep their places in the order, so that exporters go on where they
/// were; those whose cursors are lost begin at the oldest one. Error storage: nothing at all can be
/// read, or there is no room; unavailable: a gateway uses the ledger; not_found: there is none.
/// Everything is as it was then.
Result<SalvageResult> salvage(const std::string& path);

}  // namespace tollgate::ledger
