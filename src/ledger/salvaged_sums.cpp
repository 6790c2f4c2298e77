// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "salvaged_sums.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "counter_check.hpp"
#include "rollup_check.hpp"
#include "rollup_codec.hpp"
#include "rollup_corrections.hpp"
#include "rollup_table.hpp"
#include "schema.hpp"
#include "seal_check.hpp"
#include "sum_times.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

class SumsSalvage {
 public:
  SumsSalvage(Database& to, const std::vector<JournalRecord>& journals, const SavedSums& given,
              SalvageResult& result)
      : to_(to), journals_(journals), given_(given), result_(result) {}

  /// What sums, records and adjustments say must go together. What stands for records that are gone
  /// nobody can make anew.
  Result<void> run() {
    const Result<void> taken = take_seals();
    if (!taken) return taken;
    if (!given_.lost) {
      const Result<void> complete = complete_days();
      if (!complete) return complete;
    }
    if (!given_.lost) {
      const Result<void> proven = prove_sums();
      if (!proven) return proven;
    }
    if (!given_.lost) {
      const Result<void> mended = mend_sealed();
      if (!mended) return mended;
    }
    if (!given_.lost) {
      const Result<void> mended = mend_sums();
      if (!mended) return mended;
    }
    if (given_.lost) {
      const Result<void> made = rebuild_corrections(to_, journals_, {TimeSpan{}});
      if (!made) return made;
    }
    const Result<void> sealed = in_one([this] { return seal_anew(to_); });
    if (!sealed) return sealed;
    auto left = find_sum_faults(to_, journals_);
    if (!left) return left.error();
    result_.disagreements.insert(result_.disagreements.end(), left->lines.begin(),
                                 left->lines.end());
    return {};
  }

 private:
  /// A day, a group and a kind.
  using RollupKey = std::tuple<std::int64_t, std::int64_t, RollupKind>;

  Result<void> in_one(const std::function<Result<void>()>& change) {
    Transaction transaction(to_);
    Result<void> done = transaction.begun();
    if (done) done = change();
    return done ? transaction.commit() : done;
  }

  /// What the seals say of the rows, which are sealed as they are then. Of rows that were found
  /// damaged it is told already.
  Result<void> take_seals() {
    auto found = find_seal_faults(to_);
    if (!found) return found.error();
    if (!given_.lost && !lost("rollups")) faults_ = std::move(*found);
    std::erase(result_.lost_tables, "rollup_seals");
    return in_one([this] { return seal_anew(to_); });
  }

  /// Whether the fault is of a quarter of an hour of that day, in seconds since 1970.
  bool has_faulty_quarter(std::int64_t day) const {
    return std::ranges::any_of(faults_, [day](const SealFault& fault) {
      return fault.place.length == kQuarterHour.count() &&
             step_start(fault.place.start, kUtcDay) == day;
    });
  }

  /// Rows that are not those that were written: a day is made of its quarter hours where these are
  /// whole; else both of the records, where all of them are kept. What stays is named.
  Result<void> mend_sealed() {
    if (faults_.empty()) return {};
    const auto times = sum_times(to_);
    if (!times) return times.error();
    const bool whole = records_whole() && adjustments_whole();
    const bool all_made = times->made == std::vector{TimeSpan{}};
    std::vector<SealFault> mended;
    std::vector<SealFault> stay;
    for (const SealFault& fault : faults_) {
      const std::int64_t start = fault.place.start;
      const bool day = fault.place.length == kUtcDay.count();
      if (day && has_faulty_quarter(start)) continue;  // named with it
      if (day) {
        const Result<void> made = in_one([&] { return remake_day(to_, start); });
        if (!made) return made;
        if (!completed_.contains(start)) mended.push_back(fault);
        continue;
      }
      const bool of_time = fault.place.length > 0;
      const bool made = whole && (of_time ? contains(times->made, start) : all_made);
      makes_anew_ = makes_anew_ || made;
      (made ? mended : stay).push_back(fault);
    }
    for (std::string& line : lines_of(mended)) result_.mended_sums.push_back(std::move(line));
    for (std::string& line : lines_of(stay)) result_.disagreements.push_back(std::move(line));
    return {};
  }

  /// Where nobody knows which records they hold they are made anew of those that are kept; those
  /// of times whose records are deleted or lost stay.
  Result<void> prove_sums() {
    const auto doubt = doubt_of_roll_ups(to_);
    if (!doubt) return doubt.error();
    if (!*doubt && !lost("rollups")) return {};
    const auto times = sum_times(to_);
    if (!times) return times.error();
    Result<void> made = make_sums_anew(to_, journals_, times->made);
    if (made && lost("rollups")) made = rebuild_corrections(to_, journals_, times->made);
    if (!made) return drop_sums();
    const auto stays = unproven(*times);
    if (stays && (*doubt || times->records_lost)) result_.disagreements.push_back(*stays);
    // Of what was ever served all is there: nothing of the sums is lost.
    if (times->made == std::vector{TimeSpan{}} && records_whole() && adjustments_whole() &&
        lost("rollups")) {
      std::erase(result_.lost_tables, "rollups");
      result_.mended_sums.emplace_back("rows of the roll-ups are damaged");
    }
    return {};
  }

