// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>

#include "storage_names.hpp"

namespace tollgate::ledger {

/// The name that the one exporter of earlier versions has as a cursor.
inline constexpr const char* kEarlierExporter = "azure_monitor";

// What earlier versions of the schema become; within a transaction of the caller's. Error storage.

/// Version 1 lacked the fields that came with objects and followed operations, and the table of
/// objects.
Result<void> upgrade_from_1(Database& database, const std::string& objects_schema);

/// Versions 1 to 3 had a row for each record, with its delivery in it; a column for every field (1,
/// 2), or its journal form (3). The rows become blocks: what was settled first, then what was
/// queued, each in its order, and the cursor of the one exporter between them. Drops the old table.
Result<void> move_records(Database& database, std::int64_t version);

}  // namespace tollgate::ledger
