// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "schema.hpp"
#include "storage_names.hpp"
#include "tollgate/base/time.hpp"

// What the ledger counts with, held against the rows that it counts: the table `counters`, and how
// far exporters have come. A number that cannot be true is never gone by. Errors: storage.
namespace tollgate::ledger {

/// A number that cannot be true.
struct CounterFault {
  /// Which it is, for who sets it right.
  enum class Of : std::uint8_t {
    counter,            ///< any but the next
    rolled_up_to,       ///< then nobody knows which records the roll-ups hold
    rollups_summed_to,  ///< then each row of them is looked at once more
    rollups_sealed_to,  ///< the rows and their seals are what they were
    sealed_counter,     ///< of the roll-ups: not what was written, which its seal says
    given_to,           ///< it is gone: how far the order had come others say
    cursor,             ///< of an exporter, in the order of the records
    adjustment_cursor,  ///< likewise, in the order of the adjustments
    adjustment_order    ///< what was given of that order last
  };
  Of of = Of::counter;
  std::int64_t counter = 0;             ///< its number, where it is one
  std::string exporter;                 ///< of a cursor
  std::optional<std::int64_t> written;  ///< of a sealed counter; nullopt: it never was
  std::string line;  ///< "the counter 6 (rolled_up_to) is 9: no record behind 4 was ever given"
};

/// All that there are, each told once.
Result<std::vector<CounterFault>> find_counter_faults(Database& database);

/// As `tollgate ledger verify` says them.
Result<std::vector<std::string>> counter_fault_lines(Database& database);

/// Why nobody knows what the roll-ups hold; nullopt: `rolled_up_to` can be true, and is what was
/// written.
Result<std::optional<std::string>> doubt_of_roll_ups(Database& database);

/// False for a row of `counters` (counter, value) that says what none of these counters says: it is
/// no number, or below 0.
bool is_counter(const Statement& row);

/// The same of that counter; true where it was never written.
Result<bool> has_its_form(Database& database, Counter counter);

/// The last sequence that blocks and counters prove to have been given.
Result<std::int64_t> last_proven(Database& database);

/// Forgets an exporter's cursor that is false, and mends what others say: the order of adjustments,
/// `given_to`, and counters of the roll-ups that are sealed; within a transaction of the
/// caller's. Of the other counters nothing.
Result<void> set_right_alone(Database& database, const CounterFault& fault, UtcTime now);

/// Sets right what can be, before anything goes by it: roll-ups are made anew of the records that
/// are kept, and an exporter whose cursor is false gets once more what is kept. What then stays
/// unproven is told first, that no interruption may hide it. Gives a line for each number that was
/// false. Error storage, too: a counter is false of which only a salvage knows what to do. Nobody
/// else uses the database.
Result<std::vector<std::string>> set_counters_right(
    Database& database, UtcTime now, const std::function<Result<void>(const std::string&)>& tell);

}  // namespace tollgate::ledger
