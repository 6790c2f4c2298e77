// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// What a table has in all of what is not known, or not finally, in the columns that it has no room
/// for: "2 operations without an amount (unpriced)". Their names are taken out of `missed`.
/// `totals`: of all rows, and where there are several currencies of each.
std::vector<std::string> take_sums_below(std::vector<std::string>& missed,
                                         std::span<const UsageRow> totals);

}  // namespace tollgate::reports
