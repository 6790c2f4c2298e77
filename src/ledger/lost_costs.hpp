// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "journal_files.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {

/// What adjustments say of records that are in neither the database nor the journals, and that
/// retention has not deleted. Holds the id of every record that was adjusted. Not within a
/// transaction. Error storage.
Result<LostCosts> find_lost_costs(Database& database, const std::vector<JournalRecord>& journals);

}  // namespace tollgate::ledger
