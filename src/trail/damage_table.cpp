// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "damage_table.hpp"

#include <algorithm>

namespace tollgate::trail {
namespace {

using storage::Database;

std::vector<std::int64_t> damaged_among(const FoundRows& found) {
  std::vector<std::int64_t> out = found.damaged;
  for (const StoredRow& stored : found.rows) {
    if (stored.content == ContentState::damaged) out.push_back(stored.row.sequence.value_or(0));
  }
  std::ranges::sort(out);
  return out;
}

}  // namespace

Result<void> note_damage(Database& database, FoundRows& found) {
  const std::vector<std::int64_t> damaged = damaged_among(found);
  if (damaged.empty()) return {};
  storage::Transaction transaction(database);
  if (!transaction.begun()) return transaction.begun();
  storage::LentStatement insert =
      database.kept("INSERT OR IGNORE INTO damaged_rows (sequence) VALUES (?)");
  for (const std::int64_t sequence : damaged) {
    insert->bind(1, sequence);
    const Result<void> done = insert->run();
    if (!done) return done;
    if (database.changes() > 0) found.newly_damaged.push_back(sequence);
  }
  return transaction.commit();
}

Result<Damage> read_damage(Database& database) {
  storage::LentStatement statement = database.kept(
      "SELECT COUNT(*), COUNT(*) FILTER (WHERE acknowledged = 0), "
      "MIN(sequence) FILTER (WHERE acknowledged = 0) FROM damaged_rows");
  const Result<bool> row = statement->step();
  if (!row) return row.error();
  return Damage{.rows = static_cast<std::uint64_t>(statement->number(0)),
                .untold = static_cast<std::uint64_t>(statement->number(1)),
                .first = statement->number(2)};
}

Result<void> forget_damage(Database& database, std::int64_t sequence) {
  storage::LentStatement statement = database.kept("DELETE FROM damaged_rows WHERE sequence <= ?");
  statement->bind(1, sequence);
  return statement->run();
}

Result<bool> acknowledge_damage(Database& database) {
  const Result<void> done =
      database.execute("UPDATE damaged_rows SET acknowledged = 1 WHERE acknowledged = 0");
  if (!done) return done.error();
  return database.changes() > 0;
}

std::string Damage::describe() const {
  if (untold == 0) return {};
  return std::to_string(untold) + (untold == 1 ? " row" : " rows") +
         " of the audit trail or their content " + (untold == 1 ? "is" : "are") +
         " damaged, and were not erased: sequence " + std::to_string(first) +
         (untold == 1 ? "" : " and others, which `tollgate audit export` names");
}

}  // namespace tollgate::trail
