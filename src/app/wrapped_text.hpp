// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::app {

/// How wide a terminal is at least.
inline constexpr std::size_t kTerminalWidth = 80;

/// Printable lines of at most kTerminalWidth code points, broken between words, a longer word
/// within it: the first `indent` blanks from the left, those below two more.
std::string wrapped(std::string_view text, std::size_t indent);

}  // namespace tollgate::app
