// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "share_reader.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "adjustment_table.hpp"
#include "component_codec.hpp"
#include "payload_glance.hpp"
#include "record_codec.hpp"
#include "record_store.hpp"
#include "rollup_writer.hpp"
#include "schema.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

std::int64_t unix_seconds(UtcTime time) { return seconds_of(to_unix_micros(time)); }
UtcTime from_unix_seconds(std::int64_t time) { return from_unix_micros(time * 1'000'000); }

constexpr const char* kWithoutSums =
    "`tollgate ledger salvage` makes sums anew of records that are kept; `tollgate records` reads "
    "these themselves";

Error unreadable_rollups() { return {Errc::storage, "the roll-ups cannot be read"}; }

}  // namespace

Result<void> ShareReader::read(const ShareQuery& query, const ShareVisit& visit) {
  if (query.source == SumSource::records) return read_records(query, visit);
  const auto cursor = rolled_up_to(database_);
  if (!cursor) return cursor.error();
  const Result<void> done = read_rollups(query, visit);
  if (!done) return done;
  return snapshot_.for_each_behind(
      cursor->value_or(0), query.period.from,
      [&](const LedgerSnapshot::Entry& entry) { visit_record(entry, query.period, visit); });
}

/// With the cost that counts.
Result<void> ShareReader::visit_counting(const LedgerSnapshot::Entry& entry, const Period& period,
                                         const ShareVisit& visit) {
  const auto glance = glance_at(entry.payload);
  Result<std::optional<StoredAdjustment>> newest = std::optional<StoredAdjustment>();
  if (glance) newest = newest_adjustment(database_, glance->record_id);
  if (!newest) return newest.error();
  if (!*newest) {
    visit_record(entry, period, visit);
    return {};
  }
  note_damaged(**newest);
  std::string payload;
  encode_record(usage::with_cost(read_payload(entry.payload), (*newest)->adjustment.record),
                payload);
  visit_record({entry.sequence, payload}, period, visit);
  return {};
}

/// With the costs that count. Roll-ups have them already, also of records behind their cursor.
Result<void> ShareReader::read_records(const ShareQuery& query, const ShareVisit& visit) {
  const Result<bool> adjusted = has_adjustments(database_);
  if (!adjusted) return adjusted.error();
  Result<void> failed;
  const Result<void> done =
      snapshot_.for_each(query.period.from, [&](const LedgerSnapshot::Entry& entry) {
        if (!*adjusted) return visit_record(entry, query.period, visit);
        if (failed) failed = visit_counting(entry, query.period, visit);
      });
  if (!done || !failed || !*adjusted) return done ? failed : done;
  return read_unused(query.period, visit);
}

/// What nobody used of capacity: an amount, and no operation.
Result<void> ShareReader::read_unused(const Period& period, const ShareVisit& visit) {
  return for_each_newest(database_, period.from.value_or(from_unix_micros(0)),
                         period.until.value_or(UtcTime::max()), [&](const StoredAdjustment& one) {
                           note_damaged(one);
                           if (one.adjustment.kind != usage::AdjustmentKind::unused_capacity)
                             return;
                           const usage::UsageRecord& record = one.adjustment.record;
                           RollupSums sums;
                           sums[RollupCount::cost_nano] = record.cost_nano.value_or(0);
                           sums.last_time = to_unix_micros(record.event_time);
                           visit({record.event_time, 0, record, sums});
                         });
}

Result<void> ShareReader::read_rollups(const ShareQuery& query, const ShareVisit& visit) {
  const Result<void> there = require_days(query.period);
  if (!there) return there;
  const auto faults = seals_.begin();
  if (!faults) return faults.error();
  if (!faults->empty()) return Error{Errc::storage, faults->front().line + "; " + kWithoutSums};
  const Result<Plan> found = plan(query);
  if (!found) return found.error();
  for (const Range& range : found->ranges) {
    const Result<void> read = read_range(range, visit);
    if (!read) return read;
  }
  for (const SplitDay& day : found->split_days) {
    const Result<void> read = read_split(day, visit);
    if (!read) return read;
  }
  return {};
}

