// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "database.hpp"

namespace tollgate::ledger {

/// What earlier versions of the schema become, each the next one; within a transaction of the caller's. Error storage.
/// From version 1: the fields that came with objects and followed operations, and the table of objects.
Result<void> upgrade_from_1(Database& database, const std::string& objects_schema);
/// From version 2, which had a column for every field: `records_schema` makes the table and its indexes.
Result<void> upgrade_from_2(Database& database, const std::string& records_schema);

}  // namespace tollgate::ledger
