// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "sequence_gaps.hpp"

#include <algorithm>

#include "schema.hpp"

namespace tollgate::ledger {
namespace {

std::string to_the_second(UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; }

Result<OrderEnds> read_ends(Database& database) {
  const Result<std::int64_t> forgotten = read_counter(database, Counter::forgotten_to);
  if (!forgotten) return forgotten.error();
  const Result<std::int64_t> given = read_counter(database, Counter::given_to);
  if (!given) return given.error();
  // An exporter has got what it passed, also where an earlier version kept no `given_to`.
  Statement cursors = database.prepare("SELECT COALESCE(MAX(position), 0) FROM cursors");
  const Result<bool> row = cursors.step();
  if (!row) return row.error();
  return OrderEnds{*forgotten, std::max(*given, cursors.number(0))};
}

}  // namespace

std::int64_t first_due(std::optional<std::int64_t> first, std::int64_t forgotten_to) {
  return first ? std::min(*first, forgotten_to + 1) : forgotten_to + 1;
}

std::vector<SequenceGap> find_gaps(std::span<const BlockPlace> blocks, const OrderEnds& ends) {
  std::vector<SequenceGap> out;
  const auto first = blocks.empty() ? std::nullopt : std::optional(blocks.front().first);
  std::int64_t next = first_due(first, ends.forgotten_to);
  std::optional<UtcTime> after;
  for (const BlockPlace& block : blocks) {
    if (block.first > next) out.push_back({next, block.first - 1, after, block.arrived_at});
    next = std::max(next, block.first + block.records);
    after = block.arrived_at;
  }
  const std::int64_t reached = std::max(ends.given_to, ends.forgotten_to);
  if (reached >= next) out.push_back({next, reached, after, std::nullopt});
  return out;
}

Result<std::vector<SequenceGap>> read_gaps(Database& database) {
  const Result<OrderEnds> ends = read_ends(database);
  if (!ends) return ends.error();
  std::vector<BlockPlace> blocks;
  Statement rows = database.prepare(
      "SELECT first_sequence, records, arrived_at FROM blocks ORDER BY first_sequence");
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return find_gaps(blocks, *ends);
    blocks.push_back({rows.number(0), rows.number(1), from_unix_micros(rows.number(2))});
  }
}

std::string describe(const SequenceGap& gap) {
  const std::int64_t count = gap.last - gap.first + 1;
  std::string out = count == 1 ? "the record " + std::to_string(gap.first) + " is missing; it"
                               : "the records " + std::to_string(gap.first) + " to " +
                                     std::to_string(gap.last) + " are missing, " +
                                     std::to_string(count) + " of them; they";
  out += " arrived";
  if (gap.arrived_after) out += " after " + to_the_second(*gap.arrived_after);
  if (gap.arrived_after && gap.arrived_before) out += " and";
  if (gap.arrived_before) out += " before " + to_the_second(*gap.arrived_before);
  return gap.arrived_after || gap.arrived_before ? out : out + " at a time that is not known";
}

}  // namespace tollgate::ledger
