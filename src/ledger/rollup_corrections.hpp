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

// What roll-ups must have besides the sums of the records, as the adjustments say it: for making it
// anew, and for comparing. Errors: storage.
namespace tollgate::ledger {

/// What a record, in its journal form, counts as in place of what it says; nullopt: it was never
/// adjusted, or its adjustment is damaged. The database has the tables of adjustments.
Result<std::optional<Correction>> correction_of(Database& database, std::string_view payload);

/// Of each amount of an hour that no record pays.
Result<void> for_each_unused(Database& database,
                             const std::function<void(const Correction&)>& visit);

/// When the first day (UTC) begins whose records and adjustments are all kept, in seconds since
/// 1970; the least number: nothing was ever deleted.
Result<std::int64_t> first_whole_day(Database& database);

/// Takes away the corrections of the days from then on, and makes them anew of the adjustments.
/// Nobody else uses the database. Not within a transaction: all of it is one.
Result<void> rebuild_corrections(Database& database, const std::vector<JournalRecord>& journals,
                                 std::int64_t from);

}  // namespace tollgate::ledger
