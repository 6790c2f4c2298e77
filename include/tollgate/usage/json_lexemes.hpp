// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

// The small parts of JSON, exactly as RFC 8259 has them and whatever pieces they come in: what only
// some readers take is taken by none of these.
namespace tollgate::usage {

/// What follows the backslash in a string. A lone surrogate is an escape like any other: clients
/// that cut text in its middle send them, and every reader sees some character there.
class JsonEscape {
 public:
  void begin() { left_ = kKind; }
  bool is_open() const { return left_ != 0; }
  /// The next byte of an open one. False: it is none.
  bool take(char c);

 private:
  static constexpr std::uint8_t kKind = 5;  ///< the byte behind the backslash is to come
  std::uint8_t left_ = 0;                   ///< 1 to 4: so many digits of \u are to come
};

/// A number, or true, false or null.
class JsonScalar {
 public:
  /// Its first byte. False: no scalar begins with it.
  bool begin(char c);
  /// Goes on with all of the bytes. False: it is none.
  bool take(std::string_view bytes);
  /// Whether it may end here.
  bool complete() const;

 private:
  enum class State : std::uint8_t {
    word,
    minus,
    zero,
    whole,
    point,
    fraction,
    exponent,
    exponent_sign,
    exponent_digits,
  };

  bool take_number(char c);

  State state_ = State::word;
  std::string_view word_left_;
};

/// Whether bytes are well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
class Utf8Check {
 public:
  void begin() { *this = Utf8Check(); }
  /// False: they are not.
  bool take(std::string_view bytes);
  /// Whether no character is cut off.
  bool complete() const { return left_ == 0; }

 private:
  bool take_byte(unsigned char c);

  std::uint8_t left_ = 0;  ///< bytes of the character that are to come
  /// Bounds of the next of them.
  std::uint8_t low_ = 0x80;
  std::uint8_t high_ = 0xBF;
};

}  // namespace tollgate::usage
