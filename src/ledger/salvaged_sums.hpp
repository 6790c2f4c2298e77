// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "journal_files.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/salvage.hpp"

// What sums, records and adjustments say must go together in what a salvage makes. Errors: storage.
namespace tollgate::ledger {

/// What the copying knows of them.
struct SavedSums {
  bool lost = false;                    ///< the roll-ups begin anew
  bool adjustment_order_known = false;  ///< how many were ever given
};

/// Makes sums anew as far as that is needed and can be: what stands for records that are gone
/// nobody can make anew. Says so in the result. Not within a transaction.
Result<void> correct_sums(Database& database, const std::vector<JournalRecord>& journals,
                          const SavedSums& given, SalvageResult& result);

/// Of the roll-ups all: the next start begins anew.
Result<void> drop_rollups(Database& database);

/// Hours whose shares may be lost are shared out once more; what is still there is not made twice.
Result<void> open_hours(Database& database);

}  // namespace tollgate::ledger
