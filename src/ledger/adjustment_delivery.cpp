// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "adjustment_delivery.hpp"

#include <algorithm>

#include "adjustment_table.hpp"
#include "delivery_table.hpp"
#include "row_cursors.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kAdjustments = "adjustments";
constexpr const char* kAdjustmentCursors = "adjustment_cursors";

std::string word_of(ExceptionKind kind) { return std::to_string(static_cast<std::int64_t>(kind)); }

Result<void> read_all(Statement& rows, std::vector<StoredAdjustment>& out) {
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    out.push_back(read_adjustment(rows));
  }
}

Result<void> refuse_adjustment(Database& database, const std::string& exporter,
                               const RefusedAdjustment& refused, UtcTime now) {
  Statement insert =
      database.prepare("INSERT OR REPLACE INTO adjustment_exceptions VALUES (?, ?, ?, ?, ?)");
  insert.bind(1, std::string_view(exporter));
  insert.bind(2, refused.sequence);
  insert.bind(3, static_cast<std::int64_t>(ExceptionKind::quarantined));
  insert.bind(4, std::string_view(refused.reason));
  insert.bind(5, to_unix_micros(now));
  return insert.run();
}

Result<void> forget_exception(Database& database, const std::string& exporter,
                              std::int64_t sequence) {
  Statement drop =
      database.prepare("DELETE FROM adjustment_exceptions WHERE exporter = ? AND sequence = ?");
  drop.bind(1, std::string_view(exporter));
  drop.bind(2, sequence);
  return drop.run();
}

Result<void> count_adjustment_exceptions(Database& database, ExporterProgress& out) {
  Statement rows = database.prepare(
      "SELECT kind, COUNT(*) FROM adjustment_exceptions WHERE exporter = ? GROUP BY kind");
  rows.bind(1, std::string_view(out.exporter));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const bool retry = static_cast<ExceptionKind>(rows.number(0)) == ExceptionKind::retry;
    (retry ? out.retrying : out.quarantined) = static_cast<std::uint64_t>(rows.number(1));
  }
}

bool is_chosen(const QuarantineChoice& choice, const QuarantinedAdjustment& one) {
  const Uuid& id = one.stored.adjustment.record.record_id;
  const bool exporter = choice.exporter.empty() || choice.exporter == one.exporter;
  return exporter && (choice.ids.empty() ||
                      std::find(choice.ids.begin(), choice.ids.end(), id) != choice.ids.end());
}

}  // namespace

Result<void> serve_adjustments(Database& database, std::span<const ExporterTerms> exporters) {
  const Result<std::int64_t> last = last_sequence_of(database, kAdjustments);
  if (!last) return last.error();
  return serve_row_cursors(database, kAdjustmentCursors, exporters, *last);
}

Result<std::vector<StoredAdjustment>> undelivered_adjustments(Database& database,
                                                              const std::string& exporter,
                                                              std::size_t limit) {
  const Result<std::int64_t> position = row_cursor(database, kAdjustmentCursors, exporter);
  if (!position) return position.error();
  std::vector<StoredAdjustment> out;
  Statement again = database.prepare(
      std::string("SELECT ") + kAdjustmentColumns +
      " FROM adjustments WHERE sequence IN (SELECT sequence FROM adjustment_exceptions AS e WHERE "
      "e.exporter = ? AND e.kind = " +
      word_of(ExceptionKind::retry) + ") ORDER BY sequence LIMIT ?");
  again.bind(1, std::string_view(exporter));
  again.bind(2, static_cast<std::int64_t>(limit));
  const Result<void> first = read_all(again, out);
  if (!first) return first.error();
  Statement next = database.prepare(std::string("SELECT ") + kAdjustmentColumns +
                                    " FROM adjustments WHERE sequence > ? ORDER BY sequence LIMIT "
                                    "?");
  next.bind(1, *position);
  next.bind(2, static_cast<std::int64_t>(limit - out.size()));
  const Result<void> rest = read_all(next, out);
  if (!rest) return rest.error();
  return out;
}

