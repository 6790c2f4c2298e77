// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_writer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "adjustment_table.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "record_store.hpp"
#include "retention.hpp"
#include "rollup_batch.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

/// Records that were deleted before they were rolled up: the roll-ups of their time are not whole.
Result<void> note_lack(Database& database) {
  const Result<std::optional<UtcTime>> deleted = deleted_to(database);
  if (!deleted) return deleted.error();
  if (!*deleted) return {};
  const Result<std::int64_t> known = read_counter(database, Counter::rollups_lack_to);
  if (!known) return known.error();
  return write_counter(database, Counter::rollups_lack_to,
                       std::max(*known, to_unix_micros(**deleted)));
}

/// Where to go on. Only an earlier version, or no version yet, lets records go that are not rolled
/// up.
Result<std::int64_t> find_cursor(RecordStore& store) {
  const Result<std::optional<std::int64_t>> cursor = rolled_up_to(store.database());
  if (!cursor) return cursor.error();
  const Result<std::int64_t> first = store.first_sequence();
  if (!first) return first.error();
  const Result<std::int64_t> forgotten = read_counter(store.database(), Counter::forgotten_to);
  if (!forgotten) return forgotten.error();
  const std::int64_t known = cursor->value_or(0);
  // A salvage by an earlier version may have moved `forgotten_to` behind blocks that are there.
  const std::int64_t gone_to = std::min(*forgotten, *first - 1);
  if (known >= gone_to) return known;
  const Result<void> noted = note_lack(store.database());
  if (!noted) return noted.error();
  return gone_to;
}

Result<void> add_record(RollupBatch& batch, const usage::UsageRecord& record, int sign) {
  std::string payload;
  encode_record(record, payload);
  return batch.add(payload, RollupKind::corrections, sign);
}

/// What a record costs in the end, of adjustments that the roll-ups do not have.
Result<void> add_lacking(Database& database, RollupBatch& batch, std::string_view payload,
                         std::int64_t up_to) {
  const auto glance = glance_at(payload);
  if (!glance) return {};
  const auto newest = newest_adjustment(database, glance->record_id, up_to);
  if (!newest) return newest.error();
  if (!*newest) return {};
  const usage::UsageRecord record = read_payload(payload);
  Result<void> done = add_record(batch, record, -1);
  if (done) done = add_record(batch, usage::with_cost(record, (*newest)->adjustment.record), 1);
  return done;
}

/// What nobody used of capacity: an amount, and no operation.
Result<void> correct_unused(Database& database) {
  std::vector<Correction> corrections;
  const Result<void> read = for_each_newest(
      database, from_unix_micros(0), UtcTime::max(), [&](const StoredAdjustment& one) {
        if (one.adjustment.kind != usage::AdjustmentKind::unused_capacity) return;
        usage::UsageRecord nothing = one.adjustment.record;
        nothing.cost_nano = 0;
        nothing.cost_components.clear();
        corrections.push_back({std::move(nothing), one.adjustment.record});
      });
  return read ? correct_rollups(database, corrections) : read;
}

}  // namespace

Result<void> begin_rollups_anew(Database& database) {
  const Result<void> emptied = database.execute(
      "DELETE FROM rollups; DELETE FROM rollup_groups; DELETE FROM rollup_prices; DELETE FROM "
      "counters WHERE counter = " +
      std::to_string(static_cast<std::int64_t>(Counter::rolled_up_to)));
  if (!emptied) return emptied;
  const Result<bool> adjusted = has_adjustments(database);
  if (!adjusted) return adjusted.error();
  if (!*adjusted) return {};
  Statement last = database.prepare("SELECT COALESCE(MAX(sequence), 0) FROM adjustments");
  const Result<bool> row = last.step();
  if (!row) return row.error();
  const Result<void> noted = write_counter(database, Counter::corrections_lack_to, last.number(0));
  return noted ? correct_unused(database) : noted;
}

Result<std::optional<std::int64_t>> rolled_up_to(Database& database) {
  return find_counter(database, Counter::rolled_up_to);
}

Result<std::int64_t> roll_up(RecordStore& store, RollupTable& table, std::size_t most) {
  const Result<std::int64_t> begin = find_cursor(store);
  if (!begin) return begin.error();
  const Result<std::int64_t> lacking = read_counter(store.database(), Counter::corrections_lack_to);
  if (!lacking) return lacking.error();
  RollupBatch batch(table);
  Result<void> added;
  std::int64_t last = *begin;
  std::size_t taken = 0;
  const auto read = store.read_behind(
      *begin,
      [&](std::int64_t sequence, std::string_view payload) {
        added = batch.add(payload, RollupKind::records, 1);
        if (added && *lacking > 0) added = add_lacking(store.database(), batch, payload, *lacking);
        last = sequence;
        return added.has_value() && ++taken < most;
      },
      [&](std::int64_t sequence) { last = sequence; });
  if (!read) return read.error();
  if (!added) return added.error();
  // What is read to its end has nothing behind it, not even what was lost.
  if (taken < most) last = std::max(last, store.last_sequence());
  Result<void> written = batch.write();
  if (written) written = write_counter(store.database(), Counter::rolled_up_to, last);
  if (!written) return written.error();
  return store.last_sequence() - last;
}

Result<void> correct_rollups(Database& database, const usage::UsageRecord& before,
                             const usage::UsageRecord& after) {
  return correct_rollups(database, std::vector{Correction{before, after}});
}

Result<void> correct_rollups(Database& database, std::span<const Correction> corrections) {
  const Result<std::int64_t> lack = read_counter(database, Counter::rollups_lack_to);
  if (!lack) return lack.error();
  RollupTable table(database);
  RollupBatch batch(table);
  for (const Correction& one : corrections) {
    if (to_unix_micros(one.before.event_time) <= *lack) continue;
    Result<void> done = add_record(batch, one.before, -1);
    if (done) done = add_record(batch, one.after, 1);
    if (!done) return done;
  }
  return batch.write();
}

}  // namespace tollgate::ledger
