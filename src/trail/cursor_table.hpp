// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/delivery.hpp"

// Where each exporter stands in each stream, and what its destination refused: the tables `cursors`
// and `exceptions`. What changes something is called within a transaction of the caller's. Errors:
// storage.
namespace tollgate::trail {

/// From now on these exporters are waited for, and no others. A new one begins at the oldest row
/// that is kept; one that was left out goes on where it stopped.
Result<void> serve_exporters(storage::Database& database,
                             std::span<const ServedExporter> exporters);

/// Error not_found: it was never served.
Result<std::int64_t> position_of(storage::Database& database, Stream stream,
                                 const std::string& exporter);

Result<void> account(storage::Database& database, Stream stream, const std::string& exporter,
                     const RowAccounting& accounting, UtcTime now);

/// Up to where every exporter that is waited for has come, and no exception stands: what may be
/// deleted. `last` where nobody is waited for.
Result<std::int64_t> free_to(storage::Database& database, Stream stream, std::int64_t last);

/// Whether anybody who is waited for takes the rows themselves, not checkpoints alone.
Result<bool> are_rows_delivered(storage::Database& database);

/// With an empty reason: there is none any longer. One that goes on keeps its time.
Result<void> note_trouble(storage::Database& database, Stream stream, const std::string& exporter,
                          StreamTrouble trouble);

Result<std::vector<StreamProgress>> read_progress(storage::Database& database);

/// An operator's decisions about what was refused; both return how many.
Result<std::size_t> retry_refused(storage::Database& database, const std::string& exporter);
Result<std::size_t> release_refused(storage::Database& database, const std::string& exporter);

}  // namespace tollgate::trail
