// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_corrections.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "ledger_snapshot.hpp"
#include "payload_glance.hpp"
#include "retention.hpp"
#include "rollup_batch.hpp"
#include "rollup_codec.hpp"
#include "rollup_seals.hpp"
#include "schema.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

/// Corrections that are gathered before they are written.
constexpr std::size_t kCorrectedAtOnce = 1'000;
/// Records likewise: of many the sums are one.
constexpr std::size_t kRolledUpAtOnce = 20'000;

/// Writes corrections of times that are wanted, some at a time.
class CorrectionWriter {
 public:
  CorrectionWriter(Database& database, const std::vector<TimeSpan>& times)
      : database_(database), times_(times) {}

  void put(const Correction& one) {
    if (!failed_ || !contains(times_, seconds_of(to_unix_micros(one.before.event_time)))) return;
    batch_.push_back(one);
    if (batch_.size() >= kCorrectedAtOnce) write();
  }
  void fail(const Error& error) { failed_ = error; }
  Result<void> finish() {
    if (failed_) write();
    return failed_;
  }

 private:
  void write() {
    failed_ = correct_rollups(database_, batch_);
    batch_.clear();
  }

  Database& database_;
  const std::vector<TimeSpan>& times_;
  std::vector<Correction> batch_;
  Result<void> failed_;  ///< has a value while nothing has failed
};

/// Of a day, by group, what its quarters of an hour hold.
Result<std::map<std::int64_t, RollupSums>> sums_of_day(Database& database, RollupKind kind,
                                                       std::int64_t day) {
  Statement rows =
      database.prepare(rollup_rows("WHERE length = ? AND kind = ? AND start >= ? AND start < ?"));
  rows.bind(1, kQuarterHour.count());
  rows.bind(2, static_cast<std::int64_t>(kind));
  rows.bind(3, day);
  rows.bind(4, day + kUtcDay.count());
  std::map<std::int64_t, RollupSums> out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    const RollupPlace place = rollup_place(rows);
    if (!add_encoded_sums(rows.text(kRollupSums), place, out[place.group]))
      return Error{Errc::storage, damaged_rollup(place)};
  }
}

/// The begin of the day within which a span has this limit; nullopt: between two, or it has none.
std::optional<std::int64_t> parted_day(std::int64_t limit) {
  const TimeSpan all;
  if (limit == all.begin || limit == all.end) return std::nullopt;
  const std::int64_t day = step_start(limit, kUtcDay);
  return day == limit ? std::nullopt : std::optional(day);
}

/// Deletes the quarters of an hour of these times and their days; days of which some stay have
/// then what these hold.
Result<void> delete_sums(Database& database, RollupKind kind, const std::vector<TimeSpan>& times) {
  std::set<std::int64_t> parted;
  RollupTable table(database);
  Result<void> done;
  for (const TimeSpan& span : times) {
    const auto first = parted_day(span.begin);
    const auto last = parted_day(span.end);
    if (first) parted.insert(*first);
    if (last) parted.insert(*last);
    if (done) done = table.remove(kind, kQuarterHour, span.begin, span.end);
    if (done) done = table.remove(kind, kUtcDay, first.value_or(span.begin), span.end);
  }
  for (const std::int64_t day : parted) {
    if (!done) return done;
    const auto stays = sums_of_day(database, kind, day);
    if (!stays) return stays.error();
    for (const auto& [group, sums] : *stays) {
      if (done) done = table.add({kUtcDay, day, group, kind}, sums);
    }
  }
  return done ? table.write_seals() : done;
}

/// How many operations the sums hold, each of a record of its own.
Result<std::int64_t> summed_operations(Database& database) {
  Statement rows = database.prepare(rollup_rows("WHERE length = ? AND kind = ?"));
  rows.bind(1, kQuarterHour.count());
  rows.bind(2, static_cast<std::int64_t>(RollupKind::records));
  RollupSums all;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return static_cast<std::int64_t>(all[RollupCount::operations]);
    const RollupPlace place = rollup_place(rows);
    if (!add_encoded_sums(rows.text(kRollupSums), place, all))
      return Error{Errc::storage, damaged_rollup(place)};
  }
}

/// Up to where the sums are said to hold the records from now on. Where nothing else says that any
/// was given, the sums say how many at least, and no sequence is given twice.
Result<std::int64_t> settle_last(Database& database) {
  const Result<std::int64_t> proven = last_proven(database);
  if (!proven || *proven > 0) return proven;
  const Result<std::int64_t> summed = summed_operations(database);
  if (!summed || *summed == 0) return summed;
  const Result<void> noted = write_counter(database, Counter::given_to, *summed);
  return noted ? summed : Result<std::int64_t>(noted.error());
}

/// Rolls up records once more, those of times that are wanted.
class RecordWriter {
 public:
  RecordWriter(Database& database, const std::vector<TimeSpan>& times)
      : table_(database), times_(times) {}

