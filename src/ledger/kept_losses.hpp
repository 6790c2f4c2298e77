// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "loss.hpp"
#include "storage_names.hpp"

// Losses of a whole database, or of what an older copy of it lacks, in the table `losses`: reports
// of their time tell them also when their notes are gone (loss_notes.hpp). Errors: storage.
namespace tollgate::ledger {

/// Makes the table where there is none.
[[nodiscard]] Result<void> make_loss_table(Database& database);

/// Once, however often it is told.
[[nodiscard]] Result<void> keep_loss(Database& database, const Loss& loss);

/// None in a database that has no such table: an earlier version wrote it.
Result<std::vector<Loss>> kept_losses(Database& database);

/// Forgets those of what arrived before then: it would have been deleted by now.
[[nodiscard]] Result<void> forget_losses(Database& database, UtcTime arrived_before);

}  // namespace tollgate::ledger
