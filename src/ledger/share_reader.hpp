// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "ledger_snapshot.hpp"
#include "rollup_codec.hpp"
#include "seal_check.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::ledger {

/// Gives the sums of a time out of a snapshot: of roll-ups, and of the records that they do not
/// hold yet; or of records alone.
class ShareReader {
 public:
  /// Both outlive the reader.
  ShareReader(Database& database, LedgerSnapshot& snapshot)
      : database_(database), snapshot_(snapshot), seals_(database) {}

  /// Once. Error storage.
  Result<void> read(const ShareQuery& query, const ShareVisit& visit);
  /// Sequences of adjustments that were met and are damaged.
  const std::set<std::int64_t>& damaged_adjustments() const { return damaged_adjustments_; }
  /// Also after the snapshot.
  std::map<std::int64_t, usage::CostComponent> take_prices() { return std::move(prices_); }

 private:
  /// Times of one length that follow each other.
  struct Range {
    seconds length{};
    std::int64_t begin = 0;  ///< seconds since 1970, as `end`
    std::int64_t end = 0;
  };

  /// A day in two parts.
  struct SplitDay {
    std::int64_t begin = 0;
    std::int64_t second = 0;
  };
  struct Plan {
    std::vector<Range> ranges;
    std::vector<SplitDay> split_days;
  };

  Result<void> read_records(const ShareQuery& query, const ShareVisit& visit);
  Result<void> read_unused(const Period& period, const ShareVisit& visit);
  Result<void> read_rollups(const ShareQuery& query, const ShareVisit& visit);
  Result<void> read_split(const SplitDay& day, const ShareVisit& visit);
  Result<void> read_range(const Range& range, const ShareVisit& visit);
  Result<Plan> plan(const ShareQuery& query);
  /// From the first to the last day that has sums, or should have some; nullopt: there is none.
  Result<std::optional<Range>> find_days();
  /// Error storage where a day of the period has quarters of an hour, and no sums of its own.
  Result<void> require_days(const Period& period);
  static void add_range(std::vector<Range>& to, const Range& range);
  Result<void> visit_counting(const LedgerSnapshot::Entry& entry, const Period& period,
                              const ShareVisit& visit);
  void note_damaged(const StoredAdjustment& one) {
    if (one.damaged) damaged_adjustments_.insert(one.sequence);
  }
  void visit_record(const LedgerSnapshot::Entry& entry, const Period& period,
                    const ShareVisit& visit);
  /// nullptr: there is no such group, or it cannot be understood.
  Result<const usage::UsageRecord*> group(std::int64_t id);
  Result<void> know_prices(const RollupSums& sums);
  /// Of a record's component: the table's number where it was met, else one below 0.
  std::int64_t price_of(const usage::CostComponent& component);

  Database& database_;
  LedgerSnapshot& snapshot_;
  SealReader seals_;
  std::unordered_map<std::int64_t, usage::UsageRecord> groups_;
  std::map<std::int64_t, usage::CostComponent> prices_;
  std::map<std::string, std::int64_t> prices_met_;  ///< by their bytes
  std::set<std::int64_t> damaged_adjustments_;
};

}  // namespace tollgate::ledger
