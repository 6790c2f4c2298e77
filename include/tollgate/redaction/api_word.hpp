// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <string_view>

namespace tollgate::redaction {

/// Whether a text may be a word of the API's own (`chat.completion`, `gpt-4o-2024-11-20`): small
/// letters, digits and `_.:/-`. What rules have found clean in such a word once is remembered, and
/// the external redactor is not shown it.
inline bool is_api_word(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    constexpr std::string_view kMarks = "_.:/-";
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || kMarks.find(c) != kMarks.npos;
  });
}

}  // namespace tollgate::redaction
