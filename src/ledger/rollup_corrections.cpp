// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_corrections.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "ledger_snapshot.hpp"
#include "payload_glance.hpp"
#include "retention.hpp"
#include "rollup_batch.hpp"
#include "rollup_codec.hpp"
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
  /// `from`: seconds since 1970.
  CorrectionWriter(Database& database, std::int64_t from) : database_(database), from_(from) {}

  void put(const Correction& one) {
    if (!failed_ || seconds_of(to_unix_micros(one.before.event_time)) < from_) return;
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
  std::int64_t from_;
  std::vector<Correction> batch_;
  Result<void> failed_;  ///< has a value while nothing has failed
};

std::int64_t day_of(std::int64_t from) {
  const bool all = from == std::numeric_limits<std::int64_t>::min();
  return all ? from : step_start(from, kUtcDay);
}

/// Of the day in which `from` is, by group, what its quarters of an hour before hold.
Result<std::map<std::int64_t, RollupSums>> sums_before(Database& database, RollupKind kind,
                                                       std::int64_t from) {
  Statement rows =
      database.prepare(rollup_rows("WHERE length = ? AND kind = ? AND start >= ? AND start < ?"));
  rows.bind(1, kQuarterHour.count());
  rows.bind(2, static_cast<std::int64_t>(kind));
  rows.bind(3, day_of(from));
  rows.bind(4, from);
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

/// Deletes the quarters of an hour from then on, and of that day what they had in it.
Result<void> delete_sums(Database& database, RollupKind kind, std::int64_t from) {
  const auto before = sums_before(database, kind, from);
  if (!before) return before.error();
  Statement drop = database.prepare(
      "DELETE FROM rollups WHERE kind = ?1 AND start >= CASE length WHEN ?2 THEN ?3 ELSE ?4 END");
  drop.bind(1, static_cast<std::int64_t>(kind));
  drop.bind(2, kUtcDay.count());
  drop.bind(3, day_of(from));
  drop.bind(4, from);
  Result<void> done = drop.run();
  RollupTable table(database);
  for (const auto& [group, sums] : *before) {
    if (done) done = table.add({kUtcDay, day_of(from), group, kind}, sums);
  }
  return done;
}

/// Rolls up records once more, those of times that are wanted.
class RecordWriter {
 public:
  /// `from`: seconds since 1970.
  RecordWriter(Database& database, std::int64_t from) : table_(database), from_(from) {}

  void put(std::string_view payload) {
    if (!failed_ || seconds_of(read_share(payload).event_time) < from_) return;
    failed_ = batch_.add(payload, RollupKind::records, 1);
    if (++gathered_ % kRolledUpAtOnce == 0 && failed_) failed_ = batch_.write();
  }
  Result<void> finish() { return failed_ ? batch_.write() : failed_; }

 private:
  RollupTable table_;
  RollupBatch batch_{table_};
  std::int64_t from_;
  std::size_t gathered_ = 0;
  Result<void> failed_;  ///< has a value while nothing has failed
};

Result<void> write_records(Database& database, LedgerSnapshot& snapshot, std::int64_t from) {
  const auto last = rolled_up_to(database);
  if (!last) return last.error();
  RecordWriter writer(database, from);
  const Result<void> done = snapshot.for_each({}, [&](const LedgerSnapshot::Entry& entry) {
    if (entry.sequence > 0 && entry.sequence <= last->value_or(0)) writer.put(entry.payload);
  });
  return done ? writer.finish() : done;
}

Result<void> write_corrections(Database& database, LedgerSnapshot& snapshot, std::int64_t from) {
  CorrectionWriter writer(database, from);
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
                                 std::int64_t from) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = delete_sums(database, RollupKind::corrections, from);
  if (done) done = write_corrections(database, snapshot, from);
  return done ? database.execute("COMMIT") : done;
}

Result<void> rebuild_records(Database& database, const std::vector<JournalRecord>& journals,
                             std::int64_t from) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = delete_sums(database, RollupKind::records, from);
  if (done) done = write_records(database, snapshot, from);
  return done ? database.execute("COMMIT") : done;
}

Result<void> make_sums_anew(Database& database, const std::vector<JournalRecord>& journals) {
  const Result<std::int64_t> from = first_whole(database, kQuarterHour);
  if (!from) return from.error();
  const Result<std::int64_t> last = last_proven(database);
  if (!last) return last.error();
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = write_counter(database, Counter::rolled_up_to, *last);
  if (done) done = delete_sums(database, RollupKind::records, *from);
  if (done) done = write_records(database, snapshot, *from);
  return done ? database.execute("COMMIT") : done;
}

Result<std::optional<std::int64_t>> sums_stay_before(Database& database) {
  const Result<std::int64_t> from = first_whole(database, kQuarterHour);
  if (!from) return from.error();
  Statement row =
      database.prepare("SELECT 1 FROM rollups WHERE length = ? AND start < ? AND kind = 0 LIMIT 1");
  row.bind(1, kQuarterHour.count());
  row.bind(2, *from);
  const Result<bool> any = row.step();
  if (!any) return any.error();
  return *any ? std::optional(*from) : std::optional<std::int64_t>();
}

}  // namespace tollgate::ledger
