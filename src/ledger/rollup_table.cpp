// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_table.hpp"

#include <algorithm>

#include "record_codec.hpp"
#include "rollup_codec.hpp"
#include "schema.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

/// Names that are kept in memory; the table is asked for more.
constexpr std::size_t kMostNames = 10'000;
/// Deleted in one transaction.
constexpr std::int64_t kDeleteDays = 7;

}  // namespace

Result<bool> RollupTable::is_full() {
  auto row = database_.kept("SELECT COALESCE(MAX(id), 0) FROM rollup_groups");
  const Result<bool> found = row->step();
  if (!found) return found.error();
  return row->number(0) >= most_groups_;
}

Result<std::int64_t> RollupTable::find(const Dictionary& dictionary, const std::string& bytes) {
  auto row = database_.kept(std::string("SELECT id FROM ") + dictionary.table + " WHERE " +
                            dictionary.column + " = ?");
  row->bind_bytes(1, bytes);
  const Result<bool> found = row->step();
  if (!found) return found.error();
  return *found ? row->number(0) : 0;
}

Result<std::int64_t> RollupTable::find_or_make(const Dictionary& dictionary,
                                               const std::string& bytes) {
  const Result<std::int64_t> known = find(dictionary, bytes);
  if (!known || *known != 0) return known;
  auto insert = database_.kept(std::string("INSERT INTO ") + dictionary.table + " (" +
                               dictionary.column + ") VALUES (?) RETURNING id");
  insert->bind_bytes(1, bytes);
  const Result<bool> made = insert->step();
  if (!made) return made.error();
  const std::int64_t number = insert->number(0);
  const Result<bool> done = insert->step();
  if (!done) return done.error();
  return number;
}

Result<std::int64_t> RollupTable::find_group(const std::string& dimensions) {
  const Result<std::int64_t> known = find(kGroups, dimensions);
  if (!known || *known != 0) return known;
  const Result<bool> full = is_full();
  if (!full) return full.error();
  return find_or_make(kGroups, *full ? without_free_words(dimensions) : dimensions);
}

Result<std::int64_t> RollupTable::group(const std::string& dimensions) {
  const auto known = groups_.find(dimensions);
  if (known != groups_.end()) return known->second;
  if (groups_.size() >= kMostNames) groups_.clear();
  const Result<std::int64_t> number = find_group(dimensions);
  if (number) groups_.emplace(dimensions, *number);
  return number;
}

Result<std::int64_t> RollupTable::price(const std::string& component) {
  const auto known = prices_.find(component);
  if (known != prices_.end()) return known->second;
  if (prices_.size() >= kMostNames) prices_.clear();
  const Result<std::int64_t> number = find_or_make(kPrices, component);
  if (number) prices_.emplace(component, *number);
  return number;
}

Result<void> RollupTable::add(const RollupPlace& place, const RollupSums& sums) {
  RollupSums all = sums;
  const auto bind = [&](Statement& statement) {
    statement.bind(1, place.length.count());
    statement.bind(2, place.start);
    statement.bind(3, place.group);
    statement.bind(4, static_cast<std::int64_t>(place.kind));
  };
  {
    auto row = database_.kept(
        "SELECT sums FROM rollups WHERE length = ? AND start = ? AND group_id = ? AND kind = ?");
    bind(*row);
    const Result<bool> found = row->step();
    if (!found) return found.error();
    if (*found && !add_encoded_sums(row->text(0), all))
      return Error{Errc::storage, "a row of rollups cannot be read"};
  }
  std::string bytes;
  encode_sums(all, bytes);
  auto write = database_.kept("INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?, ?)");
  bind(*write);
  write->bind_bytes_view(5, bytes);
  return write->run();
}

void RollupTable::forget_names() {
  groups_.clear();
  prices_.clear();
}

Result<bool> delete_old_rollups(Database& database, UtcTime before) {
  const std::int64_t day = kUtcDay.count();
  const std::int64_t limit = step_start(seconds_of(to_unix_micros(before)), kUtcDay);
  Statement oldest = database.prepare("SELECT MIN(start) FROM rollups WHERE length = ?");
  oldest.bind(1, day);
  const Result<bool> row = oldest.step();
  if (!row) return row.error();
  if (oldest.is_null(0) || oldest.number(0) >= limit) return false;
  const std::int64_t to = std::min(limit, oldest.number(0) + kDeleteDays * day);
  oldest.reset();
  for (const seconds length : {kQuarterHour, kUtcDay}) {
    Statement remove = database.prepare("DELETE FROM rollups WHERE length = ? AND start < ?");
    remove.bind(1, length.count());
    remove.bind(2, to);
    const Result<void> removed = remove.run();
    if (!removed) return removed.error();
  }
  const Result<void> noted = write_counter(database, Counter::rollups_lack_to, to * 1'000'000 - 1);
  if (!noted) return noted.error();
  return to < limit;
}

}  // namespace tollgate::ledger
