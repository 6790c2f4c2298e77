// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/delivery_desk.hpp"
#include "tollgate/ledger/ledger.hpp"

// Where each exporter stands in the order of adjustments, and what it could not deliver: the tables
// `adjustment_cursors` and `adjustment_exceptions`, as delivery_table.hpp has it of records. What
// changes something is called within a transaction of the caller's. Errors: storage.
namespace tollgate::ledger {

/// From now on these exporters are waited for, and no others; a new one begins where the exporter's
/// terms say.
Result<void> serve_adjustments(Database& database, std::span<const ExporterTerms> exporters);

/// Error not_found: no such exporter was ever served.
Result<std::vector<StoredAdjustment>> undelivered_adjustments(Database& database,
                                                              const std::string& exporter,
                                                              std::size_t limit);
Result<void> account_adjustments(Database& database, const std::string& exporter,
                                 const AdjustmentAccounting& accounting, UtcTime now);

/// Up to which sequence every exporter that is waited for has them; all, where none is.
Result<std::int64_t> adjustments_delivered(Database& database);

/// Of every exporter that has a cursor, by name.
Result<std::vector<ExporterProgress>> adjustment_progress(Database& database);

/// Those of the choice, by exporter and sequence.
Result<std::vector<QuarantinedAdjustment>> quarantined_adjustments(Database& database,
                                                                   const QuarantineChoice& choice);
/// Sends it again with what comes next.
Result<void> retry_adjustment(Database& database, const QuarantinedAdjustment& one);
/// Gives it up for that exporter.
Result<void> release_adjustment(Database& database, const QuarantinedAdjustment& one);

}  // namespace tollgate::ledger
