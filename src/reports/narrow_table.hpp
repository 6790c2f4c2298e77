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

/// How narrow, and which columns it may cost, by name, the first at first.
struct Narrowing {
  std::size_t width = 0;
  std::span<const std::string_view> expendable;
};

/// A table, and the names of the columns that are not in it.
struct NarrowTable {
  std::string text;
  std::vector<std::string> empty;   ///< they said nothing
  std::vector<std::string> missed;  ///< there was no room for them
};

/// The same as table_of() for a terminal: without the columns behind the first `texts` that are
/// empty or 0 in every line, and without as many expendable ones as it takes to fit. Names, which
/// are the first line, are broken at their underscores.
NarrowTable narrow_table_of(std::span<const Cells> lines, std::size_t texts,
                            const Narrowing& narrowing);

/// What stands below a table, in lines of that width: how it begins, and its items. Empty without
/// any.
std::string line_below(std::string begin, std::span<const std::string> items, std::size_t width);

}  // namespace tollgate::reports
