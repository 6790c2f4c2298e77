// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "rollup_seals.hpp"
#include "rollup_table.hpp"
#include "storage_names.hpp"

// The rows of the roll-ups held against their seals. Errors: storage.
namespace tollgate::ledger {

/// Rows that are not those that were written.
struct SealFault {
  SealPlace place;
  std::string line;  ///< "the roll-ups of the day 2026-11-29 are not as they were written: ..."
};

/// All that there are; none where no seal says what there should be.
Result<std::vector<SealFault>> find_seal_faults(Database& database);

/// Their lines; of several quarters of an hour of one day, which follow each other, there is one.
std::vector<std::string> lines_of(const std::vector<SealFault>& faults);

/// What a start sees without reading all of the roll-ups: rows of days that are gone or too many,
/// and faults of the smaller tables.
Result<std::vector<std::string>> glance_at_seals(Database& database);

/// Rows of times whose seals are `told`, of which `met` are there. `lack_to`:
/// Counter::rollups_lack_to.
std::vector<SealFault> compare_seals(const Seals& told, Seals met, std::int64_t lack_to);

/// Holds the rows that a reader meets against their seals, within one snapshot.
class SealReader {
 public:
  explicit SealReader(Database& database) : database_(database) {}

  /// Once, before the others. What is wrong with what is not of one time.
  Result<std::vector<SealFault>> begin();
  /// Whether anything is compared.
  bool compares() const { return compares_; }
  /// What compare_seals() is to be told.
  std::int64_t lack_to() const { return lack_to_; }
  /// Before the rows of one length that begin from `begin` on and before `end`.
  Result<void> begin_range(seconds length, std::int64_t begin, std::int64_t end);
  void add(const RollupPlace& place, std::string_view sums);
  /// Behind them. Also of rows that were not met.
  std::vector<SealFault> end_range();

 private:
  Database& database_;
  bool compares_ = false;
  std::int64_t lack_to_ = 0;  ///< microseconds: what began up to then an earlier version may delete
  Seals told_;
  Seals met_;
  Seal* at_ = nullptr;  ///< in met_, that of `place_`
  SealPlace place_;
};

}  // namespace tollgate::ledger
