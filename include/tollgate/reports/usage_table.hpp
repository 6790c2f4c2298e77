// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/reports/format.hpp"
#include "tollgate/reports/usage_row.hpp"

namespace tollgate::reports {

/// By the keys; or the most tokens, operations or cost first, by the keys where these are equal.
enum class RowOrder { name, tokens, operations, cost };
/// Error invalid_input: none of these words.
Result<RowOrder> parse_row_order(std::string_view text);
/// The rows come sorted by their keys, as ask_usage() gives them. By cost those without one come
/// last, and currencies are not compared: one after the other.
void sort_rows(std::vector<UsageRow>& rows, RowOrder order);
/// The first `most` rows, and one more, "(others)", of the rest; of each currency one.
void keep_top(std::vector<UsageRow>& rows, std::size_t most);
/// Puts beside each row what it was before: rows that are equal in keys and currency. What was
/// there before alone becomes a row of nothing.
void compare_rows(std::vector<UsageRow>& rows, const std::vector<UsageRow>& previous);

/// Writes rows as a table that ends with a total, as CSV (RFC 4180; text that a spreadsheet would
/// run as a formula is defused), or as JSON. `tokens_percent` is a row's part of all tokens of the
/// report. Amounts have all nine decimals, and are texts in JSON, where a number may become
/// floating point; a total of several currencies is none.
std::string format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                         ReportFormat format);

/// The rows' costs by class and price: what was multiplied with what. `price_of` says what a number
/// of PriceSums stands for.
using PriceLookup = std::function<const usage::CostComponent&(std::int64_t)>;
std::string format_components(std::span<const UsageRow> rows, std::span<const std::string> by,
                              ReportFormat format, const PriceLookup& price_of);

}  // namespace tollgate::reports
