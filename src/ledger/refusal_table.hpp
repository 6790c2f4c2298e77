// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <span>

#include "storage_names.hpp"
#include "tollgate/ledger/quota_book.hpp"

// The table `refusals`. What changes something is called within a transaction of the caller's.
// Errors: storage.
namespace tollgate::ledger {

/// Makes the tables of refusals and of what operators did where a database has none yet; programs
/// before them pass them over.
Result<void> make_quota_tables(Database& database);
/// Whether the database has them: one that no gateway of this version has opened may not.
Result<bool> has_quota_tables(Database& database);

/// As QuotaBook::add_refusals.
Result<void> put_refusals(Database& database, std::span<const usage::RefusalRow> counts,
                          UtcTime now);

/// From now on nothing is added to the rows of minutes that are over, whichever way the clock went:
/// they may be sent.
Result<void> close_refusals(Database& database, UtcTime now);

inline constexpr const char* kRefusalColumns =
    "sequence, row_id, minute, gateway, client, model, scope, subject, limit_text, measure, "
    "period, reason, requests";
/// A row by those columns.
StoredRefusals read_refusals(const Statement& row);

/// Those of a time, by minute.
Result<void> for_each_refusals(Database& database, UtcTime from, UtcTime until,
                               const std::function<void(const StoredRefusals&)>& visit);

/// Deletes a batch of those whose minute was before then, and of those beyond `most`, whoever has
/// got them: exporters that have not count them as given up. True: there may be more.
Result<bool> delete_refusals(Database& database, UtcTime before, std::int64_t most);

}  // namespace tollgate::ledger
