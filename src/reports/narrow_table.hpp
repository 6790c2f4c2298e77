// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tollgate/reports/format.hpp"

namespace tollgate::reports {

/// The same as table_of() for a terminal: without the columns behind the first `texts` that are
/// empty or 0 in every line, which are named below; names, which are the first line, are broken at
/// their underscores.
std::string narrow_table_of(std::span<const Cells> lines, std::size_t texts);

}  // namespace tollgate::reports
