// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

// Where each exporter stands in the order of rows that are no records: adjustments, refusals. Their
// tables of cursors are alike, and `cursors` names one of them, never what comes from outside.
// Errors: storage.
namespace tollgate::ledger {

/// The first number that a query gives; 0: it gives no row.
Result<std::int64_t> number_in(Database& database, const std::string& query);

/// The last sequence that was ever given in that table; 0: none was.
Result<std::int64_t> last_sequence_of(Database& database, const std::string& table);

/// From now on these exporters are waited for, and no others: a new one begins behind `last`, or
/// with the first row if its terms say so. Within a transaction of the caller's.
Result<void> serve_row_cursors(Database& database, const std::string& cursors,
                               std::span<const ExporterTerms> exporters, std::int64_t last);

/// The sequence up to which an exporter has come. Error not_found: it was never served.
Result<std::int64_t> row_cursor(Database& database, const std::string& cursors,
                                const std::string& exporter);

}  // namespace tollgate::ledger
