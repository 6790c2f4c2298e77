// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "match_view.hpp"

namespace tollgate::redaction {

/// What escapes begin with: a text without these bytes has none.
inline constexpr std::string_view kEscapeBegins = "\\%&+\xF3\x1B";

/// Whether the text holds anything that unescaped() would read differently.
bool has_escapes(std::string_view text);

/// The text with what is written as escapes put in their place: `%40`, `\u0040` and the short ones
/// of JSON, `&#64;`, `&#x40;` and `&amp;`, a `+` between groups of digits, tag characters; without
/// a terminal's control sequences (`ESC[31m`). Applied twice where escapes escaped other ones.
/// Rules look at this beside the text as it stands, never in its stead: taking `%41` for an A could
/// hide what stands behind it.
MatchView unescaped(std::string_view text);

}  // namespace tollgate::redaction
