// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_lexemes.hpp"

#include <algorithm>
#include <array>

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

constexpr std::array<std::string_view, 3> kWords{"true", "false", "null"};

}  // namespace

bool JsonEscape::take(char c) {
  if (left_ != kKind) {
    --left_;
    return is_hex(c);
  }
  left_ = c == 'u' ? 4 : 0;
  return std::string_view("\"\\/bfnrtu").find(c) != std::string_view::npos;
}

bool JsonScalar::begin(char c) {
  state_ = c == '-' ? State::minus : c == '0' ? State::zero : State::whole;
  if (c == '-' || is_digit(c)) return true;
  state_ = State::word;
  const auto* const word = std::find_if(kWords.begin(), kWords.end(),
                                        [c](std::string_view one) { return one.front() == c; });
  if (word == kWords.end()) return false;
  word_left_ = word->substr(1);
  return true;
}

bool JsonScalar::take(std::string_view bytes) {
  if (state_ == State::word) {
    const bool goes_on = word_left_.starts_with(bytes);
    if (goes_on) word_left_.remove_prefix(bytes.size());
    return goes_on;
  }
  return std::all_of(bytes.begin(), bytes.end(), [this](char c) { return take_number(c); });
}

bool JsonScalar::take_number(char c) {
  switch (state_) {
    case State::minus:
      state_ = c == '0' ? State::zero : State::whole;
      return is_digit(c);
    case State::whole:
      if (is_digit(c)) return true;
      [[fallthrough]];
    case State::zero:
      state_ = c == '.' ? State::point : State::exponent;
      return c == '.' || c == 'e' || c == 'E';
    case State::point:
      state_ = State::fraction;
      return is_digit(c);
    case State::fraction:
      if (is_digit(c)) return true;
      state_ = State::exponent;
      return c == 'e' || c == 'E';
    case State::exponent:
      state_ = is_digit(c) ? State::exponent_digits : State::exponent_sign;
      return is_digit(c) || c == '+' || c == '-';
    case State::exponent_sign:
    case State::exponent_digits:
      state_ = State::exponent_digits;
      return is_digit(c);
    case State::word:
      break;
  }
  return false;
}

bool JsonScalar::complete() const {
  switch (state_) {
    case State::word:
      return word_left_.empty();
    case State::zero:
    case State::whole:
    case State::fraction:
    case State::exponent_digits:
      return true;
    default:
      return false;
  }
}

bool Utf8Check::take(std::string_view bytes) {
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  while (at != end) {
    if (left_ == 0) at = find_non_ascii(at, end);
    if (at == end) break;
    if (!take_byte(static_cast<unsigned char>(*at++))) return false;
  }
  return true;
}

// The Unicode standard, table 3-7: only the second byte has other bounds than 80..BF.
bool Utf8Check::take_byte(unsigned char c) {
  if (left_ != 0) {
    const bool fits = c >= low_ && c <= high_;
    --left_;
    low_ = 0x80;
    high_ = 0xBF;
    return fits;
  }
  if (c < 0xC2 || c > 0xF4) return c < 0x80;
  left_ = c < 0xE0 ? 1 : c < 0xF0 ? 2 : 3;
  if (c == 0xE0) low_ = 0xA0;
  if (c == 0xED) high_ = 0x9F;
  if (c == 0xF0) low_ = 0x90;
  if (c == 0xF4) high_ = 0x8F;
  return true;
}

}  // namespace tollgate::usage
