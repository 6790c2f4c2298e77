// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "neighbours.hpp"

#include <algorithm>

#include "tollgate/base/uuid.hpp"

namespace tollgate::redaction {
namespace {

constexpr bool is_word(char c) { return is_digit(c) || is_letter(c); }

/// Letters that stand at `at` and further in the direction of `step`, counted to three.
int letters_from(std::string_view text, std::size_t at, int step) {
  int count = 0;
  while (at < text.size() && is_letter(text[at]) && count < 3) {
    ++count;
    at += static_cast<std::size_t>(step);  // wraps around to a large number before the begin
  }
  return count;
}

bool begins_word(std::string_view text, std::size_t at) {
  return at == 0 || !is_word(text[at - 1]);
}

/// A digit at `at`, or further in the direction of `step` beyond blanks and line ends.
bool digit_beyond_blanks(std::string_view text, std::size_t at, int step) {
  static constexpr int kMost = 16;
  for (int i = 0; i < kMost && at < text.size(); ++i, at += static_cast<std::size_t>(step)) {
    if (std::string_view(" \t\r\n").find(text[at]) == std::string_view::npos)
      return is_digit(text[at]);
  }
  return false;
}

bool letters_fit(int count) { return count == 0 || count >= 3; }

/// Digits of the group beyond one separator at `at`.
bool continues(std::string_view text, std::size_t at, int step) {
  if (at >= text.size()) return false;
  const char separator = text[at];
  if (separator != ' ' && separator != '-' && separator != '.') return false;
  int digits = 0;
  for (at += static_cast<std::size_t>(step); at < text.size() && is_digit(text[at]) && digits < 3;
       at += static_cast<std::size_t>(step)) {
    ++digits;
  }
  return digits >= (separator == ' ' ? 3 : 1);
}

constexpr std::size_t kUuidSize = 36;

bool uuid_at(std::string_view text, std::size_t at) {
  const std::size_t end = at + kUuidSize;
  return text[at + 8] == '-' && begins_word(text, at) &&
         (end == text.size() || !is_word(text[end])) && Uuid::parse(text.substr(at, kUuidSize));
}

}  // namespace

bool fits_before(Beside beside, std::string_view text, std::size_t begin) {
  if (begin == 0 || beside == Beside::anything) return true;
  const char c = text[begin - 1];
  const bool behind_point = c == '.' && begin >= 2 && is_digit(text[begin - 2]);
  if (beside == Beside::no_word) return !is_word(c);
  if (beside == Beside::no_dotted_number) return !is_word(c) && !behind_point;
  if (is_digit(c) || behind_point) return false;
  if (beside == Beside::no_column && digit_beyond_blanks(text, begin - 1, -1)) return false;
  const int letters = letters_from(text, begin - 1, -1);
  if (beside == Beside::no_code && begins_word(text, begin - static_cast<std::size_t>(letters)))
    return true;
  return letters_fit(letters);
}

bool fits_behind(Beside beside, std::string_view text, std::size_t end) {
  if (end == text.size() || beside == Beside::anything) return true;
  const char c = text[end];
  const bool before_point = c == '.' && end + 1 < text.size() && is_digit(text[end + 1]);
  if (beside == Beside::no_word) return !is_word(c);
  if (beside == Beside::no_dotted_number) return !is_word(c) && !before_point;
  if (beside == Beside::no_column && digit_beyond_blanks(text, end, 1)) return false;
  return !is_digit(c) && letters_fit(letters_from(text, end, 1));
}

bool stands_alone(std::string_view text, std::size_t begin, std::size_t end) {
  return !continues(text, begin - 1, -1) && !continues(text, end, 1);
}

bool lies_in_uuid(std::string_view text, std::size_t begin, std::size_t end) {
  if (end - begin > kUuidSize || text.size() < kUuidSize) return false;
  const std::size_t first = end > kUuidSize ? end - kUuidSize : 0;
  const std::size_t last = std::min(begin, text.size() - kUuidSize);
  for (std::size_t at = first; at <= last; ++at) {
    if (uuid_at(text, at)) return true;
  }
  return false;
}

}  // namespace tollgate::redaction
