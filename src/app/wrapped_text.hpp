// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::app {

/// Printable lines of at most kPageWidth code points, broken between words, a longer word within
/// it: the first `indent` blanks from the left, those below two more.
std::string wrapped(std::string_view text, std::size_t indent);

}  // namespace tollgate::app
