// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <charconv>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace tollgate {

/// Puts text together that is made for every request: a head, a line of the log. Such text has
/// dozens of pieces, most of them shorter than what a string does to append one; here there is room
/// beforehand, and a piece is only copied.
class TextBuilder {
 public:
  /// `usual`: what the text seldom exceeds, in bytes. A longer one finds its room when it needs it.
  explicit TextBuilder(std::size_t usual) : bytes_(usual, '\0') {}

  TextBuilder& add(std::string_view piece) {
    piece.copy(room(piece.size()), piece.size());
    size_ += piece.size();
    return *this;
  }
  TextBuilder& add(char c) {
    *room(1) = c;
    ++size_;
    return *this;
  }
  /// In decimal digits.
  template <std::integral Number>
  TextBuilder& add_number(Number number) {
    constexpr std::size_t kLongest = 20;  // of 64 bits, with a sign
    char* const begin = room(kLongest);
    size_ += static_cast<std::size_t>(std::to_chars(begin, begin + kLongest, number).ptr - begin);
    return *this;
  }

  /// Where `size` bytes behind the text may be written; added() makes them text. Valid until the
  /// next call.
  char* room(std::size_t size) {
    if (bytes_.size() - size_ < size) grow(size);
    return bytes_.data() + size_;
  }
  /// At most as many as there was room made for.
  void added(std::size_t size) { size_ += size; }

  /// Valid until more is added.
  std::string_view text() const { return {bytes_.data(), size_}; }
  /// Begins anew, in the room that there is.
  void clear() { size_ = 0; }
  /// The text, once: nothing may follow.
  std::string take() {
    bytes_.resize(size_);
    return std::move(bytes_);
  }

 private:
  void grow(std::size_t size);

  std::string bytes_;  ///< the text, and room behind it
  std::size_t size_ = 0;
};

}  // namespace tollgate
