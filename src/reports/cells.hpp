// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tollgate/reports/format.hpp"

namespace tollgate::reports {

/// Lines below each other in columns; the first `texts` columns begin at the left, numbers end at
/// the right.
std::string table_of(std::span<const Cells> lines, std::size_t texts);

/// A line of CSV (RFC 4180). Of the first `texts` cells one that a spreadsheet would run as a
/// formula is defused; those behind are our own numbers and words.
std::string csv_line(const Cells& cells, std::size_t texts);

/// The same without defusing: for formats that say what a cell holds, byte for byte.
std::string plain_csv_line(const Cells& cells);

}  // namespace tollgate::reports
