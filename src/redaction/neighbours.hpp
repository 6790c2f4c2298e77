// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tollgate::redaction {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// What may stand right before and behind a match. RE2 has no look-around, so rules say it here.
enum class Beside : std::uint8_t {
  anything,
  /// no ASCII letter or digit; an underscore joins words, and hides none
  no_word,
  /// no digit; letters only where they are a word of three or more (`VISA4111...`), for one or two
  /// belong to a code; and before it no point behind a digit, which would make it a fraction
  no_number,
  /// as no_number, but before it one or two letters may begin the word (`cc4111...`)
  no_code,
  /// as no_number, and no digit beyond blanks and line ends: a column of numbers goes on
  no_column,
  /// as no_word, and no point with a digit beyond it: a version of five numbers is no address
  no_dotted_number,
};

/// Of a rule whose `beside` is the first argument: what stands before a match, and behind it.
bool fits_before(Beside beside, std::string_view text, std::size_t begin);
bool fits_behind(Beside beside, std::string_view text, std::size_t end);

/// Whether [begin, end) is a number of its own rather than groups out of a longer one
/// (`1111-2222` out of `1111-2222-3333`).
bool stands_alone(std::string_view text, std::size_t begin, std::size_t end);

/// Whether [begin, end) lies in a UUID that is a word of its own. Of random ones, one in some ten
/// thousand holds what passes for a bank account's number (`ee291316-4bf4-46a2-b453-...`), and by
/// such ids a record is held against the backend's bill.
bool lies_in_uuid(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace tollgate::redaction
