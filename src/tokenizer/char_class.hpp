// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace tollgate::tokenizer {

/// What the split patterns tell apart. Each value is one bit, so that a set of classes is an or of
/// them.
enum CharClass : std::uint8_t {
  sign = 1 << 0,      ///< none of the others: punctuation, symbols, controls, unassigned
  space = 1 << 1,     ///< \s but for CR and LF
  line_end = 1 << 2,  ///< CR, LF
  number = 1 << 3,    ///< \p{N}
  mark = 1 << 4,      ///< \p{M}
  upper = 1 << 5,     ///< \p{Lu}, \p{Lt}
  lower = 1 << 6,     ///< \p{Ll}
  other = 1 << 7,     ///< \p{Lm}, \p{Lo}
};

constexpr unsigned kLetters = upper | lower | other;
constexpr unsigned kWhiteSpace = space | line_end;

/// The class of each code point, as the exponent in CharClass; blocks beyond the last are all sign.
constexpr std::size_t kClassBlockCount = 3586;
constexpr std::size_t kClassBlockSize = 256;
extern const std::uint8_t kClassBlocks[kClassBlockCount];
extern const char kClassDigits[];

inline unsigned class_of(char32_t code_point) {
  const std::size_t block = code_point / kClassBlockSize;
  if (block >= kClassBlockCount) return sign;
  return 1u << (kClassDigits[kClassBlocks[block] * kClassBlockSize + code_point % kClassBlockSize] &
                7);
}

constexpr unsigned ascii_class(unsigned char c) {
  if (c == '\r' || c == '\n') return line_end;
  if (c == ' ' || (c >= '\t' && c <= '\r')) return space;
  if (c >= '0' && c <= '9') return number;
  if (c >= 'A' && c <= 'Z') return upper;
  if (c >= 'a' && c <= 'z') return lower;
  return sign;
}

inline constexpr auto kAsciiClass = [] {
  std::array<std::uint8_t, 128> table{};
  for (unsigned c = 0; c < table.size(); ++c) table[c] = static_cast<std::uint8_t>(ascii_class(c));
  return table;
}();

struct Char {
  unsigned klass;
  unsigned length;  ///< in bytes
};

/// The character at `at`, which must begin one of well-formed UTF-8.
inline Char char_at(const char* at) {
  const auto byte = [at](int i) { return static_cast<unsigned char>(at[i]); };
  if (byte(0) < 0x80) return {kAsciiClass[byte(0)], 1};
  const auto tail = [&](int i) { return static_cast<char32_t>(byte(i) & 0x3F); };
  if (byte(0) < 0xE0) return {class_of((byte(0) & 0x1Fu) << 6 | tail(1)), 2};
  if (byte(0) < 0xF0) return {class_of((byte(0) & 0x0Fu) << 12 | tail(1) << 6 | tail(2)), 3};
  return {class_of((byte(0) & 0x07u) << 18 | tail(1) << 12 | tail(2) << 6 | tail(3)), 4};
}

}  // namespace tollgate::tokenizer