  void put(std::string_view payload) {
    if (!failed_ || !contains(times_, seconds_of(read_share(payload).event_time))) return;
    failed_ = batch_.add(payload, RollupKind::records, 1);
    if (++gathered_ % kRolledUpAtOnce == 0 && failed_) failed_ = batch_.write();
  }
  Result<void> finish() { return failed_ ? batch_.write() : failed_; }

 private:
  RollupTable table_;
  RollupBatch batch_{table_};
  const std::vector<TimeSpan>& times_;
  std::size_t gathered_ = 0;
  Result<void> failed_;  ///< has a value while nothing has failed
};

Result<void> write_records(Database& database, LedgerSnapshot& snapshot,
                           const std::vector<TimeSpan>& times) {
  const auto last = rolled_up_to(database);
  if (!last) return last.error();
  RecordWriter writer(database, times);
  const Result<void> done = snapshot.for_each({}, [&](const LedgerSnapshot::Entry& entry) {
    if (entry.sequence > 0 && entry.sequence <= last->value_or(0)) writer.put(entry.payload);
  });
  return done ? writer.finish() : done;
}

Result<void> write_corrections(Database& database, LedgerSnapshot& snapshot,
                               const std::vector<TimeSpan>& times) {
  CorrectionWriter writer(database, times);
  Result<void> done = snapshot.for_each_behind(0, {}, [&](const LedgerSnapshot::Entry& entry) {
    const auto correction = correction_of(database, entry.payload);
    if (!correction) return writer.fail(correction.error());
    if (*correction) writer.put(**correction);
  });
  if (done) done = for_each_unused(database, [&](const Correction& one) { writer.put(one); });
  return done ? writer.finish() : done;
}

}  // namespace

Result<std::optional<Correction>> correction_of(Database& database, std::string_view payload) {
  const auto glance = glance_at(payload);
  if (!glance) return std::optional<Correction>();
  const auto newest = newest_adjustment(database, glance->record_id);
  if (!newest) return newest.error();
  if (!*newest || (*newest)->damaged) return std::optional<Correction>();
  usage::UsageRecord own = read_payload(payload);
  usage::UsageRecord counting = with_cost(own, (*newest)->adjustment.record);
  return std::optional(Correction{std::move(own), std::move(counting)});
}

Result<void> for_each_unused(Database& database,
                             const std::function<void(const Correction&)>& visit) {
  return for_each_newest(
      database, from_unix_micros(0), UtcTime::max(), [&](const StoredAdjustment& one) {
        const bool unused = one.adjustment.kind == usage::AdjustmentKind::unused_capacity;
        if (!unused || one.damaged) return;
        visit({without_amount(one.adjustment.record), one.adjustment.record});
      });
}

Result<std::int64_t> first_whole(Database& database, seconds length) {
  const auto deleted = all_deleted_to(database);
  if (!deleted) return deleted.error();
  const auto lack = find_counter(database, Counter::rollups_lack_to);
  if (!lack) return lack.error();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  if (*deleted) last = to_unix_micros(**deleted);
  if (*lack) last = std::max(last, **lack);
  if (last == std::numeric_limits<std::int64_t>::min()) return last;
  return step_start(seconds_of(last), length) + length.count();
}

Result<void> rebuild_corrections(Database& database, const std::vector<JournalRecord>& journals,
                                 const std::vector<TimeSpan>& times) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = delete_sums(database, RollupKind::corrections, times);
  if (done) done = write_corrections(database, snapshot, times);
  return done ? database.execute("COMMIT") : done;
}

Result<void> remake_day(Database& database, std::int64_t day) {
  RollupTable table(database);
  Result<void> done;
  for (const RollupKind kind : {RollupKind::records, RollupKind::corrections}) {
    const auto quarters = sums_of_day(database, kind, day);
    if (!quarters) return quarters.error();
    if (done) done = table.remove(kind, kUtcDay, day, day + kUtcDay.count());
    for (const auto& [group, sums] : *quarters) {
      if (done) done = table.add({kUtcDay, day, group, kind}, sums);
    }
  }
  return done ? table.write_seals() : done;
}

Result<void> rebuild_records(Database& database, const std::vector<JournalRecord>& journals,
                             const std::vector<TimeSpan>& times) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = delete_sums(database, RollupKind::records, times);
  if (done) done = write_records(database, snapshot, times);
  return done ? database.execute("COMMIT") : done;
}

Result<void> make_sums_anew(Database& database, const std::vector<JournalRecord>& journals,
                            const std::vector<TimeSpan>& times) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  // What stays keeps its check sums, and what an earlier version wrote gets them.
  if (done) done = give_check_sums(database);
  if (!done) return done;
  const auto sealed = find_counter(database, Counter::rollups_sealed_to);
  if (!sealed) return sealed.error();
  const Result<std::int64_t> last = settle_last(database);
  if (!last) return last.error();
  done = write_rolled_up_to(database, *last);
  if (done) done = delete_sums(database, RollupKind::records, times);
  if (done) done = write_records(database, snapshot, times);
  if (done && !*sealed) done = seal_anew(database);
  return done ? database.execute("COMMIT") : done;
}

}  // namespace tollgate::ledger
