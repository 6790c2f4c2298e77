// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_table.hpp"

#include <algorithm>
#include <utility>

#include "record_codec.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

std::string number(ExceptionKind kind) { return std::to_string(static_cast<std::int64_t>(kind)); }

Result<void> serve_one(RecordStore& store, const ExporterTerms& exporter, std::int64_t oldest) {
  const Result<std::int64_t> lost = read_counter(store.database(), Counter::cursors_lost);
  if (!lost) return lost.error();
  Statement insert = store.database().prepare(
      R"(INSERT OR IGNORE INTO cursors (exporter, position, given_up, active, required)
         VALUES (?, ?, 0, 0, 0))");
  insert.bind(1, std::string_view(exporter.name));
  // One whose cursor may be lost: a record sent once more is better than one that never is.
  const bool from_oldest = exporter.from_beginning || *lost != 0;
  insert.bind(2, from_oldest ? oldest - 1 : store.last_sequence());
  const Result<void> inserted = insert.run();
  if (!inserted) return inserted;
  Statement update = store.database().prepare(
      R"(UPDATE cursors SET active = 1, required = ?1,
         given_up = given_up + MAX(0, ?2 - position), position = MAX(position, ?2)
         WHERE exporter = ?3)");
  update.bind(1, std::int64_t{exporter.required ? 1 : 0});
  update.bind(2, oldest - 1);
  update.bind(3, std::string_view(exporter.name));
  return update.run();
}

Result<std::vector<StoredRecord>> to_retry(Database& database, const std::string& exporter,
                                           std::size_t limit) {
  std::vector<StoredRecord> out;
  Statement rows =
      database.prepare("SELECT sequence, payload FROM exceptions WHERE exporter = ? AND kind = " +
                       number(ExceptionKind::retry) + " ORDER BY sequence LIMIT ?");
  rows.bind(1, std::string_view(exporter));
  rows.bind(2, static_cast<std::int64_t>(limit));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({rows.number(0), read_payload(rows.text(1))});
  }
}

Result<void> quarantine(Database& database, const std::string& exporter, const Refused& refused,
                        UtcTime now) {
  std::string payload;
  encode_record(refused.record, payload);
  Statement insert =
      database.prepare("INSERT OR REPLACE INTO exceptions VALUES (?, ?, ?, ?, ?, ?)");
  insert.bind(1, std::string_view(exporter));
  insert.bind(2, refused.sequence);
  insert.bind(3, static_cast<std::int64_t>(ExceptionKind::quarantined));
  insert.bind(4, std::string_view(refused.reason));
  insert.bind(5, to_unix_micros(now));
  insert.bind_bytes(6, payload);
  return insert.run();
}

/// Those that an operator had tried again, and that were taken now.
Result<void> drop_retried(Database& database, const std::string& exporter,
                          std::span<const std::int64_t> accepted, std::int64_t position) {
  Statement drop = database.prepare("DELETE FROM exceptions WHERE exporter = ? AND sequence = ?");
  for (const std::int64_t sequence : accepted) {
    if (sequence > position) continue;
    drop.bind(1, std::string_view(exporter));
    drop.bind(2, sequence);
    const Result<void> done = drop.run();
    if (!done) return done;
  }
  return {};
}

Result<void> count_exceptions(Database& database, ExporterProgress& out) {
  Statement rows =
      database.prepare("SELECT kind, COUNT(*) FROM exceptions WHERE exporter = ? GROUP BY kind");
  rows.bind(1, std::string_view(out.exporter));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const auto count = static_cast<std::uint64_t>(rows.number(1));
    const bool retry = static_cast<ExceptionKind>(rows.number(0)) == ExceptionKind::retry;
    (retry ? out.retrying : out.quarantined) = count;
  }
}

}  // namespace

Result<void> serve_exporters(RecordStore& store, std::span<const ExporterTerms> exporters) {
  const Result<std::int64_t> oldest = store.first_sequence();
  if (!oldest) return oldest.error();
  Result<void> done = store.database().execute("UPDATE cursors SET active = 0");
  for (const ExporterTerms& exporter : exporters) {
    if (done) done = serve_one(store, exporter, *oldest);
  }
  return done;
}

Result<std::int64_t> position_of(Database& database, const std::string& exporter) {
  Statement statement = database.prepare("SELECT position FROM cursors WHERE exporter = ?");
  statement.bind(1, std::string_view(exporter));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (!*row) return Error{Errc::not_found, "no exporter is named " + exporter};
  return statement.number(0);
}