/// The day's sums count for its longer part, from which those of the shorter one, which are read by
/// quarter hours, are taken away: where a zone's days begin an hour off, that is four of them and
/// not all 96.
Result<void> ShareReader::read_split(const SplitDay& day, const ShareVisit& visit) {
  const std::int64_t end = day.begin + kUtcDay.count();
  const bool first_is_longer = day.second - day.begin >= end - day.second;
  const UtcTime longer = from_unix_seconds(first_is_longer ? day.begin : day.second);
  const Result<void> whole = read_range({kUtcDay, day.begin, end}, [&](const UsageShare& share) {
    visit({longer, share.group, share.record, share.sums});
  });
  if (!whole) return whole;
  const Range shorter{kQuarterHour, first_is_longer ? day.second : day.begin,
                      first_is_longer ? end : day.second};
  // Of each group once, for a visit costs more than an addition.
  std::unordered_map<std::int64_t, std::pair<const usage::UsageRecord*, RollupSums>> groups;
  const Result<void> read = read_range(shorter, [&](const UsageShare& share) {
    auto& [record, sums] = groups[share.group];
    record = &share.record;
    sums.add(share.sums);
  });
  if (!read) return read;
  for (const auto& [group, of_group] : groups) {
    const auto& [record, sums] = of_group;
    RollupSums taken;
    taken.add(sums, -1);
    visit({longer, group, *record, taken});
    visit({from_unix_seconds(shorter.begin), group, *record, sums});
  }
  return {};
}

Result<std::optional<ShareReader::Range>> ShareReader::find_days() {
  std::optional<Range> out;
  for (const char* const table : {"rollups", "rollup_seals"}) {
    if (table != std::string_view("rollups") && !seals_.compares()) continue;
    Statement row = database_.prepare(std::string("SELECT (SELECT MIN(start) FROM ") + table +
                                      " WHERE length = ?1), (SELECT MAX(start) + ?1 FROM " + table +
                                      " WHERE length = ?1)");
    row.bind(1, kUtcDay.count());
    const Result<bool> found = row.step();
    if (!found) return found.error();
    if (row.is_null(0)) continue;
    if (!out) out = Range{kUtcDay, row.number(0), row.number(1)};
    out->begin = std::min(out->begin, row.number(0));
    out->end = std::max(out->end, row.number(1));
  }
  return out;
}

/// Days that the report takes whole, and quarters of an hour between.
Result<ShareReader::Plan> ShareReader::plan(const ShareQuery& query) {
  const std::int64_t day = kUtcDay.count();
  const auto days = find_days();
  if (!days) return days.error();
  Plan out;
  if (!*days) return out;
  const Period& period = query.period;
  const std::int64_t begin =
      period.from ? std::max((*days)->begin, unix_seconds(*period.from)) : (*days)->begin;
  const std::int64_t end =
      period.until ? std::min((*days)->end, unix_seconds(*period.until)) : (*days)->end;
  for (std::int64_t start = step_start(begin, kUtcDay); start < end; start += day) {
    const Range part{kUtcDay, std::max(start, begin), std::min(start + day, end)};
    const bool whole = part.end - part.begin == day;
    const DayParts parts =
        whole ? query.parts_of(from_unix_seconds(start)) : DayParts{DayParts::Kind::many, {}};
    if (parts.kind == DayParts::Kind::two) {
      out.split_days.push_back({start, unix_seconds(parts.second)});
    } else {
      const bool one = parts.kind == DayParts::Kind::one;
      add_range(out.ranges, {one ? kUtcDay : kQuarterHour, part.begin, part.end});
    }
  }
  return out;
}

/// Two looks for each day: whether all of its rows are there `tollgate ledger verify` knows.
Result<void> ShareReader::require_days(const Period& period) {
  Statement quarter = database_.prepare(
      "SELECT MIN(start), EXISTS (SELECT 1 FROM rollups WHERE length = ?1 AND start = (SELECT "
      "MIN(start) / ?1 * ?1 FROM rollups WHERE length = ?2 AND start >= ?3)) FROM rollups WHERE "
      "length = ?2 AND start >= ?3");
  const std::int64_t end =
      period.until ? unix_seconds(*period.until) : std::numeric_limits<std::int64_t>::max();
  std::int64_t from = period.from ? unix_seconds(*period.from) : 0;
  for (;;) {
    quarter.reset();
    quarter.bind(1, kUtcDay.count());
    quarter.bind(2, kQuarterHour.count());
    quarter.bind(3, from);
    const Result<bool> found = quarter.step();
    if (!found) return found.error();
    if (quarter.is_null(0) || quarter.number(0) >= end) return {};
    const std::int64_t day = step_start(quarter.number(0), kUtcDay);
    if (quarter.number(1) == 0)
      return Error{Errc::storage,
                   "the sums of the day " + to_rfc3339(from_unix_seconds(day)).substr(0, 10) +
                       " are gone, and those of its quarter hours are there; " + kWithoutSums};
    from = day + kUtcDay.count();
  }
}

