// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "cursor_table.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "trail_schema.hpp"

namespace tollgate::trail {
namespace {

using storage::Database;
using storage::Statement;

std::int64_t number_of(Stream stream) { return static_cast<std::int64_t>(stream); }

Result<void> forget_exception(Database& database, Stream stream, const std::string& exporter,
                              std::int64_t sequence) {
  Statement statement =
      database.prepare("DELETE FROM exceptions WHERE exporter = ? AND stream = ? AND sequence = ?");
  statement.bind(1, exporter);
  statement.bind(2, number_of(stream));
  statement.bind(3, sequence);
  return statement.run();
}

Result<void> note_refused(Database& database, Stream stream, const std::string& exporter,
                          const RefusedRow& refused, UtcTime now) {
  Statement statement =
      database.prepare("INSERT OR REPLACE INTO exceptions VALUES (?, ?, ?, 0, ?, ?)");
  statement.bind(1, exporter);
  statement.bind(2, number_of(stream));
  statement.bind(3, refused.sequence);
  statement.bind(4, refused.reason);
  statement.bind(5, to_unix_micros(now));
  return statement.run();
}

Result<void> move_cursor(Database& database, Stream stream, const std::string& exporter,
                         std::int64_t position) {
  Statement statement = database.prepare(
      "UPDATE cursors SET position = MAX(position, ?) WHERE exporter = ? AND stream = ?");
  statement.bind(1, position);
  statement.bind(2, exporter);
  statement.bind(3, number_of(stream));
  return statement.run();
}

/// The first number of the first row.
Result<std::int64_t> first_number(Statement& statement) {
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  return *row ? statement.number(0) : 0;
}

std::vector<Stream> streams_of(const ServedExporter& exporter) {
  if (exporter.checkpoints_only) return {Stream::checkpoints};
  return {Stream::rows, Stream::accesses};
}

Result<std::size_t> decide(Database& database, const char* sql, const std::string& exporter) {
  Statement statement = database.prepare(sql);
  statement.bind(1, exporter);
  const Result<void> done = statement.run();
  if (!done) return done.error();
  return static_cast<std::size_t>(database.changes());
}

/// Of a fact: "MICROSECONDS REASON", empty when it is over.
std::string trouble_name(Stream stream, const std::string& exporter) {
  return std::string(fact::kTrouble) + std::to_string(number_of(stream)) + ":" + exporter;
}

Result<std::optional<StreamTrouble>> find_trouble(Database& database, Stream stream,
                                                  const std::string& exporter) {
  const Result<std::string> text = read_fact(database, trouble_name(stream, exporter).c_str());
  if (!text) return text.error();
  std::int64_t since = 0;
  const char* const end = text->data() + text->size();
  const auto [behind, error] = std::from_chars(text->data(), end, since);
  if (error != std::errc() || behind == end) return std::optional<StreamTrouble>();
  return std::optional(StreamTrouble{from_unix_micros(since), std::string(behind + 1, end)});
}

Result<std::vector<StreamProgress>> read_places(Database& database) {
  // A backlog is a difference of places, but for the rows that are deleted already.
  storage::LentStatement statement = database.kept(
      "SELECT exporter, stream, active, position, MAX(0, CASE stream WHEN ?1 THEN "
      "COALESCE((SELECT MAX(sequence) - MAX(MIN(sequence) - 1, position) FROM audit_rows), 0) "
      "WHEN ?3 THEN (SELECT COUNT(*) FROM audit_rows WHERE kind = 'checkpoint' AND sequence > "
      "position) ELSE COALESCE((SELECT MAX(sequence) - MAX(MIN(sequence) - 1, position) FROM "
      "accesses), 0) "
      "END), (SELECT COUNT(*) FROM exceptions e WHERE e.exporter = c.exporter AND e.stream = "
      "c.stream AND retrying = 0), (SELECT COUNT(*) FROM exceptions e WHERE e.exporter = "
      "c.exporter AND e.stream = c.stream AND retrying = 1), CASE stream WHEN ?2 THEN "
      "(SELECT event_time FROM accesses WHERE sequence = MIN(COALESCE((SELECT MIN(sequence) FROM "
      "accesses WHERE sequence > c.position), e), e)) ELSE (SELECT event_time FROM audit_rows "
      "WHERE sequence = MIN(COALESCE((SELECT MIN(sequence) FROM audit_rows WHERE sequence > "
      "c.position AND (stream <> ?3 OR kind = 'checkpoint')), e), e)) END FROM (SELECT *, "
      "COALESCE((SELECT MIN(sequence) FROM exceptions e WHERE e.exporter = o.exporter AND "
      "e.stream = o.stream AND retrying = 1), 9223372036854775807) AS e FROM cursors o) c ORDER "
      "BY exporter, stream");
  statement->bind(1, number_of(Stream::rows));
  statement->bind(2, number_of(Stream::accesses));
  statement->bind(3, number_of(Stream::checkpoints));
  std::vector<StreamProgress> out;
  for (;;) {
    const Result<bool> row = statement->step();
    if (!row) return row.error();
    if (!*row) return out;
    std::optional<UtcTime> oldest;
    if (!statement->is_null(7)) oldest = from_unix_micros(statement->number(7));
    out.push_back({.exporter = statement->text(0),
                   .stream = static_cast<Stream>(statement->number(1)),
                   .active = statement->number(2) != 0,
                   .position = statement->number(3),
                   .backlog = static_cast<std::uint64_t>(statement->number(4)),
                   .quarantined = static_cast<std::uint64_t>(statement->number(5)),
                   .retrying = static_cast<std::uint64_t>(statement->number(6)),
                   .oldest = oldest});
  }
}

}  // namespace

Result<void> serve_exporters(Database& database, std::span<const ServedExporter> exporters) {
  const Result<void> nobody = database.execute("UPDATE cursors SET active = 0");
  if (!nobody) return nobody;
  Statement statement = database.prepare(
      "INSERT INTO cursors VALUES (?, ?, 0, 1) ON CONFLICT DO UPDATE SET active = 1");
  for (const ServedExporter& exporter : exporters) {
    for (const Stream stream : streams_of(exporter)) {
      statement.bind(1, exporter.name);
      statement.bind(2, number_of(stream));
      const Result<void> done = statement.run();
      if (!done) return done;
    }
  }
  return {};
}

Result<std::int64_t> position_of(Database& database, Stream stream, const std::string& exporter) {
  Statement statement =
      database.prepare("SELECT position FROM cursors WHERE exporter = ? AND stream = ?");
  statement.bind(1, exporter);
  statement.bind(2, number_of(stream));
  const Result<bool> row = statement.step();
  if (!row) return row.error();
  if (*row) return statement.number(0);
  return Error{Errc::not_found, "no exporter of the audit trail is named " + exporter};
}

Result<void> account(Database& database, Stream stream, const std::string& exporter,
                     const RowAccounting& accounting, UtcTime now) {
  std::int64_t last = 0;
  for (const std::int64_t sequence : accounting.accepted) {
    const Result<void> done = forget_exception(database, stream, exporter, sequence);
    if (!done) return done;
    last = std::max(last, sequence);
  }
  for (const RefusedRow& refused : accounting.refused) {
    const Result<void> done = note_refused(database, stream, exporter, refused, now);
    if (!done) return done;
    last = std::max(last, refused.sequence);
  }
  for (const std::int64_t sequence : accounting.damaged) {
    const Result<void> done = forget_exception(database, stream, exporter, sequence);
    if (!done) return done;
    last = std::max(last, sequence);
  }
  return move_cursor(database, stream, exporter, last);
}

Result<std::int64_t> free_to(Database& database, Stream stream, std::int64_t last) {
  // Checkpoints are rows: whoever takes them alone has got all up to the last one, or needs none.
  storage::LentStatement cursors =
      database.kept("SELECT MIN(position) FROM cursors WHERE active = 1 AND stream IN (?1, ?2)");
  cursors->bind(1, number_of(stream));
  cursors->bind(2, number_of(stream == Stream::rows ? Stream::checkpoints : stream));
  const Result<bool> row = cursors->step();
  if (!row) return row.error();
  const std::int64_t reached = cursors->is_null(0) ? last : std::min(last, cursors->number(0));
  storage::LentStatement exceptions =
      database.kept("SELECT MIN(sequence) FROM exceptions WHERE stream IN (?1, ?2)");
  exceptions->bind(1, number_of(stream));
  exceptions->bind(2, number_of(stream == Stream::rows ? Stream::checkpoints : stream));
  const Result<std::int64_t> kept = first_number(*exceptions);
  if (!kept) return kept.error();
  return *kept == 0 ? reached : std::min(reached, *kept - 1);
}

Result<bool> are_rows_delivered(Database& database) {
  Statement statement =
      database.prepare("SELECT 1 FROM cursors WHERE active = 1 AND stream = ? LIMIT 1");
  statement.bind(1, number_of(Stream::rows));
  return statement.step();
}

Result<void> note_trouble(Database& database, Stream stream, const std::string& exporter,
                          StreamTrouble trouble) {
  const auto before = find_trouble(database, stream, exporter);
  if (!before) return before.error();
  if (!*before && trouble.reason.empty()) return {};
  if (*before) trouble.since = (*before)->since;
  const std::string text =
      trouble.reason.empty() ? std::string()
                             : std::to_string(to_unix_micros(trouble.since)) + " " + trouble.reason;
  return write_fact(database, trouble_name(stream, exporter).c_str(), text);
}

Result<std::vector<StreamProgress>> read_progress(Database& database) {
  Result<std::vector<StreamProgress>> out = read_places(database);
  if (!out) return out;
  for (StreamProgress& one : *out) {
    auto trouble = find_trouble(database, one.stream, one.exporter);
    if (!trouble) return trouble.error();
    one.trouble = std::move(*trouble);
  }
  return out;
}

Result<std::size_t> retry_refused(Database& database, const std::string& exporter) {
  return decide(database, "UPDATE exceptions SET retrying = 1 WHERE exporter = ? AND retrying = 0",
                exporter);
}

Result<std::size_t> release_refused(Database& database, const std::string& exporter) {
  return decide(database, "DELETE FROM exceptions WHERE exporter = ? AND retrying = 0", exporter);
}

}  // namespace tollgate::trail
