// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "unfinished_segments.hpp"

#include <string_view>

#include "segment.hpp"

namespace tollgate::ledger {

Result<std::vector<UnfinishedSegment>> unfinished_segments(Database& database, Losses which) {
  std::string query = "SELECT name, ingested_to, changed_at FROM segments WHERE ingested_to < ?";
  if (which == Losses::untold) query += " AND name NOT IN (SELECT segment FROM told_losses)";
  Statement rows = database.prepare(query);
  rows.bind(1, static_cast<std::int64_t>(Segment::kSize));
  std::vector<UnfinishedSegment> out;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return out;
    out.push_back({rows.text(0), rows.number(1), from_unix_micros(rows.number(2))});
  }
}

Result<void> finish_segment(Database& database, const std::string& name) {
  Statement row = database.prepare("UPDATE segments SET ingested_to = ? WHERE name = ?");
  row.bind(1, static_cast<std::int64_t>(Segment::kSize));
  row.bind(2, std::string_view(name));
  return row.run();
}

}  // namespace tollgate::ledger
