// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "journal_files.hpp"
#include "rollup_writer.hpp"
#include "storage_names.hpp"
#include "sum_times.hpp"

// What roll-ups must have besides the sums of the records, as the adjustments say it: for making it
// anew, and for comparing. Errors: storage.
namespace tollgate::ledger {

/// What a record, in its journal form, counts as in place of what it says; nullopt: it was never
/// adjusted, or its adjustment is damaged. The database has the tables of adjustments.
Result<std::optional<Correction>> correction_of(Database& database, std::string_view payload);

/// Of each amount of an hour that no record pays.
Result<void> for_each_unused(Database& database,
                             const std::function<void(const Correction&)>& visit);

/// When the first quarter of an hour or day (UTC) begins whose records and adjustments are all
/// kept, in seconds since 1970; the least number: nothing was ever deleted.
Result<std::int64_t> first_whole(Database& database, seconds length);

/// Takes away the corrections of these times, and makes them anew of the adjustments; those of
/// other times stay, also in the sums of their days. `times`: sorted, none touches another. Nobody
/// else uses the database. Not within a transaction: all of it is one.
Result<void> rebuild_corrections(Database& database, const std::vector<JournalRecord>& journals,
                                 const std::vector<TimeSpan>& times);

/// Makes the sums of a day, in seconds since 1970, anew of those of its quarter hours; within a
/// transaction of the caller's.
Result<void> remake_day(Database& database, std::int64_t day);

/// Where nobody knows which records the roll-ups hold: makes the sums of these times anew, of all
/// records that have a place in the order, and says in `rolled_up_to` that they hold them;
/// corrections stay. `times`: those that sum_times() gives for it, for others would lose what
/// nobody has any more.
Result<void> make_sums_anew(Database& database, const std::vector<JournalRecord>& journals,
                            const std::vector<TimeSpan>& times);

/// The same of the sums of the records that were rolled up, all of which are there.
Result<void> rebuild_records(Database& database, const std::vector<JournalRecord>& journals,
                             const std::vector<TimeSpan>& times);

}  // namespace tollgate::ledger
