// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::redaction {

/// What readers see of a character.
enum class Sight : std::uint8_t {
  seen,
  /// Nothing: format characters, marks on letters, default-ignorable ones, and null, which UTF-16
  /// has between letters.
  never,
  /// To some the end of a line or of a field, to others nothing, or a box: control characters but
  /// tab, line feed and carriage return, separators of lines and paragraphs, characters that stand
  /// for what could not be shown, private and unassigned ones, Braille's blank.
  doubtful,
};

/// Of a code point that utf8proc's decomposition leaves: that takes default-ignorable ones out.
Sight sight_of(std::int32_t point);

/// How many bytes from the begin are ASCII that is seen.
std::size_t plain_length(std::string_view text);

/// Whether the byte is ASCII that is seen.
constexpr bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 ? byte < 0x7F : c == '\t' || c == '\n' || c == '\r';
}

}  // namespace tollgate::redaction
