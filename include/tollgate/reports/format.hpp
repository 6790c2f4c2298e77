// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::reports {

enum class ReportFormat { table, csv, json };
/// Error invalid_input: none of these words.
Result<ReportFormat> parse_report_format(std::string_view text);

using Cells = std::vector<std::string>;

/// Lines with names above them, in any format, as a table that fits a page; all cells are texts,
/// amounts too. Of the first
/// `texts` columns a cell of CSV that a spreadsheet would run as a formula is defused.
std::string format_lines(const Cells& names, std::span<const Cells> lines, std::size_t texts,
                         ReportFormat format);

}  // namespace tollgate::reports
