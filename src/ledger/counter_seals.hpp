// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "schema.hpp"
#include "storage_names.hpp"

// The counters that say what the roll-ups hold, under a seal: what each of them was when it was
// written last stands in `rollup_seals` as well, with a sum of all. Several that change together
// are told by it, where one alone the others tell. Errors: storage.
namespace tollgate::ledger {

/// One that is not what was written.
struct CounterChange {
  Counter counter = Counter::rolled_up_to;
  std::optional<std::int64_t> written;  ///< nullopt: it never was
};

struct CounterSeals {
  bool stand = false;    ///< false: there are none, or an earlier version has written since
  bool damaged = false;  ///< what they say proves nothing
  std::vector<CounterChange> changes;  ///< where they stand and are whole
};

/// Holds the counters against their seals, within one snapshot. Where an earlier version may have
/// changed them it reads all roll-ups, which that version would have changed as well.
Result<CounterSeals> read_counter_seals(Database& database);

/// Writes a counter that is sealed, and what its seal says of it; a difference that others have
/// stays. Where there are no seals the counter alone.
Result<void> write_sealed_counter(Database& database, Counter counter, std::int64_t value);

/// Seals the counters as they are, where the ledger has seals of its rows.
Result<void> seal_counters(Database& database);

/// Sets a counter back to what was written.
Result<void> restore_counter(Database& database, const CounterChange& change);

}  // namespace tollgate::ledger
