// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/reports/format.hpp"

namespace tollgate::reports {

/// Lines below each other in columns; the first `texts` columns begin at the left, numbers end at
/// the right.
std::string table_of(std::span<const Cells> lines, std::size_t texts);

/// A text in lines that fit a page.
std::string paragraph(std::string_view text);

/// How wide each column is.
std::vector<std::size_t> widths_of(std::span<const Cells> lines);

/// Names of columns, those behind the first `texts` broken at underscores and blanks: the words
/// below each other, ending on the last line. `room`: of each column; a name that fits stays whole.
std::vector<Cells> broken_names(const Cells& names, std::size_t texts,
                                std::span<const std::size_t> room = {});

/// The same as table_of(), a text for each line, no wider than `width` where it can be: cells of
/// the widest columns are broken at blanks and go on below.
std::vector<std::string> wrapped_rows(std::span<const Cells> lines, std::size_t texts,
                                      std::size_t width);

/// A line of CSV (RFC 4180). Of the first `texts` cells one that a spreadsheet would run as a
/// formula is defused; those behind are our own numbers and words.
std::string csv_line(const Cells& cells, std::size_t texts);

/// The same without defusing: for formats that say what a cell holds, byte for byte.
std::string plain_csv_line(const Cells& cells);

}  // namespace tollgate::reports
