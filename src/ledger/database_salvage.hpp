// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "journal_files.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {

/// Copies what can be read of a damaged database into a new one, whose tables are there and empty.
/// `journals` are those beside it: what they hold may have been adjusted before it came into the
/// database. Names of files in the result are the caller's. Error storage: the new one cannot be
/// written.
Result<SalvageResult> salvage_database(Database& from, Database& to,
                                       const std::vector<JournalRecord>& journals);

}  // namespace tollgate::ledger
