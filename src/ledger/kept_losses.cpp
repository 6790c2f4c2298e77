// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "kept_losses.hpp"

#include <string_view>

namespace tollgate::ledger {
namespace {

void bind_time(Statement& row, int index, std::optional<UtcTime> time) {
  if (time) {
    row.bind(index, to_unix_micros(*time));
  } else {
    row.bind_null(index);
  }
}

std::optional<UtcTime> time_at(const Statement& row, int column) {
  return row.is_null(column) ? std::nullopt : std::optional(from_unix_micros(row.number(column)));
}

Result<bool> has_loss_table(Database& database) {
  Statement row = database.prepare("SELECT 1 FROM sqlite_master WHERE name = 'losses'");
  return row.step();
}

}  // namespace

Result<void> make_loss_table(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS losses (line TEXT PRIMARY KEY, arrived_after INTEGER, "
      "arrived_before INTEGER) WITHOUT ROWID");
}

Result<void> keep_loss(Database& database, const Loss& loss) {
  Statement row = database.prepare("INSERT OR IGNORE INTO losses VALUES (?, ?, ?)");
  row.bind(1, std::string_view(loss.line));
  bind_time(row, 2, loss.arrived_after);
  bind_time(row, 3, loss.arrived_before);
  return row.run();
}

Result<std::vector<Loss>> kept_losses(Database& database) {
  const Result<bool> there = has_loss_table(database);
  if (!there) return there.error();
  std::vector<Loss> out;
  if (!*there) return out;
  Statement rows = database.prepare("SELECT line, arrived_after, arrived_before FROM losses");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({rows.text(0), time_at(rows, 1), time_at(rows, 2)});
  }
}

Result<void> forget_losses(Database& database, UtcTime arrived_before) {
  Statement rows = database.prepare("DELETE FROM losses WHERE arrived_before < ?");
  rows.bind(1, to_unix_micros(arrived_before));
  return rows.run();
}

}  // namespace tollgate::ledger
