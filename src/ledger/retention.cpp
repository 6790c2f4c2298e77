// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "retention.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "adjustment_delivery.hpp"
#include "adjustment_table.hpp"
#include "delivery_table.hpp"
#include "object_table.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

constexpr int kDeleteBatch = 64;  ///< blocks
constexpr std::size_t kForgetBatch = 1000;
/// The backend keeps stored responses for 30 days (azure-protocol.md 1.7).
constexpr seconds kResponsesKept{32 * 24 * 3600};
/// Longer than any reader beside the gateway takes.
constexpr seconds kSegmentsKnown{24 * 3600};

/// Whether blocks must go before their time. Without an exporter the ledger's copy is the only one:
/// age alone deletes it, whatever the room.
Result<bool> is_pressed(Database& database, std::uint64_t most) {
  const Result<std::uint64_t> used = used_bytes(database);
  if (!used) return used.error();
  return *used > most ? any_served(database) : Result<bool>(false);
}

/// The last sequence that neither an exporter nor the roll-ups have to get yet.
Result<std::int64_t> wanted_by_none_to(RecordStore& store, bool by_any) {
  const Result<std::int64_t> delivered = delivered_by_all(store, by_any);
  if (!delivered) return delivered;
  const Result<std::optional<std::int64_t>> rolled_up = rolled_up_to(store.database());
  if (!rolled_up) return rolled_up.error();
  return std::min(*delivered, rolled_up->value_or(*delivered));
}

}  // namespace

Result<std::optional<UtcTime>> deleted_to(Database& database) {
  const auto deleted = find_counter(database, Counter::forgotten_arrived_at);
  if (!deleted) return deleted.error();
  if (*deleted) return std::optional(from_unix_micros(**deleted));
  const auto forgotten = find_counter(database, Counter::forgotten_to);
  if (!forgotten) return forgotten.error();
  Statement oldest =
      database.prepare("SELECT arrived_at FROM blocks ORDER BY first_sequence LIMIT 1");
  const Result<bool> row = oldest.step();
  if (!row) return row.error();
  if (!*row || forgotten->value_or(0) == 0) return std::optional<UtcTime>();
  return std::optional(from_unix_micros(oldest.number(0)));
}

Result<std::optional<UtcTime>> all_deleted_to(Database& database) {
  auto records = deleted_to(database);
  if (!records) return records;
  const auto adjustments = find_counter(database, Counter::adjustments_deleted_to);
  if (!adjustments) return adjustments.error();
  if (!*adjustments) return records;
  const UtcTime those = from_unix_micros(**adjustments);
  return std::optional(*records ? std::max(**records, those) : those);
}

Result<bool> delete_old_blocks(RecordStore& store, UtcTime arrived_before, std::uint64_t most) {
  for (int i = 0; i < kDeleteBatch; ++i) {
    // Looked at before each: no more goes early than must.
    const Result<bool> pressed = is_pressed(store.database(), most);
    if (!pressed) return pressed.error();
    const Result<std::int64_t> held = wanted_by_none_to(store, !*pressed);
    if (!held) return held.error();
    const auto block = store.oldest_block();
    if (!block) return block.error();
    const bool goes =
        *block && (*block)->last <= *held && (*pressed || (*block)->arrived_at < arrived_before);
    if (!goes) return false;
    const Result<void> given_up = give_up_to(store.database(), (*block)->last, (*block)->first);
    if (!given_up) return given_up.error();
    const Result<void> deleted = store.delete_block(**block);
    if (!deleted) return deleted.error();
  }
  return true;
}

Result<bool> delete_old_adjustments(RecordStore& store, UtcTime made_before) {
  const Result<std::int64_t> delivered = adjustments_delivered(store.database());
  if (!delivered) return delivered.error();
  return delete_adjustments(store.database(), made_before, *delivered);
}

Result<void> forget_old(RecordStore& store, const std::string& journal_directory, UtcTime now,
                        seconds retention) {
  const auto is_gone = [&](const std::string& segment) {
    return ::access((journal_directory + "/" + segment).c_str(), F_OK) != 0 && errno == ENOENT;
  };
  const Result<void> forgotten =
      forget_responses(store.database(), now - kResponsesKept, kForgetBatch);
  if (!forgotten) return forgotten;
  return store.forget_segments(now - kSegmentsKnown, now - std::max(retention, kSegmentsKnown),
                               is_gone);
}

Result<std::uint64_t> used_bytes(Database& database) {
  Statement statement = database.prepare(
      "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, "
      "pragma_freelist_count, pragma_page_size");
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return static_cast<std::uint64_t>(statement.number(0));
}

}  // namespace tollgate::ledger
