// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "adjustment_table.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "record_store.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kAdjustmentTables = R"(
CREATE TABLE IF NOT EXISTS adjustments (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, record_id TEXT NOT NULL, kind INTEGER NOT NULL,
  run TEXT NOT NULL, event_time INTEGER NOT NULL, made_at INTEGER NOT NULL, previous_nano INTEGER,
  previous_currency TEXT NOT NULL, previous_basis INTEGER NOT NULL, payload BLOB NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS adjustments_by_record ON adjustments (record_id, kind, run);
CREATE INDEX IF NOT EXISTS adjustments_by_time ON adjustments (event_time, record_id);
CREATE TABLE IF NOT EXISTS closed_hours (
  backend TEXT NOT NULL, deployment TEXT NOT NULL, hour INTEGER NOT NULL,
  PRIMARY KEY (backend, deployment)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS adjustment_cursors (
  exporter TEXT PRIMARY KEY, position INTEGER NOT NULL, given_up INTEGER NOT NULL,
  active INTEGER NOT NULL, required INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS adjustment_exceptions (
  exporter TEXT NOT NULL, sequence INTEGER NOT NULL, kind INTEGER NOT NULL, reason TEXT NOT NULL,
  since INTEGER NOT NULL, PRIMARY KEY (exporter, sequence)) WITHOUT ROWID;
)";

constexpr std::int64_t kAdjustmentsAtOnce = 1'000;

/// What counts for a record before an adjustment: the newest one's record, else its own.
struct Counting {
  usage::UsageRecord record;
  std::optional<UtcTime> adjusted_at;  ///< of the newest; nullopt: it has none
};

Error damaged_adjustment(const StoredAdjustment& one) {
  return {Errc::storage, "the adjustment " + std::to_string(one.sequence) + " of the record " +
                             one.adjustment.record.record_id.to_string() +
                             " is damaged: `tollgate ledger salvage` takes it away, and makes the "
                             "sums anew of those that are whole"};
}

Result<Counting> counting_now(Database& database, const usage::CostAdjustment& adjustment) {
  Result<std::optional<StoredAdjustment>> newest =
      newest_adjustment(database, adjustment.record.record_id);
  if (!newest) return newest.error();
  if (*newest && (*newest)->damaged) return damaged_adjustment(**newest);
  if (*newest) {
    usage::CostAdjustment& last = (*newest)->adjustment;
    return Counting{std::move(last.record), last.made_at};
  }
  return Counting{usage::with_previous(adjustment), {}};
}

/// Of the record's own cost only the amount and its basis were told.
bool says_the_same(const Counting& now, const usage::UsageRecord& next) {
  if (now.adjusted_at) return same_cost(now.record, next);
  return same_amount(now.record, next);
}

/// What reports must know. What nobody used is no operation: its amount alone comes and goes.
void add_correction(const usage::CostAdjustment& adjustment, const usage::UsageRecord& before,
                    std::vector<Correction>& out) {
  const usage::UsageRecord counted = usage::with_cost(adjustment.record, before);
  if (adjustment.kind != usage::AdjustmentKind::unused_capacity) {
    out.push_back({counted, adjustment.record});
    return;
  }
  out.push_back({counted, without_amount(counted)});
  out.push_back({without_amount(adjustment.record), adjustment.record});
}

/// Behind every one that was ever written, also where that has been deleted.
Result<std::int64_t> next_adjustment_sequence(Database& database) {
  auto row = database.kept(
      "SELECT MAX((SELECT COALESCE(MAX(sequence), 0) FROM adjustments), (SELECT COALESCE(MAX(seq), "
      "0) FROM sqlite_sequence WHERE name = 'adjustments')) + 1");
  const Result<bool> found = row->step();
  if (!found) return found.error();
  return row->number(0);
}

Result<bool> insert_adjustment(Database& database, usage::CostAdjustment adjustment,
                               const Counting& before) {
  // Whoever has the rows alone goes by this time: a clock that was set back makes no newer one old.
  if (before.adjusted_at)
    adjustment.made_at = std::max(adjustment.made_at, *before.adjusted_at + microseconds(1));
  const Result<std::int64_t> sequence = next_adjustment_sequence(database);
  if (!sequence) return sequence.error();
  auto insert = database.kept(kInsertAdjustment);
  AdjustmentRow(adjustment, before.record, *sequence).bind(*insert);
  const Result<void> done = insert->run();
  if (!done) return done.error();
  return database.changes() == 1;
}

Result<bool> put_adjustment(Database& database, const usage::CostAdjustment& adjustment,
                            std::vector<Correction>& corrections) {
  const Result<Counting> now = counting_now(database, adjustment);
  if (!now) return now.error();
  if (says_the_same(*now, adjustment.record)) return false;
  const Result<bool> written = insert_adjustment(database, adjustment, *now);
  if (written && *written) add_correction(adjustment, now->record, corrections);
  return written;
}

/// By the record's time and its id.
Statement newest_of_time(Database& database, const Period& period) {
  Statement rows = database.prepare(
      std::string("SELECT ") + kAdjustmentColumns +
      " FROM adjustments AS one WHERE event_time >= ? AND event_time < ? AND NOT EXISTS (SELECT 1 "
      "FROM adjustments AS other WHERE other.record_id = one.record_id AND other.sequence > "
      "one.sequence) ORDER BY event_time, record_id");
  rows.bind(1, to_unix_micros(period.from.value_or(from_unix_micros(0))));
  rows.bind(2, to_unix_micros(period.until.value_or(UtcTime::max())));
  return rows;
}

std::pair<std::int64_t, Uuid> place_of(const StoredAdjustment& one) {
  return {to_unix_micros(one.adjustment.record.event_time), one.adjustment.record.record_id};
}

}  // namespace

usage::UsageRecord without_amount(usage::UsageRecord record) {
  record.cost_nano = 0;
  record.cost_components.clear();
  return record;
}

Result<void> make_adjustment_tables(Database& database) {
  return database.execute(kAdjustmentTables);
}

Result<bool> has_adjustments(Database& database) {
  Statement row =
      database.prepare("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'adjustments'");
  return row.step();
}

Result<std::optional<StoredAdjustment>> newest_adjustment(Database& database, const Uuid& record) {
  auto rows = database.kept(std::string("SELECT ") + kAdjustmentColumns +
                            " FROM adjustments WHERE record_id = ? ORDER BY sequence DESC LIMIT 1");
  rows->bind(1, std::string_view(record.to_string()));
  const Result<bool> row = rows->step();
  if (!row) return row.error();
  if (!*row) return std::optional<StoredAdjustment>();
  return std::optional(read_adjustment(*rows));
}

Result<std::vector<StoredAdjustment>> all_adjustments(Database& database, const Uuid& record) {
  Statement rows = database.prepare(std::string("SELECT ") + kAdjustmentColumns +
                                    " FROM adjustments WHERE record_id = ? ORDER BY sequence");
  rows.bind(1, std::string_view(record.to_string()));
  std::vector<StoredAdjustment> out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back(read_adjustment(rows));
  }
}

