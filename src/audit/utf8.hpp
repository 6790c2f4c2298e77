// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::audit {

inline constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  ///< U+FFFD

/// How many bytes the well-formed UTF-8 character takes that `text` begins with; 0: none begins
/// there.
std::size_t character_size(std::string_view text);

/// `text` with U+FFFD for each byte that is part of no character. `replaced` counts these.
std::string repair_utf8(std::string_view text, std::size_t& replaced);

}  // namespace tollgate::audit
