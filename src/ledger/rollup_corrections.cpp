// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_corrections.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "adjustment_table.hpp"
#include "ledger_snapshot.hpp"
#include "payload_glance.hpp"
#include "retention.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

/// Corrections that are gathered before they are written.
constexpr std::size_t kCorrectedAtOnce = 1'000;

/// Writes corrections of times that are wanted, some at a time.
class CorrectionWriter {
 public:
  /// `from`: seconds since 1970.
  CorrectionWriter(Database& database, std::int64_t from) : database_(database), from_(from) {}

  void put(const Correction& one) {
    if (!failed_ || to_unix_micros(one.before.event_time) / 1'000'000 < from_) return;
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

Result<void> delete_corrections(Database& database, std::int64_t from) {
  Statement drop = database.prepare("DELETE FROM rollups WHERE kind = ? AND start >= ?");
  drop.bind(1, static_cast<std::int64_t>(RollupKind::corrections));
  drop.bind(2, from);
  return drop.run();
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

Result<std::int64_t> first_whole_day(Database& database) {
  const auto deleted = deleted_to(database);
  if (!deleted) return deleted.error();
  const auto lack = find_counter(database, Counter::rollups_lack_to);
  if (!lack) return lack.error();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  if (*deleted) last = to_unix_micros(**deleted);
  if (*lack) last = std::max(last, **lack);
  if (last == std::numeric_limits<std::int64_t>::min()) return last;
  const std::int64_t day = kUtcDay.count();
  return (last / 1'000'000 / day + 1) * day;
}

Result<void> rebuild_corrections(Database& database, const std::vector<JournalRecord>& journals,
                                 std::int64_t from) {
  LedgerSnapshot snapshot(database, journals);
  Result<void> done = snapshot.take();
  if (done) done = delete_corrections(database, from);
  if (done) done = write_corrections(database, snapshot, from);
  return done ? database.execute("COMMIT") : done;
}

}  // namespace tollgate::ledger
