// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// How numbers that cannot be true are set right.
#include <algorithm>

#include "counter_check.hpp"
#include "counter_seals.hpp"
#include "rollup_corrections.hpp"
#include "sum_times.hpp"

namespace tollgate::ledger {
namespace {

using Of = CounterFault::Of;

Result<void> forget_cursor(Database& database, const CounterFault& fault) {
  const bool records = fault.of == Of::cursor;
  Statement change =
      database.prepare(records ? "DELETE FROM cursors WHERE exporter = ?"
                               : "UPDATE adjustment_cursors SET position = 0 WHERE exporter = ?");
  change.bind(1, std::string_view(fault.exporter));
  return change.run();
}

Result<void> mend_adjustment_order(Database& database) {
  return database.execute(
      "DELETE FROM sqlite_sequence WHERE name = 'adjustments'; INSERT INTO sqlite_sequence SELECT "
      "'adjustments', MAX(sequence) FROM adjustments");
}

/// As far as anything says that places were given.
Result<void> mend_given(Database& database) {
  const Result<std::int64_t> proven = last_proven(database);
  if (!proven) return proven.error();
  Statement reached = database.prepare("SELECT COALESCE(MAX(position), 0) FROM cursors");
  const Result<bool> row = reached.step();
  if (!row) return row.error();
  return write_counter(database, Counter::given_to, std::max(*proven, reached.number(0)));
}

/// As it is written with the other.
Result<void> mend_sealed_to(Database& database) {
  const auto rolled = find_counter(database, Counter::rolled_up_to);
  if (!rolled) return rolled.error();
  return write_sealed_counter(database, Counter::rollups_sealed_to, rolled->value_or(0));
}

/// All in one transaction.
Result<void> mend_cursors(Database& database, const std::vector<CounterFault>& faults,
                          UtcTime now) {
  Transaction transaction(database);
  Result<void> done = transaction.begun();
  for (const CounterFault& fault : faults) {
    if (done) done = set_right_alone(database, fault, now);
  }
  return done ? transaction.commit() : done;
}

}  // namespace

Result<void> set_right_alone(Database& database, const CounterFault& fault, UtcTime now) {
  if (fault.of == Of::adjustment_order) return mend_adjustment_order(database);
  if (fault.of == Of::given_to) return mend_given(database);
  if (fault.of == Of::rollups_summed_to)
    return write_sealed_counter(database, Counter::rollups_summed_to, 0);
  if (fault.of == Of::rollups_sealed_to) return mend_sealed_to(database);
  if (fault.of == Of::sealed_counter)
    return restore_counter(database, {Counter{fault.counter}, fault.written});
  const bool records = fault.of == Of::cursor;
  if (!records && fault.of != Of::adjustment_cursor) return {};
  const Result<void> forgotten = forget_cursor(database, fault);
  if (!forgotten || !records) return forgotten;
  return write_counter(database, Counter::cursors_lost, to_unix_micros(now));
}

Result<std::vector<std::string>> set_counters_right(
    Database& database, UtcTime now, const std::function<Result<void>(const std::string&)>& tell) {
  const auto faults = find_counter_faults(database);
  if (!faults) return faults.error();
  std::vector<std::string> lines;
  for (const CounterFault& fault : *faults) {
    lines.push_back(fault.line);
    if (fault.of == Of::counter)
      return Error{Errc::storage, fault.line +
                                      "; the ledger is damaged: `tollgate ledger salvage` "
                                      "sets it right"};
  }
  if (faults->empty()) return lines;
  const Result<void> mended = mend_cursors(database, *faults, now);
  if (!mended) return mended.error();
  // Only now: where an exporter's cursor was false, it is no end of the order any more.
  const auto doubt = doubt_of_roll_ups(database);
  if (!doubt) return doubt.error();
  if (!*doubt) return lines;
  const auto times = sum_times(database);
  if (!times) return times.error();
  const auto stays = unproven(*times);
  const Result<void> told = stays ? tell(**doubt + "; " + *stays) : Result<void>();
  const Result<void> made = told ? make_sums_anew(database, {}, times->made) : told;
  if (!made) return made.error();
  return lines;
}

}  // namespace tollgate::ledger
