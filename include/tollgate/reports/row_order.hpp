// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/reports/usage_row.hpp"

// Which rows a report shows, in what order and beside what.
namespace tollgate::reports {

/// By the keys; or the most tokens, operations or cost first, by the keys where these are equal.
enum class RowOrder { name, tokens, operations, cost };
/// Error invalid_input: none of these words.
Result<RowOrder> parse_row_order(std::string_view text);
/// The rows come sorted by their keys, as ask_usage() gives them. By cost those without one come
/// last, and currencies are not compared: one after the other.
void sort_rows(std::vector<UsageRow>& rows, RowOrder order);
/// The first `most` rows of operations, and one more, "(others)", of the rest; of each currency
/// one. What nobody used of capacity is none of either, but a row behind them.
void keep_top(std::vector<UsageRow>& rows, std::size_t most);
/// Puts beside each row what it was before: rows that are equal in keys, kind and currency; what
/// had no amount in one of the times, and has one in the other, is one row. What was there before
/// alone becomes a row of nothing.
void compare_rows(std::vector<UsageRow>& rows, const std::vector<UsageRow>& previous);

}  // namespace tollgate::reports