  /// What a day's row said its quarter hours say as well, whatever has become of the records.
  Result<void> complete_days() {
    std::map<RollupKey, RollupSums> lacking;
    {
      Statement rows = to_.prepare(
          rollup_rows("AS q WHERE length = ? AND NOT EXISTS (SELECT 1 FROM rollups AS d WHERE "
                      "d.length = ? AND d.start = q.start / d.length * d.length AND d.group_id = "
                      "q.group_id AND d.kind = q.kind)"));
      rows.bind(1, kQuarterHour.count());
      rows.bind(2, kUtcDay.count());
      for (;;) {
        const Result<bool> row = rows.step();
        if (!row) return row.error();
        if (!*row) break;
        const RollupPlace place = rollup_place(rows);
        RollupSums sums;
        if (add_encoded_sums(rows.text(kRollupSums), place, sums))
          lacking[{step_start(place.start, kUtcDay), place.group, place.kind}].add(sums);
      }
    }
    return write_days(lacking);
  }

  Result<void> write_days(const std::map<RollupKey, RollupSums>& lacking) {
    RollupTable table(to_);
    for (const auto& [key, sums] : lacking) {
      const auto& [day, group, kind] = key;
      const Result<void> written = table.add({kUtcDay, day, group, kind}, sums);
      if (!written) return written;
      completed_.insert(day);
    }
    const Result<void> sealed = table.write_seals();
    if (!sealed) return sealed;
    if (!lacking.empty())
      result_.mended_sums.push_back(
          std::to_string(lacking.size()) +
          (lacking.size() == 1 ? " sum of a day is" : " sums of days are") +
          " gone that the quarter hours have");
    return {};
  }

  bool records_whole() const {
    return result_.lost_records == 0 && result_.lost_blocks == 0 && !result_.loss_unknown;
  }

  /// Whether none is missing: they are numbered without a gap, but for what retention deletes.
  bool adjustments_whole() {
    if (lost("adjustments")) return false;
    Statement row = to_.prepare(
        "SELECT COUNT(*), COALESCE(MIN(sequence), 1), COALESCE((SELECT seq FROM sqlite_sequence "
        "WHERE name = 'adjustments'), 0) FROM adjustments");
    const Result<bool> read = row.step();
    const auto deleted = find_counter(to_, Counter::adjustments_deleted_to);
    if (!read || !deleted || !given_.adjustment_order_known) return false;
    const std::int64_t first = row.number(0) == 0 && *deleted ? row.number(2) + 1 : row.number(1);
    return row.number(0) == row.number(2) - first + 1 && (first == 1 || *deleted);
  }

  /// Where some adjustments are lost, corrections are made anew of those that are left; where sums
  /// do not agree for another reason, all that can be.
  Result<void> mend_sums() {
    const auto times = sum_times(to_);
    if (!times) return times.error();
    const std::vector<TimeSpan>& made = times->made;
    if (lost("adjustments") && !rebuild_corrections(to_, journals_, made)) return drop_sums();
    auto found = find_sum_faults(to_, journals_);
    if (!found) return drop_sums();
    if (found->lines.empty() && !makes_anew_) return {};
    result_.mended_sums.insert(result_.mended_sums.end(), found->lines.begin(), found->lines.end());
    result_.corrections_mended = found->adjustments_disagree && !adjustments_whole();
    Result<void> done;
    if (result_.corrections_mended) done = open_hours(to_);
    if (done) done = rebuild_corrections(to_, journals_, made);
    if (done && found->records_whole) done = rebuild_records(to_, journals_, made);
    return done ? done : drop_sums();
  }

  /// Rows that are whole as rows and of which nobody knows what they are.
  Result<void> drop_sums() {
    result_.disagreements.emplace_back(
        "the sums of times whose records are deleted could not be kept");
    given_.lost = true;
    if (!lost("rollups")) result_.lost_tables.emplace_back("rollups");
    return drop_rollups(to_);
  }

  bool lost(std::string_view table) const {
    const auto& tables = result_.lost_tables;
    return std::find(tables.begin(), tables.end(), table) != tables.end();
  }

  Database& to_;
  const std::vector<JournalRecord>& journals_;
  SavedSums given_;
  SalvageResult& result_;
  std::vector<SealFault> faults_;
  std::set<std::int64_t> completed_;  ///< days
  bool makes_anew_ = false;           ///< sums of which nothing but the seals tells
};

}  // namespace

Result<void> drop_rollups(Database& database) {
  return database.execute(
      "DELETE FROM rollups; DELETE FROM rollup_groups; DELETE FROM rollup_prices; DELETE FROM "
      "rollup_seals; DELETE FROM counters WHERE counter IN (" +
      std::to_string(static_cast<std::int64_t>(Counter::rolled_up_to)) + ", " +
      std::to_string(static_cast<std::int64_t>(Counter::rollups_summed_to)) + ", " +
      std::to_string(static_cast<std::int64_t>(Counter::rollups_sealed_to)) + ")");
}

Result<void> open_hours(Database& database) { return database.execute("DELETE FROM closed_hours"); }

Result<void> correct_sums(Database& database, const std::vector<JournalRecord>& journals,
                          const SavedSums& given, SalvageResult& result) {
  return SumsSalvage(database, journals, given, result).run();
}

}  // namespace tollgate::ledger