AdjustmentCursor::AdjustmentCursor(Database& database, const Period& period)
    : database_(database), rows_(newest_of_time(database, period)) {}

Result<const StoredAdjustment*> AdjustmentCursor::find(const usage::UsageRecord& record) {
  const std::pair place{to_unix_micros(record.event_time), record.record_id};
  if (place < last_) {
    Result<std::optional<StoredAdjustment>> found = newest_adjustment(database_, record.record_id);
    if (!found) return found.error();
    by_itself_ = std::move(*found);
    const StoredAdjustment* const own = by_itself_ ? &*by_itself_ : nullptr;
    return own;
  }
  last_ = place;
  while (!ended_ && (!at_ || place_of(*at_) < place)) {
    const Result<void> done = go_on();
    if (!done) return done.error();
  }
  const bool is_it = !ended_ && at_->adjustment.record.record_id == record.record_id;
  const StoredAdjustment* const out = is_it ? &*at_ : nullptr;
  return out;
}

Result<void> AdjustmentCursor::go_on() {
  const Result<bool> row = rows_.step();
  if (!row) return row.error();
  ended_ = !*row;
  if (!ended_) at_ = read_adjustment(rows_);
  return {};
}

Result<void> for_each_newest(Database& database, UtcTime from, UtcTime until,
                             const std::function<void(const StoredAdjustment&)>& visit) {
  Statement rows = newest_of_time(database, {from, until});
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    visit(read_adjustment(rows));
  }
}

