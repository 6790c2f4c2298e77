// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tollgate/base/page_lines.hpp"
#include "tollgate/reports/format.hpp"

namespace tollgate::reports {

/// Lines below each other in columns, the first one their names; the first `texts` columns begin at
/// the left, numbers end at the right. Where that is wider than `width` the columns' names are
/// broken; where that does not suffice each line has its texts alone, and its numbers on as many
/// lines below as it takes, those of all lines below each other.
std::string fitted_table(std::span<const Cells> lines, std::size_t texts,
                         std::size_t width = kPageWidth);

}  // namespace tollgate::reports
