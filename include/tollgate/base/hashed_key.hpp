// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "tollgate/base/digest.hpp"

// What a key looks like in a text, of which only the SHA-256 is known. It stands between marks,
// which are all but letters, digits and - _ +, or is split by them into up to eight pieces (a/b).
namespace tollgate {

/// Bytes. No key is shorter; what is, may stand in any text and in any header.
inline constexpr std::size_t kShortestKey = 16;

/// What is looked at as one key.
enum class KeyReach : std::uint8_t {
  /// Of text of any size: up to kLongestKeyInText bytes without a blank, that begin with a letter
  /// or a slash.
  text,
  /// Of a short one, such as a header's value: whatever may be a key.
  field,
};
inline constexpr std::size_t kLongestKeyInText = 128;

/// Whether it stands beside keys, or between their pieces. Bytes of letters of other scripts do.
constexpr bool is_key_mark(char c) {
  const char lower = static_cast<char>(c | 0x20);
  return !((lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '+');
}

/// Whether a key may begin at that byte: behind a mark, or with a slash, which is a letter of
/// base64 as well: one key in 64 begins with it.
constexpr bool may_begin_key(std::string_view text, std::size_t at, KeyReach reach) {
  if (text[at] == '/') return true;
  if (reach == KeyReach::text && is_key_mark(text[at])) return false;
  return at == 0 || is_key_mark(text[at - 1]);
}

/// How long the key is that the text begins with; 0: it begins with none. `knows`: whether this is
/// the hash of a key.
std::size_t key_length_at(std::string_view text, KeyReach reach,
                          const std::function<bool(const Sha256&)>& knows);

}  // namespace tollgate
