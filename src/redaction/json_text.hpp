// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tollgate::redaction {

/// So many times JSON within a string of JSON is read as JSON; what lies deeper is text.
inline constexpr int kDeepestNested = 4;

/// What a JSON string spells; `raw` stands between its quotes. A lone surrogate becomes the three
/// bytes that UTF-8 would have for it, so that encode_json_text() can write it again. nullopt where
/// the text holds something that no JSON string may.
std::optional<std::string> decode_json_text(std::string_view raw);

/// Whether what stands between a JSON string's quotes is what the string spells, byte for byte.
bool is_spelled_plainly(std::string_view raw);

/// The text between quotes, escaped only where JSON asks for it.
std::string encode_json_text(std::string_view text);

}  // namespace tollgate::redaction
