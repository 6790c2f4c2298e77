// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tollgate/reports/statement.hpp"

// What a statement says in print, whatever the format.
namespace tollgate::reports {

/// "1.5 USD"; empty: there is no amount.
std::string with_currency(const std::string& amount, const std::string& currency);
std::string nanos(Int128 number);
std::string whole(Int128 number);

/// Something was multiplied; else there is an amount alone.
bool has_price(const StatementItem& item);

/// How a format writes a number that is read and not computed with.
using NumberWords = std::string (*)(std::string number);

/// "4 per 1000000, -12 %"; of a share "30 per 4634 weighted tokens": what the hour costs for all
/// that was used in it, or could have been.
std::string price_words(const StatementItem& item, NumberWords words);
/// "input"; "provisioned gpt-5-ptu, 2026-11-29 13:00 +01:00".
std::string class_words(const StatementItem& item);
/// Empty: there is none.
std::string provisional_text(const StatementGap& gap);
std::string total_words(const StatementTotal& total, NumberWords words);
/// What stands in place of a total.
std::string no_total(const Statement& statement);
/// In place of items, where there are none; empty where nothing was used, which no_total() says.
std::string no_item(const Statement& statement);
/// Above the gaps.
inline constexpr const char* kGapTitle = "In no amount, or not all of it";
/// In place of gaps; empty where nothing was used.
std::string no_gap(const Statement& statement);
/// Whose and of when it is, by name.
std::vector<std::pair<std::string, std::string>> facts(const Statement& statement);
/// How its amounts come about.
std::vector<std::string> notes(const Statement& statement);

}  // namespace tollgate::reports
