// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_check.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "adjustment_table.hpp"
#include "counter_check.hpp"
#include "ledger_snapshot.hpp"
#include "record_codec.hpp"
#include "rollup_codec.hpp"
#include "rollup_corrections.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"
#include "seal_check.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

/// When the day begins, in seconds since 1970.
std::int64_t day_of(std::int64_t micros) { return step_start(seconds_of(micros), kUtcDay); }

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
  const auto doubt = doubt_of_roll_ups(database_);
  if (!doubt) return doubt.error();
  const auto cursor = find_counter(database_, Counter::rolled_up_to);
  if (!cursor) return cursor.error();
  rolled_up_to_ = *doubt ? 0 : cursor->value_or(0);
  const auto whole = first_whole(database_, kUtcDay);
  if (!whole) return whole.error();
  whole_from_ = *whole;
  const auto adjusted = has_adjustments(database_);
  if (!adjusted) return adjusted.error();
  adjusted_ = *adjusted;
  return {};
}

void RollupCheck::expect(const Correction& correction) {
  const auto add_to = [&](const usage::UsageRecord& record, int sign) {
    std::string payload;
    encode_record(record, payload);
    const RollupShare share = read_share(payload);
    const std::int64_t day = day_of(share.event_time);
    of_adjustments_[{day, record.client_name}].add(share.sums, sign);
  };
  add_to(correction.before, -1);
  add_to(correction.after, 1);
}

void RollupCheck::expect_correction(std::string_view payload) {
  if (!adjusted_ || !failed_) return;
  const auto correction = correction_of(database_, payload);
  if (!correction) failed_ = correction.error();
  if (correction && *correction) expect(**correction);
}

void RollupCheck::add(std::int64_t sequence, std::string_view payload) {
  expect_correction(payload);
  if (sequence == 0 || sequence > rolled_up_to_) return;
  RollupShare share = read_share(payload);
  auto record = decode_fields(share.dimensions);
  if (!record) {
    share = damaged_share(payload);
    record.emplace();
  }
  const std::int64_t day = day_of(share.event_time);
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

Result<void> RollupCheck::read(seconds length, std::optional<RollupKind> kind, Sums& out) {
  Statement rows = database_.prepare(rollup_rows("WHERE length = ? AND kind BETWEEN ? AND ?"));
  rows.bind(1, length.count());
  rows.bind(2, static_cast<std::int64_t>(kind.value_or(RollupKind::records)));
  rows.bind(3, static_cast<std::int64_t>(kind.value_or(RollupKind::corrections)));
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) return {};
    const RollupPlace place = rollup_place(rows);
    const Result<std::string> client = client_of(place.group);
    if (!client) return client.error();
    RollupSums sums;
    if (!add_encoded_sums(rows.text(kRollupSums), place, sums)) {
      damaged_.insert(damaged_rollup(place));
      continue;
    }
    out[{step_start(place.start, kUtcDay), *client}].add(sums);
  }
}

Result<std::vector<std::string>> RollupCheck::end(const Whole& whole) {
  if (adjusted_ && failed_)
    failed_ = for_each_unused(database_, [this](const Correction& one) { expect(one); });
  if (!failed_) return failed_.error();
  Sums records;
  Sums corrections;
  Sums quarters;
  Sums days;
  Result<void> done = read(kUtcDay, RollupKind::records, records);
  if (done) done = read(kUtcDay, RollupKind::corrections, corrections);
  if (done) done = read(kQuarterHour, std::nullopt, quarters);
  if (done) done = read(kUtcDay, std::nullopt, days);
  if (!done) return done.error();
  std::vector<std::string> out(damaged_.begin(), damaged_.end());
  if (whole.records && rolled_up_to_ > 0)
    compare(records, of_records_, whole_from_, "do not agree with its records", out);
  const std::size_t found = out.size();
  if (whole.records && whole.adjustments)
    compare(corrections, of_adjustments_, whole_from_, "do not agree with its adjustments", out);
  adjustments_disagree_ = out.size() > found;
  compare(days, quarters, std::numeric_limits<std::int64_t>::min(),
          "differ between the day and its quarter hours", out);
  const Result<void> sealed = compare_with_seals(out);
  if (!sealed) return sealed.error();
  return out;
}

/// What nothing else names.
Result<void> RollupCheck::compare_with_seals(std::vector<std::string>& out) {
  const auto faults = find_seal_faults(database_);
  if (!faults) return faults.error();
  std::vector<SealFault> unnamed;
  for (const SealFault& fault : *faults) {
    const std::string day =
        to_rfc3339(from_unix_micros(fault.place.start * 1'000'000)).substr(0, 10);
    const bool named =
        fault.place.length > 0 && std::ranges::any_of(out, [&](const std::string& line) {
          return line.find(" of " + day) != std::string::npos;
        });
    if (!named) unnamed.push_back(fault);
  }
  for (std::string& line : lines_of(unnamed)) out.push_back(std::move(line));
  return {};
}

Result<SumFaults> find_sum_faults(Database& database, const std::vector<JournalRecord>& journals) {
  LedgerSnapshot snapshot(database, journals);
  RollupCheck check(database);
  Result<void> done = snapshot.take();
  if (done) done = check.begin();
  if (done)
    done = snapshot.for_each(
        {}, [&](const LedgerSnapshot::Entry& entry) { check.add(entry.sequence, entry.payload); });
  if (!done) return done.error();
  const auto gaps = snapshot.gaps();
  if (!gaps) return gaps.error();
  SumFaults out{.records_whole = gaps->empty() && snapshot.damaged().empty()};
  auto lines = check.end({.records = out.records_whole, .adjustments = true});
  if (!lines) return lines.error();
  out.lines = std::move(*lines);
  out.adjustments_disagree = check.adjustments_disagree();
  return out;
}

}  // namespace tollgate::ledger
