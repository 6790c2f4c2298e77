// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "tollgate/reports/format.hpp"

namespace tollgate::reports {

/// How narrow, and which columns it may cost, by name, the first at first.
struct Narrowing {
  std::size_t width = 0;
  std::span<const std::string_view> expendable;
};

/// The same as table_of() for a terminal: without the columns behind the first `texts` that are
/// empty or 0 in every line, and without as many expendable ones as it takes to fit; both are named
/// below. Names, which are the first line, are broken at their underscores.
std::string narrow_table_of(std::span<const Cells> lines, std::size_t texts,
                            const Narrowing& narrowing);

}  // namespace tollgate::reports
