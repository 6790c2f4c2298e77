// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/quota_book.hpp"

// Where each exporter stands in the order of refusals: the table `refusal_cursors`. What changes
// something is called within a transaction of the caller's. Errors: storage.
namespace tollgate::ledger {

/// From now on these exporters are served, and no others; a new one begins where its terms say.
Result<void> serve_refusals(Database& database, std::span<const ExporterTerms> exporters);

/// Of rows that are closed (close_refusals). Error not_found: no such exporter was ever served.
Result<std::vector<StoredRefusals>> refusals_behind(Database& database, const std::string& exporter,
                                                    std::size_t limit);
Result<void> account_refusals(Database& database, const std::string& exporter,
                              const RefusalAccounting& accounting);

/// Of every exporter that has a cursor, by name; what was refused for good is given up.
Result<std::vector<ExporterProgress>> refusal_progress(Database& database);

}  // namespace tollgate::ledger
