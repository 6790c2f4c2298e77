// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>

#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// What a report that tells amounts alone says nothing of, as a sentence: operations of the rows
/// that have no amount, or not all of theirs, and where to see why. Empty: each has all of it.
std::string missing_amounts(std::span<const UsageRow> rows);

}  // namespace tollgate::reports
