// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter_seals.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "rollup_seals.hpp"

namespace tollgate::ledger {
namespace {

constexpr std::array kSealedCounters{Counter::rolled_up_to, Counter::rollups_lack_to,
                                     Counter::rollups_summed_to, Counter::rollups_sealed_to};
using Values = std::array<std::optional<std::int64_t>, kSealedCounters.size()>;
constexpr std::size_t kRolledAt = 0;
constexpr std::size_t kLackAt = 1;
constexpr std::size_t kSummedAt = 2;
constexpr std::size_t kSealedToAt = 3;

/// Where a counter's value stands once more.
SealPlace place_of(Counter counter) {
  return {0, kSealOfCounters.start - static_cast<std::int64_t>(counter)};
}

/// What one of them adds to the sum of all; nothing where it was never written.
Seal seal_of_value(Counter counter, std::optional<std::int64_t> value) {
  return value ? seal_of(static_cast<std::int64_t>(counter), std::to_string(*value)) : Seal{};
}

Result<std::optional<std::int64_t>> sealed_value(Database& database, Counter counter) {
  const auto seal = find_seal(database, place_of(counter));
  if (!seal) return seal.error();
  return *seal ? std::optional((*seal)->rows) : std::optional<std::int64_t>();
}

Result<Values> sealed_values(Database& database) {
  Values out;
  for (std::size_t i = 0; i < kSealedCounters.size(); ++i) {
    const auto value = sealed_value(database, kSealedCounters[i]);
    if (!value) return value.error();
    out[i] = *value;
  }
  return out;
}

Result<Values> present_values(Database& database) {
  Values out;
  for (std::size_t i = 0; i < kSealedCounters.size(); ++i) {
    const auto value = find_counter(database, kSealedCounters[i]);
    if (!value) return value.error();
    out[i] = *value;
  }
  return out;
}

std::uint64_t sum_of(const Values& values) {
  Seal all;
  for (std::size_t i = 0; i < kSealedCounters.size(); ++i)
    all.add(seal_of_value(kSealedCounters[i], values[i]));
  return all.sum;
}

/// An earlier version that knows no seals moves the first three on and leaves the last.
bool may_be_moved_on(const Values& now, const Values& sealed) {
  return now[kSealedToAt] == sealed[kSealedToAt] && now[kRolledAt] >= sealed[kRolledAt] &&
         now[kLackAt] >= sealed[kLackAt] &&
         (now[kSummedAt] == sealed[kSummedAt] || now[kSummedAt] == now[kRolledAt]);
}

/// The seal of the counters, if it is of the rows that are sealed now: an earlier version that
/// seals rows leaves it behind.
Result<std::optional<Seal>> standing_seal(Database& database) {
  const auto own = find_seal(database, kSealOfCounters);
  if (!own || !*own) return own;
  const auto all = find_seal(database, kSealOfSeals);
  if (!all) return all;
  const bool of_these = *all && (*own)->rows == static_cast<std::int64_t>((*all)->sum);
  return of_these ? *own : std::optional<Seal>();
}

Result<CounterSeals> compare_values(Database& database, const Seal& own) {
  const Result<Values> sealed = sealed_values(database);
  if (!sealed) return sealed.error();
  if (sum_of(*sealed) != own.sum) return CounterSeals{.stand = true, .damaged = true};
  const Result<Values> now = present_values(database);
  if (!now) return now.error();
  CounterSeals out{.stand = true};
  for (std::size_t i = 0; i < kSealedCounters.size(); ++i) {
    if ((*now)[i] != (*sealed)[i]) out.changes.push_back({kSealedCounters[i], (*sealed)[i]});
  }
  if (out.changes.empty() || !may_be_moved_on(*now, *sealed)) return out;
  const Result<bool> untouched = rows_are_as_sealed(database);
  if (!untouched) return untouched.error();
  return *untouched ? out : CounterSeals{};
}

}  // namespace

Result<CounterSeals> read_counter_seals(Database& database) {
  const Result<bool> table = has_seals(database);
  if (!table) return table.error();
  if (!*table) return CounterSeals{};
  const auto own = standing_seal(database);
  if (!own) return own.error();
  return *own ? compare_values(database, **own) : Result<CounterSeals>(CounterSeals{});
}

Result<void> write_sealed_counter(Database& database, Counter counter, std::int64_t value) {
  const Result<void> written = write_counter(database, counter, value);
  if (!written) return written;
  auto own = find_seal(database, kSealOfCounters);
  if (!own) return own.error();
  if (!*own) return {};
  const auto before = sealed_value(database, counter);
  if (!before) return before.error();
  if (*before == value) return {};
  (*own)->sum -= seal_of_value(counter, *before).sum;
  (*own)->sum += seal_of_value(counter, value).sum;
  const Result<void> copied = write_seal(database, place_of(counter), {value, 0});
  return copied ? write_seal(database, kSealOfCounters, **own) : copied;
}

Result<void> seal_counters(Database& database) {
  const auto all = find_seal(database, kSealOfSeals);
  if (!all) return all.error();
  if (!*all) return {};
  const Result<Values> values = present_values(database);
  if (!values) return values.error();
  Result<void> done = database.execute("DELETE FROM rollup_seals WHERE length = 0 AND start < 0");
  for (std::size_t i = 0; i < kSealedCounters.size(); ++i) {
    if (done && (*values)[i])
      done = write_seal(database, place_of(kSealedCounters[i]), {*(*values)[i], 0});
  }
  if (!done) return done;
  return write_seal(database, kSealOfCounters,
                    {static_cast<std::int64_t>((*all)->sum), sum_of(*values)});
}

Result<void> restore_counter(Database& database, const CounterChange& change) {
  if (change.written) return write_counter(database, change.counter, *change.written);
  Statement remove = database.prepare("DELETE FROM counters WHERE counter = ?");
  remove.bind(1, static_cast<std::int64_t>(change.counter));
  return remove.run();
}

}  // namespace tollgate::ledger
