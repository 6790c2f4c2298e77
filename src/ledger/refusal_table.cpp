// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_table.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace tollgate::ledger {
namespace {

constexpr const char* kQuotaTables = R"(
CREATE TABLE IF NOT EXISTS refusals (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT, row_id TEXT NOT NULL, minute INTEGER NOT NULL,
  closed INTEGER NOT NULL, gateway TEXT NOT NULL, client TEXT NOT NULL, model TEXT NOT NULL,
  scope TEXT NOT NULL, subject TEXT NOT NULL, limit_text TEXT NOT NULL, measure TEXT NOT NULL,
  period TEXT NOT NULL, reason TEXT NOT NULL, requests INTEGER NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS open_refusals ON refusals (
  minute, gateway, client, model, scope, subject, limit_text, reason) WHERE closed = 0;
CREATE INDEX IF NOT EXISTS refusals_by_time ON refusals (minute);
CREATE TABLE IF NOT EXISTS refusal_cursors (
  exporter TEXT PRIMARY KEY, position INTEGER NOT NULL, given_up INTEGER NOT NULL,
  active INTEGER NOT NULL, required INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS quota_actions (
  id TEXT PRIMARY KEY, made_at INTEGER NOT NULL, kind INTEGER NOT NULL, limit_key TEXT NOT NULL,
  amount INTEGER NOT NULL, limit_text TEXT NOT NULL, reason TEXT NOT NULL,
  peer TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS quota_actions_by_time ON quota_actions (made_at);
)";

/// A count may come this much after its minute: it is taken every second, and a disk is slow.
constexpr seconds kLate{5};
constexpr std::int64_t kDeletedAtOnce = 5'000;

/// The key of open_refusals, from the parameter 1 on.
void bind_key(Statement& statement, const usage::RefusalRow& row) {
  int at = 1;
  statement.bind(at++, to_unix_micros(row.minute));
  for (const std::string* const text :
       {&row.gateway, &row.client, &row.model, &row.scope, &row.subject, &row.limit, &row.reason})
    statement.bind(at++, std::string_view(*text));
}

/// Adds to the open row; false: there is none.
Result<bool> add_to_open(Database& database, const usage::RefusalRow& row) {
  auto update = database.kept(
      "UPDATE refusals SET requests = requests + ?9 WHERE closed = 0 AND minute = ?1 AND gateway = "
      "?2 AND client = ?3 AND model = ?4 AND scope = ?5 AND subject = ?6 AND limit_text = ?7 AND "
      "reason = ?8");
  bind_key(*update, row);
  update->bind(9, row.requests);
  const Result<void> done = update->run();
  if (!done) return done.error();
  return database.changes() == 1;
}

Result<void> insert_open(Database& database, const usage::RefusalRow& row) {
  auto insert = database.kept(
      "INSERT INTO refusals (minute, gateway, client, model, scope, subject, limit_text, reason, "
      "row_id, closed, measure, period, requests) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, 0, "
      "?10, ?11, ?12)");
  bind_key(*insert, row);
  insert->bind(9, std::string_view(make_uuid_v7(row.minute).to_string()));
  insert->bind(10, std::string_view(row.measure));
  insert->bind(11, std::string_view(row.period));
  insert->bind(12, row.requests);
  return insert->run();
}

Result<bool> has_room(Database& database, UtcTime minute) {
  auto row = database.kept("SELECT COUNT(*) FROM refusals WHERE closed = 0 AND minute = ?");
  row->bind(1, to_unix_micros(minute));
  const Result<bool> found = row->step();
  if (!found) return found.error();
  return row->number(0) < kMostRefusalRows;
}

/// What is left of a row where a minute has no room for one more.
usage::RefusalRow among_others(const usage::RefusalRow& row) {
  usage::RefusalRow out;
  out.minute = row.minute;
  out.gateway = row.gateway;
  out.subject = usage::kOtherRefusals;
  out.reason = row.reason;
  out.requests = row.requests;
  return out;
}

Result<void> put_row(Database& database, const usage::RefusalRow& row) {
  const Result<bool> added = add_to_open(database, row);
  if (!added) return added.error();
  if (*added) return {};
  const Result<bool> room = has_room(database, row.minute);
  if (!room) return room.error();
  if (*room) return insert_open(database, row);
  const usage::RefusalRow rest = among_others(row);
  const Result<bool> known = add_to_open(database, rest);
  if (!known) return known.error();
  return *known ? Result<void>() : insert_open(database, rest);
}

}  // namespace

Result<void> make_quota_tables(Database& database) { return database.execute(kQuotaTables); }

Result<bool> has_quota_tables(Database& database) {
  Statement row = database.prepare(
      "SELECT COUNT(*) FROM sqlite_master WHERE name IN ('refusals', 'quota_actions')");
  const Result<bool> found = row.step();
  if (!found) return found.error();
  return row.number(0) == 2;
}

Result<void> put_refusals(Database& database, std::span<const usage::RefusalRow> counts,
                          UtcTime now) {
  const Result<void> closed = close_refusals(database, now);
  if (!closed) return closed;
  for (const usage::RefusalRow& row : counts) {
    const Result<void> put = put_row(database, row);
    if (!put) return put;
  }
  return {};
}

Result<void> close_refusals(Database& database, UtcTime now) {
  auto update = database.kept(
      "UPDATE refusals SET closed = 1 WHERE closed = 0 AND (minute <= ? OR minute > ?)");
  // A minute of the time to come is of a clock that was set back.
  update->bind(1, to_unix_micros(now - std::chrono::minutes(1) - kLate));
  update->bind(2, to_unix_micros(now));
  return update->run();
}

StoredRefusals read_refusals(const Statement& row) {
  StoredRefusals out;
  out.sequence = row.number(0);
  out.row.row_id = Uuid::parse(row.text(1)).value_or(Uuid{});
  out.row.minute = from_unix_micros(row.number(2));
  int at = 3;
  for (std::string* const text :
       {&out.row.gateway, &out.row.client, &out.row.model, &out.row.scope, &out.row.subject,
        &out.row.limit, &out.row.measure, &out.row.period, &out.row.reason})
    *text = row.text(at++);
  out.row.requests = row.number(at);
  return out;
}

Result<void> for_each_refusals(Database& database, UtcTime from, UtcTime until,
                               const std::function<void(const StoredRefusals&)>& visit) {
  Statement rows =
      database.prepare(std::string("SELECT ") + kRefusalColumns +
                       " FROM refusals WHERE minute >= ? AND minute < ? ORDER BY minute, sequence");
  rows.bind(1, to_unix_micros(from));
  rows.bind(2, to_unix_micros(until));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    visit(read_refusals(rows));
  }
}

Result<bool> delete_refusals(Database& database, UtcTime before, std::int64_t most) {
  Statement last = database.prepare(
      "SELECT COALESCE((SELECT MAX(sequence) FROM (SELECT sequence FROM refusals WHERE closed = 1 "
      "AND (minute < ?1 OR sequence <= (SELECT COALESCE(MAX(sequence), 0) FROM refusals) - ?2) "
      "ORDER BY sequence LIMIT ?3)), 0)");
  last.bind(1, to_unix_micros(before));
  last.bind(2, most);
  last.bind(3, kDeletedAtOnce);
  const Result<bool> found = last.step();
  if (!found) return found.error();
  const std::int64_t to = last.number(0);
  if (to == 0) return false;
  Statement drop = database.prepare("DELETE FROM refusals WHERE sequence <= ? AND closed = 1");
  drop.bind(1, to);
  const Result<void> dropped = drop.run();
  if (!dropped) return dropped.error();
  const bool more = database.changes() >= kDeletedAtOnce;
  Statement pass = database.prepare(
      "UPDATE refusal_cursors SET given_up = given_up + ?1 - position, position = ?1 WHERE "
      "position < ?1");
  pass.bind(1, to);
  const Result<void> passed = pass.run();
  if (!passed) return passed.error();
  return more;
}

}  // namespace tollgate::ledger
