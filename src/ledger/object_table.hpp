// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>

#include "database.hpp"
#include "tollgate/ledger/ledger.hpp"

// Who made which object at which backend: the table `objects`.
namespace tollgate::ledger {

/// Notes the objects that a record names, within a transaction. Error storage.
Result<void> note_objects(Database& database, const usage::UsageRecord& record);

Result<std::optional<StoredObject>> find_object(Database& database, const std::string& id);

/// Forgets responses made before then, at most `limit`: the backend has deleted them
/// (azure-protocol.md 1.7). Other objects stay.
Result<void> forget_responses(Database& database, UtcTime made_before, std::size_t limit);

}  // namespace tollgate::ledger
