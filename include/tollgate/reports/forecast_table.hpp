// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tollgate/reports/forecast.hpp"
#include "tollgate/reports/format.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// The names of forecast_lines()'s columns behind the keys.
Cells forecast_columns();

/// A line for each combination of keys and currency: what its next `ahead` days may cost, or, where
/// nothing has a cost, how many tokens they may take; and what that is made of. `rows` have the day
/// behind their keys; `days` are the names of all days, in order: one without a row counts as 0.
/// With `totals` the same of all lines of a currency, or of tokens, stands below: what all may come
/// to is not the sum of what each may. Error invalid_input: too few days.
Result<std::vector<Cells>> forecast_lines(std::span<const UsageRow> rows,
                                          std::span<const std::string> days, std::size_t ahead,
                                          bool totals = false);

/// Those lines in any format. A table has below it what is the same of all of them.
std::string format_forecast(std::span<const std::string> by, std::span<const Cells> lines,
                            ReportFormat format);

}  // namespace tollgate::reports
