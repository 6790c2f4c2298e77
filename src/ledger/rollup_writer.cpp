// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_writer.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "counter_seals.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "record_store.hpp"
#include "retention.hpp"
#include "rollup_batch.hpp"
#include "rollup_seals.hpp"
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
  return write_sealed_counter(database, Counter::rollups_lack_to,
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

}  // namespace

Result<std::optional<std::int64_t>> rolled_up_to(Database& database) {
  const auto doubt = doubt_of_roll_ups(database);
  if (!doubt) return doubt.error();
  if (*doubt) return Error{Errc::storage, **doubt + "; the next start makes the roll-ups anew"};
  return find_counter(database, Counter::rolled_up_to);
}

Result<void> write_rolled_up_to(Database& database, std::int64_t last) {
  Result<void> done = write_sealed_counter(database, Counter::rolled_up_to, last);
  if (done) done = write_sealed_counter(database, Counter::rollups_summed_to, last);
  return done ? write_sealed_to(database, last) : done;
}

Result<std::int64_t> roll_up(RecordStore& store, RollupTable& table, std::size_t most) {
  const Result<std::int64_t> begin = find_cursor(store);
  if (!begin) return begin.error();
  RollupBatch batch(table);
  Result<void> added;
  std::int64_t last = *begin;
  std::size_t taken = 0;
  const auto read = store.read_behind(
      *begin,
      [&](std::int64_t sequence, std::string_view payload) {
        added = batch.add(payload, RollupKind::records, 1);
        last = sequence;
        return added.has_value() && ++taken < most;
      },
      [&](std::int64_t sequence) { last = sequence; });
  if (!read) return read.error();
  if (!added) return added.error();
  // What is read to its end has nothing behind it, not even what was lost.
  if (taken < most) last = std::max(last, store.last_sequence());
  Result<void> written = batch.write();
  if (written) written = write_rolled_up_to(store.database(), last);
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
  const Result<void> written = batch.write();
  return written ? note_sealed_adjustments(database) : written;
}

}  // namespace tollgate::ledger