Result<std::size_t> put_adjustments(Database& database,
                                    std::span<const usage::CostAdjustment> adjustments) {
  std::size_t written = 0;
  std::vector<Correction> corrections;
  for (const usage::CostAdjustment& one : adjustments) {
    const Result<bool> put = put_adjustment(database, one, corrections);
    if (!put) return put.error();
    written += *put ? 1 : 0;
  }
  const Result<void> corrected = correct_rollups(database, corrections);
  if (!corrected) return corrected.error();
  return written;
}

Result<std::optional<UtcTime>> closed_to(Database& database, const std::string& backend,
                                         const std::string& deployment) {
  Statement row =
      database.prepare("SELECT hour FROM closed_hours WHERE backend = ? AND deployment = ?");
  row.bind(1, std::string_view(backend));
  row.bind(2, std::string_view(deployment));
  const Result<bool> found = row.step();
  if (!found) return found.error();
  return *found ? std::optional(from_unix_micros(row.number(0))) : std::optional<UtcTime>();
}

Result<void> note_closed(Database& database, const ClosedHour& closed) {
  Statement row = database.prepare(
      "INSERT INTO closed_hours VALUES (?, ?, ?) ON CONFLICT (backend, deployment) DO UPDATE SET "
      "hour = excluded.hour");
  row.bind(1, std::string_view(closed.backend));
  row.bind(2, std::string_view(closed.deployment));
  row.bind(3, to_unix_micros(closed.hour));
  return row.run();
}

Result<bool> delete_adjustments(Database& database, UtcTime made_before, std::int64_t delivered) {
  // Of the first alone: whether there is one that may go costs no look at the others. A record is
  // gone when it began before all that are left; what an hour's records do not pay stays as long as
  // one of them may be there.
  Statement drop = database.prepare(
      "DELETE FROM adjustments WHERE sequence IN (SELECT sequence FROM (SELECT * FROM adjustments "
      "WHERE sequence NOT IN (SELECT sequence FROM adjustment_exceptions) ORDER BY sequence LIMIT "
      "?1) WHERE made_at < ?2 AND sequence <= ?3 AND event_time < COALESCE((SELECT MIN(first_time) "
      "FROM blocks), ?4) - CASE kind WHEN ?5 THEN ?6 ELSE 0 END) RETURNING event_time");
  drop.bind(1, kAdjustmentsAtOnce);
  drop.bind(2, to_unix_micros(made_before));
  drop.bind(3, delivered);
  drop.bind(4, std::numeric_limits<std::int64_t>::max());
  drop.bind(5, static_cast<std::int64_t>(usage::AdjustmentKind::unused_capacity));
  drop.bind(6, microseconds(std::chrono::hours(1)).count());
  const auto known = find_counter(database, Counter::adjustments_deleted_to);
  if (!known) return known.error();
  std::int64_t last = known->value_or(std::numeric_limits<std::int64_t>::min());
  for (std::int64_t deleted = 0;; ++deleted) {
    const Result<bool> row = drop.step();
    if (!row) return row.error();
    if (*row) {
      last = std::max(last, drop.number(0));
      continue;
    }
    if (deleted == 0) return false;
    const Result<void> noted = write_counter(database, Counter::adjustments_deleted_to, last);
    if (!noted) return noted.error();
    return deleted == kAdjustmentsAtOnce;
  }
}

}  // namespace tollgate::ledger
