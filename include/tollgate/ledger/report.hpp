// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::ledger {

/// By the keys; or the most tokens or operations first, by the keys where these are equal.
enum class RowOrder { name, tokens, operations };
/// Error invalid_input: none of these words.
Result<RowOrder> parse_row_order(std::string_view text);
/// The rows come sorted by their keys, as a LedgerReader gives them.
void sort_rows(std::vector<UsageRow>& rows, RowOrder order);

enum class ReportFormat { table, csv, json };
/// Error invalid_input: none of these words.
Result<ReportFormat> parse_report_format(std::string_view text);

/// Writes rows as a table that ends with a total, as CSV (RFC 4180; text that a spreadsheet would
/// run as a formula is defused), or as JSON. `tokens_percent` is a row's part of all tokens of the
/// report.
std::string format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                         ReportFormat format);

}  // namespace tollgate::ledger
