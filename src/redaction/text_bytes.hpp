// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace tollgate::redaction {

/// What bytes a text is of, told in one pass: most texts lack some byte that every match of most
/// rules has, and need not be searched for it.
class TextBytes {
 public:
  explicit TextBytes(std::string_view text);

  bool has_any(std::string_view bytes) const;
  /// All of them are ASCII that is seen (sight.hpp): the text is read as it stands.
  bool plain() const { return plain_; }
  /// How many are digits of ASCII.
  std::size_t digits() const { return digits_; }
  /// How long the longest stretch without a blank or control character is.
  std::size_t longest_word() const { return longest_word_; }

 private:
  std::array<bool, 256> has_{};
  bool plain_ = true;
  std::size_t digits_ = 0;
  std::size_t longest_word_ = 0;
};

}  // namespace tollgate::redaction