Result<void> account_adjustments(Database& database, const std::string& exporter,
                                 const AdjustmentAccounting& accounting, UtcTime now) {
  const Result<std::int64_t> position = row_cursor(database, kAdjustmentCursors, exporter);
  if (!position) return position.error();
  std::int64_t reached = *position;
  for (const std::int64_t sequence : accounting.accepted) {
    reached = std::max(reached, sequence);
    if (sequence > *position) continue;
    const Result<void> dropped = forget_exception(database, exporter, sequence);
    if (!dropped) return dropped;
  }
  for (const RefusedAdjustment& refused : accounting.refused) {
    reached = std::max(reached, refused.sequence);
    const Result<void> kept = refuse_adjustment(database, exporter, refused, now);
    if (!kept) return kept;
  }
  Statement move =
      database.prepare("UPDATE adjustment_cursors SET position = ? WHERE exporter = ?");
  move.bind(1, reached);
  move.bind(2, std::string_view(exporter));
  return move.run();
}

Result<std::int64_t> adjustments_delivered(Database& database) {
  return number_in(database,
                   "SELECT COALESCE((SELECT MIN(position) FROM adjustment_cursors WHERE active = "
                   "1), 9223372036854775807)");
}

Result<std::vector<ExporterProgress>> adjustment_progress(Database& database) {
  const Result<std::int64_t> last = last_sequence_of(database, kAdjustments);
  if (!last) return last.error();
  std::vector<ExporterProgress> out;
  Statement rows = database.prepare(
      "SELECT exporter, given_up, active, required, position, (SELECT made_at FROM adjustments "
      "WHERE sequence > position ORDER BY sequence LIMIT 1) FROM adjustment_cursors ORDER BY "
      "exporter");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    ExporterProgress& one = out.emplace_back(progress_of(rows, *last));
    if (!rows.is_null(5)) one.oldest = from_unix_micros(rows.number(5));
    const Result<void> counted = count_adjustment_exceptions(database, one);
    if (!counted) return counted.error();
  }
}

Result<std::vector<QuarantinedAdjustment>> quarantined_adjustments(Database& database,
                                                                   const QuarantineChoice& choice) {
  std::vector<QuarantinedAdjustment> out;
  Statement rows = database.prepare(
      "SELECT a.*, e.exporter, e.kind, e.reason, e.since FROM adjustments AS a JOIN "
      "adjustment_exceptions AS e USING (sequence) ORDER BY e.exporter, a.sequence");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    QuarantinedAdjustment one{
        .exporter = rows.text(10),
        .retrying = static_cast<ExceptionKind>(rows.number(11)) == ExceptionKind::retry,
        .reason = rows.text(12),
        .since = from_unix_micros(rows.number(13)),
        .stored = read_adjustment(rows)};
    if (is_chosen(choice, one)) out.push_back(std::move(one));
  }
}

Result<void> retry_adjustment(Database& database, const QuarantinedAdjustment& one) {
  Statement update = database.prepare(
      "UPDATE adjustment_exceptions SET kind = ? WHERE exporter = ? AND sequence = ?");
  update.bind(1, static_cast<std::int64_t>(ExceptionKind::retry));
  update.bind(2, std::string_view(one.exporter));
  update.bind(3, one.stored.sequence);
  return update.run();
}

Result<void> release_adjustment(Database& database, const QuarantinedAdjustment& one) {
  const Result<void> dropped = forget_exception(database, one.exporter, one.stored.sequence);
  if (!dropped) return dropped;
  Statement count =
      database.prepare("UPDATE adjustment_cursors SET given_up = given_up + 1 WHERE exporter = ?");
  count.bind(1, std::string_view(one.exporter));
  return count.run();
}

}  // namespace tollgate::ledger
