// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "refusal_delivery.hpp"

#include <algorithm>

#include "delivery_table.hpp"
#include "refusal_table.hpp"
#include "row_cursors.hpp"

namespace tollgate::ledger {
namespace {

constexpr const char* kRefusals = "refusals";
constexpr const char* kRefusalCursors = "refusal_cursors";

/// The row in front of the first one whose count may still rise.
Result<std::int64_t> last_closed(Database& database) {
  return number_in(
      database,
      "SELECT COALESCE((SELECT MIN(sequence) - 1 FROM refusals WHERE closed = 0), (SELECT "
      "MAX(sequence) FROM refusals), 0)");
}

}  // namespace

Result<void> serve_refusals(Database& database, std::span<const ExporterTerms> exporters) {
  const Result<std::int64_t> last = last_sequence_of(database, kRefusals);
  if (!last) return last.error();
  return serve_row_cursors(database, kRefusalCursors, exporters, *last);
}

Result<std::vector<StoredRefusals>> refusals_behind(Database& database, const std::string& exporter,
                                                    std::size_t limit) {
  const Result<std::int64_t> position = row_cursor(database, kRefusalCursors, exporter);
  if (!position) return position.error();
  const Result<std::int64_t> closed = last_closed(database);
  if (!closed) return closed.error();
  Statement rows = database.prepare(
      std::string("SELECT ") + kRefusalColumns +
      " FROM refusals WHERE sequence > ? AND sequence <= ? ORDER BY sequence LIMIT ?");
  rows.bind(1, *position);
  rows.bind(2, *closed);
  rows.bind(3, static_cast<std::int64_t>(limit));
  std::vector<StoredRefusals> out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back(read_refusals(rows));
  }
}

Result<void> account_refusals(Database& database, const std::string& exporter,
                              const RefusalAccounting& accounting) {
  const Result<std::int64_t> position = row_cursor(database, kRefusalCursors, exporter);
  if (!position) return position.error();
  std::int64_t reached = *position;
  for (const auto* const list : {&accounting.accepted, &accounting.refused}) {
    for (const std::int64_t sequence : *list) reached = std::max(reached, sequence);
  }
  Statement move = database.prepare(
      "UPDATE refusal_cursors SET position = ?, given_up = given_up + ? WHERE exporter = ?");
  move.bind(1, reached);
  move.bind(2, static_cast<std::int64_t>(accounting.refused.size()));
  move.bind(3, std::string_view(exporter));
  return move.run();
}

Result<std::vector<ExporterProgress>> refusal_progress(Database& database) {
  const Result<std::int64_t> last = last_closed(database);
  if (!last) return last.error();
  std::vector<ExporterProgress> out;
  Statement rows = database.prepare(
      "SELECT exporter, given_up, active, required, position, (SELECT minute FROM refusals WHERE "
      "sequence > position AND closed = 1 ORDER BY sequence LIMIT 1) FROM refusal_cursors ORDER BY "
      "exporter");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    ExporterProgress& one = out.emplace_back(progress_of(rows, *last));
    if (!rows.is_null(5)) one.oldest = from_unix_micros(rows.number(5));
  }
}

}  // namespace tollgate::ledger
