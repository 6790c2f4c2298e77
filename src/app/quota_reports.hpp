// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "budgets.hpp"
#include "commands.hpp"
#include "tollgate/reports/format.hpp"

// `tollgate usage --budgets` and `--refusals`.
namespace tollgate::app {

/// How each limit's current window burns down; returns the exit status.
int report_budgets(const UsageOptions& options);
/// Whom limits refused in the period, beside what was served; returns the exit status.
int report_refusals(const UsageOptions& options);

/// A line for each budget in any format; all cells are texts.
std::string format_budgets(const std::vector<Budget>& budgets, const TimeZone& zone,
                           const std::string& currency, reports::ReportFormat format);

}  // namespace tollgate::app
