// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/base/error.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::app {

/// A record's numbers, and the words that say what they are worth, as one line of JSON; nothing of
/// who asked: that stands in the trail, there perhaps under a pseudonym.
std::string figures_of(const usage::UsageRecord& record);

/// The same of the record with this RecordId. Errors: not_found, there is no such ledger or no such
/// record in it; storage.
Result<std::string> read_figures(const std::string& ledger_path, const std::string& record_id);

}  // namespace tollgate::app