Result<Undelivered> look_for_undelivered(RecordStore& store, const std::string& exporter,
                                         std::size_t limit) {
  const Result<std::int64_t> position = position_of(store.database(), exporter);
  if (!position) return position.error();
  auto retried = to_retry(store.database(), exporter, limit);
  if (!retried) return retried.error();
  Undelivered out{std::move(*retried), {}};
  if (out.records.size() >= limit) return out;
  const auto read = store.read_behind(
      *position,
      [&](std::int64_t sequence, std::string_view payload) {
        out.records.push_back({sequence, read_payload(payload)});
        return out.records.size() < limit;
      },
      [&](std::int64_t sequence) { out.damaged.push_back(sequence); });
  if (!read) return read.error();
  return out;
}

Result<std::vector<StoredRecord>> undelivered(RecordStore& store, const std::string& exporter,
                                              std::size_t limit) {
  Result<Undelivered> found = look_for_undelivered(store, exporter, limit);
  if (!found) return found.error();
  return std::move(found->records);
}

Result<void> pass_over(Database& database, const std::string& exporter, std::int64_t sequence) {
  Statement move =
      database.prepare("UPDATE cursors SET position = MAX(position, ?) WHERE exporter = ?");
  move.bind(1, sequence);
  move.bind(2, std::string_view(exporter));
  return move.run();
}

Result<void> account(RecordStore& store, const std::string& exporter, const Accounting& accounting,
                     UtcTime now) {
  const Result<std::int64_t> position = position_of(store.database(), exporter);
  if (!position) return position.error();
  const Result<void> dropped =
      drop_retried(store.database(), exporter, accounting.accepted, *position);
  if (!dropped) return dropped;
  std::int64_t reached = *position;
  for (const std::int64_t sequence : accounting.accepted) reached = std::max(reached, sequence);
  for (const Refused& refused : accounting.refused) {
    reached = std::max(reached, refused.sequence);
    const Result<void> kept = quarantine(store.database(), exporter, refused, now);
    if (!kept) return kept;
  }
  Statement move = store.database().prepare("UPDATE cursors SET position = ? WHERE exporter = ?");
  move.bind(1, reached);
  move.bind(2, std::string_view(exporter));
  return move.run();
}

Result<std::int64_t> delivered_by_all(RecordStore& store, bool all) {
  Statement statement =
      store.database().prepare(std::string("SELECT MIN(position) FROM cursors WHERE active = 1") +
                               (all ? "" : " AND required = 1"));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return statement.is_null(0) ? store.last_sequence() : statement.number(0);
}

Result<bool> any_served(Database& database) {
  Statement statement = database.prepare("SELECT 1 FROM cursors WHERE active = 1");
  return statement.step();
}

Result<void> give_up_to(Database& database, std::int64_t sequence, std::int64_t first_kept) {
  Statement statement = database.prepare(
      R"(UPDATE cursors SET given_up = given_up + (?1 - MAX(position, ?2 - 1)), position = ?1
         WHERE active = 1 AND position < ?1)");
  statement.bind(1, sequence);
  statement.bind(2, first_kept);
  return statement.run();
}

Result<void> note_trouble(Database& database, const std::string& exporter, std::string_view why,
                          UtcTime now) {
  Statement change = database.prepare(
      why.empty() ? "DELETE FROM troubles WHERE exporter = ?1"
                  : "INSERT INTO troubles VALUES (?1, ?2, ?3) ON CONFLICT (exporter) DO UPDATE SET "
                    "reason = excluded.reason");
  change.bind(1, std::string_view(exporter));
  if (!why.empty()) {
    change.bind(2, to_unix_micros(now));
    change.bind(3, why);
  }
  return change.run();
}

ExporterProgress progress_of(const Statement& row, std::int64_t last) {
  ExporterProgress out;
  out.exporter = row.text(0);
  out.given_up = static_cast<std::uint64_t>(row.number(1));
  out.active = row.number(2) != 0;
  out.required = row.number(3) != 0;
  // Sequences have no gaps behind a cursor: nothing there is ever deleted.
  out.backlog = static_cast<std::uint64_t>(std::max<std::int64_t>(0, last - row.number(4)));
  return out;
}

Result<std::vector<ExporterProgress>> read_progress(RecordStore& store) {
  std::vector<ExporterProgress> out;
  Statement rows = store.database().prepare(
      "SELECT exporter, given_up, active, required, position, since, reason FROM cursors LEFT JOIN "
      "troubles USING (exporter) ORDER BY exporter");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    ExporterProgress& one = out.emplace_back(progress_of(rows, store.last_sequence()));
    if (!rows.is_null(5)) one.trouble = {from_unix_micros(rows.number(5)), rows.text(6)};
    const Result<void> counted = count_exceptions(store.database(), one);
    if (!counted) return counted.error();
    const auto oldest = store.oldest_behind(rows.number(4));
    if (!oldest) return oldest.error();
    one.oldest = *oldest;
  }
}

}  // namespace tollgate::ledger