void ShareReader::add_range(std::vector<Range>& to, const Range& range) {
  const bool follows =
      !to.empty() && to.back().length == range.length && to.back().end == range.begin;
  if (follows) {
    to.back().end = range.end;
  } else {
    to.push_back(range);
  }
}

Result<void> ShareReader::read_range(const Range& range, const ShareVisit& visit) {
  Statement rows = database_.prepare(
      rollup_rows("WHERE length = ? AND start >= ? AND start < ? ORDER BY start"));
  rows.bind(1, range.length.count());
  rows.bind(2, range.begin);
  rows.bind(3, range.end);
  const Result<void> begun = seals_.begin_range(range.length, range.begin, range.end);
  if (!begun) return begun;
  RollupSums sums;
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    const RollupPlace place = rollup_place(rows);
    const Result<const usage::UsageRecord*> record = group(place.group);
    if (!record) return record.error();
    sums.counts.fill(0);
    sums.prices.clear();
    sums.last_time = std::numeric_limits<std::int64_t>::min();
    if (*record == nullptr) return unreadable_rollups();
    const std::string bytes = rows.text(kRollupSums);
    seals_.add(place, bytes);
    if (!add_encoded_sums(bytes, place, sums))
      return Error{Errc::storage, damaged_rollup(place) + "; " + kWithoutSums};
    const Result<void> known = know_prices(sums);
    if (!known) return known;
    visit({from_unix_seconds(place.start), place.group, **record, sums});
  }
  const std::vector<SealFault> faults = seals_.end_range();
  if (faults.empty()) return {};
  return Error{Errc::storage, faults.front().line + "; " + kWithoutSums};
}

Result<const usage::UsageRecord*> ShareReader::group(std::int64_t id) {
  const auto known = groups_.find(id);
  if (known != groups_.end()) return &known->second;
  auto row = database_.kept("SELECT dimensions FROM rollup_groups WHERE id = ?");
  row->bind(1, id);
  const Result<bool> found = row->step();
  if (!found) return found.error();
  auto record = *found ? decode_fields(row->text(0)) : std::nullopt;
  if (!record) return static_cast<const usage::UsageRecord*>(nullptr);
  return &groups_.emplace(id, std::move(*record)).first->second;
}

Result<void> ShareReader::know_prices(const RollupSums& sums) {
  for (const PriceSums& price : sums.prices) {
    if (prices_.contains(price.price)) continue;
    auto row = database_.kept("SELECT component FROM rollup_prices WHERE id = ?");
    row->bind(1, price.price);
    const Result<bool> found = row->step();
    if (!found) return found.error();
    const std::string bytes = *found ? row->text(0) : "";
    auto components = decode_components(bytes);
    if (!components || components->size() != 1) return unreadable_rollups();
    prices_met_.emplace(bytes, price.price);
    prices_.emplace(price.price, std::move(components->front()));
  }
  return {};
}

std::int64_t ShareReader::price_of(const usage::CostComponent& component) {
  usage::CostComponent price = component;
  price.quantity = 0;
  price.cost_nano = 0;
  std::string bytes;
  encode_components({price}, bytes);
  const auto [place, fresh] =
      prices_met_.emplace(std::move(bytes), -1 - static_cast<std::int64_t>(prices_met_.size()));
  if (fresh) prices_.emplace(place->second, std::move(price));
  return place->second;
}

void ShareReader::visit_record(const LedgerSnapshot::Entry& entry, const Period& period,
                               const ShareVisit& visit) {
  const usage::UsageRecord record = read_payload(entry.payload);
  if (!period.holds(record.event_time)) return;
  RollupShare share = read_share(entry.payload);
  for (const usage::CostComponent& component : record.cost_components)
    share.sums.add(PriceSums{price_of(component), 1, component.quantity, component.cost_nano});
  visit({record.event_time, 0, record, share.sums});
}

}  // namespace tollgate::ledger
