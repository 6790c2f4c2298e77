// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "storage_names.hpp"

namespace tollgate::ledger {

/// The version of the tables (docs/ledger-format.md, section 6). It rises only with what an earlier
/// program could not read; tables, columns and record fields that it may pass over are added
/// without.
inline constexpr std::int64_t kSchemaVersion = 4;

/// The version that a database says it has: 0 in a new one. Error storage.
Result<std::int64_t> schema_version(Database& database);

/// Makes the tables of a new database, or brings those of an earlier version up, all of it or
/// nothing. Error storage, also when a later version wrote the file.
Result<void> bring_up(Database& database, const std::string& path);

/// Numbers that outlive their rows.
enum class Counter : std::int64_t {
  forgotten_to = 1,  ///< the last sequence whose record was deleted: sequences are never used again
  /// Microseconds: an upgrade, or a salvage that lost `segments`. Segments that no row speaks of
  /// may hold records that are in the tables already.
  tables_may_hold_journal_records_since = 2,
  /// Microseconds: a salvage lost rows of `cursors`. An exporter without one may have had one, and
  /// begins at the oldest record that is kept.
  cursors_lost = 3,
  /// The last sequence that was given. While it is there, `segments` says of each file whether it
  /// was done with. Versions before it did neither.
  given_to = 4,
  /// Microseconds: when the records arrived that were deleted last. What began later is there.
  /// Versions before it wrote none.
  forgotten_arrived_at = 5,
  /// The last sequence that the roll-ups hold; those that are deleted by then were in it.
  rolled_up_to = 6,
  /// Microseconds: what began up to then may be missing in the roll-ups, deleted with age, or gone
  /// before there were any.
  rollups_lack_to = 7,
  /// Microseconds: when the latest began of what adjustments were deleted of. Hours in which
  /// nothing was served go by age alone, later than the last record that was deleted.
  adjustments_deleted_to = 8,
  /// What `rolled_up_to` was when last a version rolled up that gives rows check sums. Where
  /// `rolled_up_to` is greater an earlier one has written rows without since; it is never less.
  rollups_summed_to = 9,
  /// What `rolled_up_to` was when last a version rolled up that seals (rollup_seals.hpp). Where
  /// `rolled_up_to` is another an earlier one has written rows since that no seal knows.
  rollups_sealed_to = 10,
};
/// They count from 1 without a gap.
inline constexpr Counter kLastCounter = Counter::rollups_sealed_to;
/// nullopt: it was never written. Error storage.
Result<std::optional<std::int64_t>> find_counter(Database& database, Counter counter);
/// 0 when it was never written. Error storage.
Result<std::int64_t> read_counter(Database& database, Counter counter);
Result<void> write_counter(Database& database, Counter counter, std::int64_t value);
/// The same for a counter that is written again and again: the statement is prepared once.
Statement counter_writer(Database& database);
Result<void> write_counter(Statement& writer, Counter counter, std::int64_t value);

}  // namespace tollgate::ledger
