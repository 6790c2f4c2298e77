// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "retention.hpp"

#include <algorithm>

#include "cursor_table.hpp"
#include "damage_table.hpp"
#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

using storage::Database;
using storage::LentStatement;
using storage::Statement;

constexpr std::int64_t kBatch = 256;

/// Up to where the oldest rows in a row are older than that, a batch at most: a younger one holds
/// what stands behind it, so that the order has a beginning and no holes.
Result<std::int64_t> old_to(Database& database, UtcTime before) {
  LentStatement statement =
      database.kept("SELECT sequence, event_time FROM audit_rows ORDER BY sequence LIMIT " +
                    std::to_string(kBatch));
  std::int64_t out = 0;
  for (;;) {
    const Result<bool> row = statement->step();
    if (!row) return row.error();
    if (!*row || statement->number(1) >= to_unix_micros(before)) return out;
    out = statement->number(0);
  }
}

Result<std::int64_t> oldest_batch_to(Database& database) {
  LentStatement statement = database.kept("SELECT MIN(sequence) FROM audit_rows");
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return statement->is_null(0) ? 0 : statement->number(0) + kBatch - 1;
}

/// The trail is compared with the ledger's records, whose work may take so long, and who finds no
/// rows calls the exchange lost: until then it is known that they were there.
constexpr std::chrono::hours kLookedForUntil{27};

Result<void> note_deleted(Database& database, std::int64_t sequence, UtcTime now) {
  const std::int64_t since = to_unix_micros(now - kLookedForUntil);
  Statement forget = database.prepare("DELETE FROM deleted_sides WHERE event_time < ?");
  forget.bind(1, since);
  const Result<void> forgotten = forget.run();
  if (!forgotten) return forgotten;
  Statement note = database.prepare(
      "INSERT OR IGNORE INTO deleted_sides SELECT record_id, kind, event_time FROM audit_rows "
      "WHERE sequence <= ? AND event_time >= ? AND kind != 'checkpoint'");
  note.bind(1, sequence);
  note.bind(2, since);
  return note.run();
}

Result<std::int64_t> delete_rows_to(Database& database, std::int64_t sequence) {
  LentStatement statement = database.kept("DELETE FROM audit_rows WHERE sequence <= ?");
  statement->bind(1, sequence);
  const Result<void> done = statement->run();
  if (!done) return done.error();
  const std::int64_t deleted = database.changes();
  const Result<void> forgotten = forget_damage(database, sequence);
  if (!forgotten) return forgotten.error();
  return deleted;
}

/// Access rows that every exporter has, and that are too old; all of them, for they are few.
Result<void> delete_accesses(Database& database, UtcTime before) {
  LentStatement last = database.kept("SELECT COALESCE(MAX(sequence), 0) FROM accesses");
  const Result<bool> row = last->step();
  if (!row) return row.error();
  const Result<std::int64_t> free = free_to(database, Stream::accesses, last->number(0));
  if (!free) return free.error();
  last->reset();
  LentStatement statement =
      database.kept("DELETE FROM accesses WHERE sequence <= ? AND event_time < ?");
  statement->bind(1, *free);
  statement->bind(2, to_unix_micros(before));
  return statement->run();
}

}  // namespace

Result<bool> delete_old_rows(Database& database, RowOrder& order, const RetentionTerms& terms,
                             UtcTime now) {
  const std::int64_t last = terms.signs_checkpoints ? order.proved_to() : order.given_to();
  const Result<std::int64_t> free = free_to(database, Stream::rows, last);
  if (!free) return free.error();
  const Result<std::uint64_t> used = used_bytes(database);
  if (!used) return used.error();
  const Result<bool> delivered = are_rows_delivered(database);
  if (!delivered) return delivered.error();
  Result<std::int64_t> wanted = std::int64_t{0};
  if (terms.max_size != 0 && *used > terms.max_size && *delivered) {
    wanted = oldest_batch_to(database);
  } else if (terms.retention.count() != 0) {
    wanted = old_to(database, now - terms.retention);
  }
  if (!wanted) return wanted.error();
  const std::int64_t to = std::min(*wanted, *free);
  const Result<void> proved = terms.signs_checkpoints ? Result<void>() : order.prove_unsigned(to);
  if (!proved) return proved.error();
  const Result<void> noted = note_deleted(database, to, now);
  if (!noted) return noted.error();
  const Result<std::int64_t> deleted = delete_rows_to(database, to);
  if (!deleted) return deleted.error();
  const bool ages = terms.retention.count() != 0;
  const Result<void> accesses =
      ages ? delete_accesses(database, now - terms.retention) : Result<void>();
  if (!accesses) return accesses.error();
  return *deleted == kBatch;
}

}  // namespace tollgate::trail
