// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_check.hpp"

#include <limits>
#include <set>

#include "record_codec.hpp"
#include "retention.hpp"
#include "rollup_codec.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"

namespace tollgate::ledger {
namespace {

std::int64_t day_of(std::int64_t second) {
  const std::int64_t day = kUtcDay.count();
  return second - ((second % day) + day) % day;
}

/// Days and clients of which the two do not say the same.
template <class Sums>
void compare(const Sums& one, const Sums& other, std::int64_t from, const std::string& what,
             std::vector<std::string>& out) {
  std::set<typename Sums::key_type> keys;
  for (const Sums* const sums : {&one, &other}) {
    for (const auto& [key, ignored] : *sums) keys.insert(key);
  }
  const RollupSums none;
  for (const auto& key : keys) {
    if (key.first < from) continue;
    const auto a = one.find(key);
    const auto b = other.find(key);
    if ((a == one.end() ? none : a->second).counts == (b == other.end() ? none : b->second).counts)
      continue;
    out.push_back("the roll-ups of " +
                  to_rfc3339(from_unix_micros(key.first * 1'000'000)).substr(0, 10) +
                  " for the client '" + key.second + "' " + what);
  }
}

}  // namespace

Result<void> RollupCheck::begin() {
  const auto cursor = rolled_up_to(database_);
  if (!cursor) return cursor.error();
  rolled_up_to_ = cursor->value_or(0);
  const auto deleted = deleted_to(database_);
  if (!deleted) return deleted.error();
  const auto lack = find_counter(database_, Counter::rollups_lack_to);
  if (!lack) return lack.error();
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  if (*deleted) last = to_unix_micros(**deleted);
  if (*lack) last = std::max(last, **lack);
  const bool all = last == std::numeric_limits<std::int64_t>::min();
  whole_from_ = all ? last : last / 1'000'000 + 1;
  return {};
}

void RollupCheck::add(std::int64_t sequence, std::string_view payload) {
  if (sequence == 0 || sequence > rolled_up_to_) return;
  RollupShare share = read_share(payload);
  auto record = decode_fields(share.dimensions);
  if (!record) {
    share = damaged_share(payload);
    record.emplace();
  }
  const std::int64_t day = day_of(share.event_time / 1'000'000);
  of_records_[{day, record->client_name}].add(share.sums);
}

Result<std::string> RollupCheck::client_of(std::int64_t group) {
  const auto known = clients_.find(group);
  if (known != clients_.end()) return known->second;
  Statement row = database_.prepare("SELECT dimensions FROM rollup_groups WHERE id = ?");
  row.bind(1, group);
  const Result<bool> found = row.step();
  if (!found) return found.error();
  const auto record = *found ? decode_fields(row.text(0)) : std::nullopt;
  if (!record) return Error{Errc::storage, "a group of the roll-ups cannot be read"};
  return clients_[group] = record->client_name;
}

Result<void> RollupCheck::read(seconds length, bool records_only, Sums& out) {
  Statement rows =
      database_.prepare("SELECT start, group_id, sums FROM rollups WHERE length = ? AND kind <= ?");
  rows.bind(1, length.count());
  rows.bind(
      2, static_cast<std::int64_t>(records_only ? RollupKind::records : RollupKind::corrections));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const Result<std::string> client = client_of(rows.number(1));
    if (!client) return client.error();
    if (!add_encoded_sums(rows.text(2), out[{day_of(rows.number(0)), *client}]))
      return Error{Errc::storage, "a row of rollups cannot be read"};
  }
}

Result<std::vector<std::string>> RollupCheck::end(bool records_are_whole) {
  std::vector<std::string> out;
  if (rolled_up_to_ == 0) return out;
  Sums records;
  Sums quarters;
  Sums days;
  Result<void> done = read(kUtcDay, true, records);
  if (done) done = read(kQuarterHour, false, quarters);
  if (done) done = read(kUtcDay, false, days);
  if (!done) return done.error();
  if (records_are_whole)
    compare(records, of_records_, whole_from_, "do not agree with its records", out);
  compare(days, quarters, std::numeric_limits<std::int64_t>::min(),
          "differ between the day and its quarter hours", out);
  return out;
}

}  // namespace tollgate::ledger
