// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "tollgate/reports/format.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// Writes rows as a table that ends with a total, as CSV (RFC 4180; text that a spreadsheet would
/// run as a formula is defused), or as JSON. `tokens_percent` is a row's part of all tokens of the
/// report. Amounts have all nine decimals, and are texts in JSON, where a number may become
/// floating point. Where there are several currencies the total has no cost, and below it one of
/// each stands.
///
/// `width`: that of the terminal that a person sits before; nullopt: nobody does. A table for a
/// person leaves out columns that are empty or 0 in all rows, and as many of those that can best be
/// missed as it takes to fit, names them below, and breaks the names of the others.
std::string format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                         ReportFormat format, std::optional<std::size_t> width = {});

/// The rows' costs by class and price: what was multiplied with what; of what nobody used of
/// capacity the amount alone. `price_of` says what a number of PriceSums stands for.
using PriceLookup = std::function<const usage::CostComponent&(std::int64_t)>;
std::string format_components(std::span<const UsageRow> rows, std::span<const std::string> by,
                              ReportFormat format, const PriceLookup& price_of);

}  // namespace tollgate::reports
