// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

// Who made which object at which backend: the table `objects`.
namespace tollgate::ledger {

/// Notes the objects that a record names, within a transaction. Error storage.
Result<void> note_objects(Database& database, const usage::UsageRecord& record);

/// Those of the ids, each given once, that somebody made; one query. Error storage.
Result<std::vector<StoredObject>> find_objects(Database& database,
                                               std::span<const std::string> ids);

/// Forgets responses made before then, at most `limit`: the backend has deleted them
/// (azure-protocol.md 1.7). Other objects stay.
Result<void> forget_responses(Database& database, UtcTime made_before, std::size_t limit);

}  // namespace tollgate::ledger
