// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "seal_check.hpp"

#include <limits>
#include <map>
#include <utility>

#include "counter_seals.hpp"
#include "schema.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/time_steps.hpp"

namespace tollgate::ledger {
namespace {

/// More rows of days than this a start leaves to the check that goes on beside it.
constexpr std::int64_t kMostAtStart = 100'000;

constexpr const char* kGone =
    "the seals of the roll-ups are gone: whether all their rows are there cannot be told";

/// Of a time in seconds since 1970.
std::string date_of(std::int64_t time) {
  return to_rfc3339(from_unix_micros(time * 1'000'000)).substr(0, 10);
}

std::string words_of(const SealPlace& place) {
  if (place.length == kUtcDay.count()) return "the day " + date_of(place.start);
  return to_rfc3339(from_unix_micros(place.start * 1'000'000)).substr(0, 19) +
         "Z (quarter of an hour)";
}

std::string rows_of(std::int64_t count) {
  return std::to_string(count) + (count == 1 ? " row" : " rows");
}

std::string line_of(const SealPlace& place, std::int64_t met, std::int64_t told) {
  std::string out = "the roll-ups of " + words_of(place) + " are not as they were written";
  return met == told ? out : out + ": " + rows_of(met) + " in place of " + std::to_string(told);
}

/// Of the tables that do not belong to one time.
Result<void> check_table(Database& database, const Seals& seals, const SealPlace& place,
                         const char* table, std::vector<SealFault>& out) {
  const auto found = seal_of_table(database, place);
  if (!found) return found.error();
  const auto told = seals.find(place);
  if (*found != (told == seals.end() ? Seal{} : told->second))
    out.push_back({place, std::string("the table ") + table + " is not as it was written"});
  return {};
}

Result<std::vector<SealFault>> check_small_tables(Database& database, const Seals& seals) {
  std::vector<SealFault> out;
  const auto all = seals.find(kSealOfSeals);
  const auto counters = read_counter_seals(database);
  if (!counters) return counters.error();
  if (all == seals.end() || all->second != seal_of_seals(seals) || counters->damaged)
    out.push_back({kSealOfSeals, "the table rollup_seals is not as it was written"});
  Result<void> done = check_table(database, seals, kSealOfGroups, "rollup_groups", out);
  if (done) done = check_table(database, seals, kSealOfPrices, "rollup_prices", out);
  if (!done) return done.error();
  return out;
}

Result<std::vector<std::string>> count_days(Database& database, const Seals& seals,
                                            std::int64_t lack_to) {
  std::map<std::int64_t, std::int64_t> told;
  std::int64_t all = 0;
  for (const auto& [place, seal] : seals) {
    if (place.length != kUtcDay.count()) continue;
    told[place.start] = seal.rows;
    all += seal.rows;
  }
  std::vector<std::string> out;
  if (all > kMostAtStart) return out;
  std::map<std::int64_t, std::int64_t> met;
  Statement rows =
      database.prepare("SELECT start, COUNT(*) FROM rollups WHERE length = ? GROUP BY start");
  rows.bind(1, kUtcDay.count());
  for (;;) {
    const Result<bool> row = rows.step();
    if (!row) return row.error();
    if (!*row) break;
    met[rows.number(0)] = rows.number(1);
    told.try_emplace(rows.number(0), 0);
  }
  for (const auto& [day, count] : told) {
    const bool deleted = met[day] == 0 && day * 1'000'000 <= lack_to;
    if (met[day] != count && !deleted)
      out.push_back(line_of({kUtcDay.count(), day}, met[day], count));
  }
  return out;
}

}  // namespace

std::vector<SealFault> compare_seals(const Seals& told, Seals met, std::int64_t lack_to) {
  std::vector<SealFault> out;
  for (const auto& [place, seal] : told) {
    const Seal there = met[place];
    met.erase(place);
    const bool deleted = there.rows == 0 && place.start * 1'000'000 <= lack_to;
    if (there != seal && !deleted) out.push_back({place, line_of(place, there.rows, seal.rows)});
  }
  for (const auto& [place, seal] : met) out.push_back({place, line_of(place, seal.rows, 0)});
  return out;
}

Result<std::vector<SealFault>> find_seal_faults(Database& database) {
  SealReader reader(database);
  auto tables = reader.begin();
  if (!tables) return tables.error();
  std::vector<SealFault> out = std::move(*tables);
  if (!reader.compares()) return out;
  for (const seconds length : {kUtcDay, kQuarterHour}) {
    const Result<void> begun = reader.begin_range(length, std::numeric_limits<std::int64_t>::min(),
                                                  std::numeric_limits<std::int64_t>::max());
    if (!begun) return begun.error();
    Statement rows = database.prepare(rollup_rows("WHERE length = ?"));
    rows.bind(1, length.count());
    for (;;) {
      const Result<bool> row = rows.step();
      if (!row) return row.error();
      if (!*row) break;
      reader.add(rollup_place(rows), rows.text(kRollupSums));
    }
    for (SealFault& fault : reader.end_range()) out.push_back(std::move(fault));
  }
  return out;
}

std::vector<std::string> lines_of(const std::vector<SealFault>& faults) {
  std::vector<std::string> out;
  for (std::size_t i = 0; i < faults.size();) {
    const SealPlace& first = faults[i].place;
    const std::int64_t day = step_start(first.start, kUtcDay);
    std::size_t end = i + 1;
    while (end < faults.size() && first.length == kQuarterHour.count() &&
           faults[end].place.length == first.length &&
           step_start(faults[end].place.start, kUtcDay) == day)
      ++end;
    out.push_back(end - i == 1
                      ? faults[i].line
                      : "the roll-ups of " + date_of(day) + " (" + std::to_string(end - i) +
                            " quarters of an hour) are not as they were written");
    i = end;
  }
  return out;
}

Result<std::vector<std::string>> glance_at_seals(Database& database) {
  const Result<SealState> state = seal_state(database);
  if (!state) return state.error();
  if (*state == SealState::gone) return std::vector<std::string>{kGone};
  if (*state == SealState::none) return std::vector<std::string>();
  const Result<Seals> seals = read_seals(database);
  if (!seals) return seals.error();
  const auto tables = check_small_tables(database, *seals);
  if (!tables) return tables.error();
  const Result<std::int64_t> lack_to = read_counter(database, Counter::rollups_lack_to);
  if (!lack_to) return lack_to.error();
  auto out = count_days(database, *seals, *lack_to);
  if (!out) return out;
  for (const SealFault& fault : *tables) out->push_back(fault.line);
  return out;
}

Result<std::vector<SealFault>> SealReader::begin() {
  const Result<SealState> state = seal_state(database_);
  if (!state) return state.error();
  if (*state == SealState::gone) return std::vector{SealFault{kSealOfSeals, kGone}};
  compares_ = *state == SealState::whole;
  if (!compares_) return std::vector<SealFault>();
  const Result<std::int64_t> lack_to = read_counter(database_, Counter::rollups_lack_to);
  if (!lack_to) return lack_to.error();
  lack_to_ = *lack_to;
  const Result<Seals> seals = read_seals(database_);
  if (!seals) return seals.error();
  return check_small_tables(database_, *seals);
}

Result<void> SealReader::begin_range(seconds length, std::int64_t begin, std::int64_t end) {
  told_.clear();
  met_.clear();
  at_ = nullptr;
  if (!compares_) return {};
  auto found = read_seals(database_, length.count(), begin, end);
  if (!found) return found.error();
  told_ = std::move(*found);
  return {};
}

void SealReader::add(const RollupPlace& place, std::string_view sums) {
  if (!compares_) return;
  const SealPlace here{place.length.count(), place.start};
  if (at_ == nullptr || here != place_) {
    place_ = here;
    at_ = &met_[here];
  }
  at_->add(seal_of(place, sums));
}

std::vector<SealFault> SealReader::end_range() {
  at_ = nullptr;
  return compare_seals(told_, std::move(met_), lack_to_);
}

}  // namespace tollgate::ledger
