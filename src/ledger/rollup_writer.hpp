// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "record_store.hpp"
#include "rollup_table.hpp"

// How records come into roll-ups: behind a cursor in the order of the records, like an exporter's.
// The sums and the cursor are written in one transaction, so that a record counts once whenever a
// process is killed; a ledger without roll-ups, and one that an earlier version wrote to meanwhile,
// gets what is missing in the same way. Errors: storage.
namespace tollgate::ledger {

/// Rolls up at most `most` records behind the cursor; within a transaction of the caller's. Returns
/// how many records are left. After an error, or where the transaction fails, the table forgets its
/// names (RollupTable::forget_names).
Result<std::int64_t> roll_up(RecordStore& store, RollupTable& table, std::size_t most);

/// The last sequence that the roll-ups hold; nullopt: there are none yet. Error storage, too: it
/// says what cannot be (counter_check.hpp), and nothing may go by it.
Result<std::optional<std::int64_t>> rolled_up_to(Database& database);

/// Says that, and that what is written has check sums; within a transaction of the caller's.
Result<void> write_rolled_up_to(Database& database, std::int64_t last);

/// What a record that has its place in the order counts for changes, such as its cost: `before` is
/// taken away and `after` added where that record's time is. It may not have been rolled up yet.
/// Both are of one record; within the transaction that writes why. Where the roll-ups of that time
/// have been deleted nothing is changed.
Result<void> correct_rollups(Database& database, const usage::UsageRecord& before,
                             const usage::UsageRecord& after);

/// What one record counted as, and counts as.
struct Correction {
  usage::UsageRecord before;
  usage::UsageRecord after;
};
/// The same of several: a row is written once.
Result<void> correct_rollups(Database& database, std::span<const Correction> corrections);

}  // namespace tollgate::ledger
