// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace tollgate {

constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// ASCII-only, locale-free. Inline: lists of names are searched with it, and the length decides
/// mostly.
inline bool iequals(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}
std::string to_lower(std::string_view text);
std::string_view trim(std::string_view text);

/// Cuts to at most `limit` bytes without splitting a UTF-8 sequence, replaces malformed sequences
/// with U+FFFD and controls with spaces, those that turn the direction of writing (bidi) too: what
/// a client sent becomes fit for a record or a log.
std::string sanitize_utf8(std::string_view text, std::size_t limit);

/// The same of a text that says something as a whole only: of a longer one `otherwise`. Half a name
/// or code is none, and may be half of a personal value or a secret, which no rule finds any more.
std::string whole_word(std::string_view text, std::size_t limit, std::string_view otherwise = {});
inline constexpr std::string_view kTooLong = "(too long)";

/// Whole, with U+FFFD for each malformed sequence and control (bidi too): what a file has becomes a
/// cell or a part of a line on a terminal, which obeys escapes.
std::string printable(std::string_view text);
/// The same of several lines: line feeds and tabs stay.
std::string printable_lines(std::string_view text);

}  // namespace tollgate
