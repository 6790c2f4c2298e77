// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// "▁▃▅█": a sign for each value, from 0 to the largest; a value below 0 is shown as 0.
std::string sparkline(std::span<const double> values);

/// A bar of at most `width` signs for a part of a whole; a part above 0 has at least its thinnest.
std::string bar(double value, double largest, std::size_t width);

/// What a person at a terminal sees below a table: of rows that are times alone a sparkline
/// of what operations cost, else
/// the largest rows as bars; by cost where the rows have one currency, else by tokens. Empty where
/// there is nothing to compare. `by` are the names of the rows' keys.
std::string charts(std::span<const UsageRow> rows, std::span<const std::string> by);

}  // namespace tollgate::reports
