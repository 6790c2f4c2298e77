// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_cursors.hpp"

#include <string_view>

namespace tollgate::ledger {
namespace {

Result<void> serve_row_cursor(Database& database, const std::string& cursors,
                              const ExporterTerms& exporter, std::int64_t last) {
  Statement insert =
      database.prepare("INSERT OR IGNORE INTO " + cursors + " VALUES (?1, ?2, 0, 0, 0)");
  insert.bind(1, std::string_view(exporter.name));
  insert.bind(2, exporter.from_beginning ? 0 : last);
  const Result<void> inserted = insert.run();
  if (!inserted) return inserted;
  // Behind what a salvage has lost sequences begin anew.
  Statement update =
      database.prepare("UPDATE " + cursors +
                       " SET active = 1, required = ?1, position = MIN(position, ?2) WHERE "
                       "exporter = ?3");
  update.bind(1, std::int64_t{exporter.required ? 1 : 0});
  update.bind(2, last);
  update.bind(3, std::string_view(exporter.name));
  return update.run();
}

}  // namespace

Result<std::int64_t> number_in(Database& database, const std::string& query) {
  Statement row = database.prepare(query);
  const Result<bool> found = row.step();
  if (!found) return found.error();
  return *found ? row.number(0) : 0;
}

Result<std::int64_t> last_sequence_of(Database& database, const std::string& table) {
  return number_in(database, "SELECT COALESCE((SELECT seq FROM sqlite_sequence WHERE name = '" +
                                 table + "'), 0)");
}

Result<void> serve_row_cursors(Database& database, const std::string& cursors,
                               std::span<const ExporterTerms> exporters, std::int64_t last) {
  Result<void> done = database.execute("UPDATE " + cursors + " SET active = 0");
  for (const ExporterTerms& exporter : exporters) {
    if (done) done = serve_row_cursor(database, cursors, exporter, last);
  }
  return done;
}

Result<std::int64_t> row_cursor(Database& database, const std::string& cursors,
                                const std::string& exporter) {
  Statement row = database.prepare("SELECT position FROM " + cursors + " WHERE exporter = ?");
  row.bind(1, std::string_view(exporter));
  const Result<bool> found = row.step();
  if (!found) return found.error();
  if (!*found) return Error{Errc::not_found, "no exporter is named " + exporter};
  return row.number(0);
}

}  // namespace tollgate::ledger
