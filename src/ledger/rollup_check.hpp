// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "journal_files.hpp"
#include "rollup_table.hpp"
#include "rollup_writer.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/rollup.hpp"

namespace tollgate::ledger {

/// Compares the roll-ups with the records and the adjustments that are kept, by day (UTC) and
/// client, and the sums of days with those of their quarter hours.
class RollupCheck {
 public:
  /// The database outlives the check, which is made within one snapshot of it.
  explicit RollupCheck(Database& database) : database_(database) {}

  /// Before the records. Error storage.
  Result<void> begin();
  /// Each record that has a place in the order, in its journal form.
  void add(std::int64_t sequence, std::string_view payload);
  /// What is there as it was written.
  struct Whole {
    bool records = false;
    bool adjustments = false;
  };
  /// A line for each difference; from what is not whole none. Error storage.
  Result<std::vector<std::string>> end(const Whole& whole);
  /// After end(): whether one of the lines is of what adjustments say.
  bool adjustments_disagree() const { return adjustments_disagree_; }

 private:
  /// A day (seconds since 1970) and a client.
  using Key = std::pair<std::int64_t, std::string>;
  using Sums = std::map<Key, RollupSums>;

  /// nullopt: of both kinds.
  Result<void> read(seconds length, std::optional<RollupKind> kind, Sums& out);
  /// Of this record, should it have been adjusted.
  void expect_correction(std::string_view payload);
  void expect(const Correction& correction);
  Result<void> compare_with_seals(std::vector<std::string>& out);
  Result<std::string> client_of(std::int64_t group);

  Database& database_;
  std::int64_t rolled_up_to_ = 0;  ///< 0 also: what it says cannot be
  std::int64_t whole_from_ = 0;    ///< days that begin earlier may lack records
  bool adjusted_ = false;          ///< whether there are tables of adjustments
  bool adjustments_disagree_ = false;
  Result<void> failed_;  ///< has a value while nothing has failed
  Sums of_records_;
  Sums of_adjustments_;
  std::map<std::int64_t, std::string> clients_;  ///< by group
  std::set<std::string> damaged_;                ///< lines of rows that are left out
};

/// What RollupCheck finds in a database whose adjustments are whole.
struct SumFaults {
  std::vector<std::string> lines;
  bool records_whole = false;  ///< else nothing is compared with records and adjustments
  bool adjustments_disagree = false;
};
/// Not within a transaction. Error storage: also where a row of the sums cannot be read.
Result<SumFaults> find_sum_faults(Database& database, const std::vector<JournalRecord>& journals);

}  // namespace tollgate::ledger
