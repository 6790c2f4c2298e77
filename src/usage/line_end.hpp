// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::usage {

/// Offset of the first CR or LF, or text.size().
std::size_t find_line_end(std::string_view text);

}  // namespace tollgate::usage
