// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

namespace tollgate::capture {

// Blanks of any kind: of ASCII, U+00A0, U+2000 to U+200F, U+2028, U+2029, U+202F, U+3000, U+FEFF.

/// The bytes of all that the text begins with.
std::size_t blanks_before(std::string_view text);
/// The bytes of all that the text ends with.
std::size_t blanks_behind(std::string_view text);

}  // namespace tollgate::capture
