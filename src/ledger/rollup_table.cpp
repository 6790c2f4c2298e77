// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_table.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "counter_check.hpp"
#include "counter_seals.hpp"
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
/// Rows that are looked through at a time for what lacks a check sum.
constexpr std::int64_t kLookAtOnce = 5'000;

void bind_place(Statement& statement, const RollupPlace& place) {
  statement.bind(1, place.length.count());
  statement.bind(2, place.start);
  statement.bind(3, place.group);
  statement.bind(4, static_cast<std::int64_t>(place.kind));
}

Result<void> write_bytes(Database& database, const RollupPlace& place, const std::string& bytes) {
  auto write = database.kept("INSERT OR REPLACE INTO rollups VALUES (?, ?, ?, ?, ?)");
  bind_place(*write, place);
  write->bind_bytes_view(5, bytes);
  return write->run();
}

Result<void> write_sums(Database& database, const RollupPlace& place, const RollupSums& sums) {
  std::string bytes;
  encode_sums(sums, place, bytes);
  return write_bytes(database, place, bytes);
}

/// The rows behind `at`, which moves on with them, that lack a check sum. False: there are no more.
Result<bool> find_without(Database& database, RollupPlace& at,
                          std::vector<std::pair<RollupPlace, RollupSums>>& out) {
  Statement rows =
      database.prepare(rollup_rows("WHERE (length, start, group_id, kind) > "
                                   "(?, ?, ?, ?) ORDER BY length, start, group_id, kind LIMIT ?"));
  bind_place(rows, at);
  rows.bind(5, kLookAtOnce);
  for (std::int64_t count = 0;; ++count) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return count == kLookAtOnce;
    at = rollup_place(rows);
    const std::string bytes = rows.text(kRollupSums);
    RollupSums sums;
    if (lacks_check_sum(bytes) && add_encoded_sums(bytes, at, sums))
      out.emplace_back(at, std::move(sums));
  }
}

Result<void> give_each(Database& database) {
  RollupPlace at{seconds(-1), 0, 0, RollupKind::records};
  for (bool more = true; more;) {
    std::vector<std::pair<RollupPlace, RollupSums>> found;
    const Result<bool> rest = find_without(database, at, found);
    if (!rest) return rest.error();
    more = *rest;
    for (const auto& [place, sums] : found) {
      const Result<void> written = write_sums(database, place, sums);
      if (!written) return written;
    }
  }
  return {};
}

}  // namespace

std::string rollup_rows(const char* which) {
  std::string out = "SELECT length, start, group_id, kind, sums FROM rollups ";
  out.append(which);
  return out;
}

RollupPlace rollup_place(const Statement& row) {
  return {seconds(row.number(0)), row.number(1), row.number(2),
          static_cast<RollupKind>(row.number(3))};
}

std::string damaged_rollup(const RollupPlace& place) {
  return "the roll-up of " + to_rfc3339(from_unix_micros(place.start * 1'000'000)).substr(0, 19) +
         "Z (" + (place.length == kUtcDay ? "day" : "quarter of an hour") + ", group " +
         std::to_string(place.group) + ") is damaged";
}

Result<void> give_check_sums(Database& database) {
  const auto rolled = find_counter(database, Counter::rolled_up_to);
  if (!rolled) return rolled.error();
  const auto summed = find_counter(database, Counter::rollups_summed_to);
  if (!summed) return summed.error();
  if (*rolled == *summed) return {};
  // What is false is left for who tells of it.
  const Result<bool> counts = has_its_form(database, Counter::rollups_summed_to);
  if (!counts || !*counts) return counts ? Result<void>() : counts.error();
  const auto doubt = doubt_of_roll_ups(database);
  if (!doubt) return doubt.error();
  // Within a transaction that there may be; else it is one of its own.
  Result<void> done = database.execute("SAVEPOINT check_sums");
  if (!done) return done;
  done = give_each(database);
  // Where one of the two is false, the other counter may be what proves it.
  if (done && !*doubt && summed->value_or(0) <= rolled->value_or(0))
    done = write_sealed_counter(database, Counter::rollups_summed_to, rolled->value_or(0));
  if (done) return database.execute("RELEASE check_sums");
  (void)database.execute("ROLLBACK TO check_sums; RELEASE check_sums");
  return done;
}

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
  seals_.add(dictionary.seal, number, bytes);
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
  {
    auto row = database_.kept(
        "SELECT sums FROM rollups WHERE length = ? AND start = ? AND group_id = ? AND kind = ?");
    bind_place(*row, place);
    const Result<bool> found = row->step();
    if (!found) return found.error();
    const std::string known = *found ? row->text(0) : "";
    if (*found && !add_encoded_sums(known, place, all))
      return Error{Errc::storage, damaged_rollup(place) +
                                      ": `tollgate ledger salvage` makes it anew where records "
                                      "are kept"};
    if (*found) seals_.add(place, known, -1);
  }
  std::string bytes;
  encode_sums(all, place, bytes);
  seals_.add(place, bytes);
  return write_bytes(database_, place, bytes);
}

Result<void> RollupTable::remove(RollupKind kind, seconds length, std::int64_t begin,
                                 std::int64_t end) {
  const auto bind = [&](Statement& statement) {
    statement.bind(1, length.count());
    statement.bind(2, static_cast<std::int64_t>(kind));
    statement.bind(3, begin);
    statement.bind(4, end);
  };
  constexpr const char* kWhich = "WHERE length = ? AND kind = ? AND start >= ? AND start < ?";
  {
    Statement rows = database_.prepare(rollup_rows(kWhich));
    bind(rows);
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) break;
      seals_.add(rollup_place(rows), rows.text(kRollupSums), -1);
    }
  }
  Statement drop = database_.prepare(std::string("DELETE FROM rollups ") + kWhich);
  bind(drop);
  return drop.run();
}

void RollupTable::forget_names() {
  groups_.clear();
  prices_.clear();
  seals_.forget();
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
  const Result<void> unsealed = delete_seals(database, to);
  if (!unsealed) return unsealed.error();
  const Result<void> noted =
      write_sealed_counter(database, Counter::rollups_lack_to, to * 1'000'000 - 1);
  if (!noted) return noted.error();
  return to < limit;
}

}  // namespace tollgate::ledger
