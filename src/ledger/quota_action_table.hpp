// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "storage_names.hpp"
#include "tollgate/ledger/quota_book.hpp"

// The table `quota_actions`, which make_quota_tables() makes. Errors: storage.
namespace tollgate::ledger {

Result<void> put_action(Database& database, const QuotaAction& action);
/// As QuotaBook::actions.
Result<std::vector<QuotaAction>> actions_from(Database& database, UtcTime from);
Result<void> delete_actions(Database& database, UtcTime before);

}  // namespace tollgate::ledger
