// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tollgate::redaction {

/// Where in one text the words of one rule stand, looked for when they are first asked about: a
/// text may have thousands of numbers, each of which asks.
class ContextWords {
 public:
  /// `text` and `words` outlive it.
  ContextWords(std::string_view text, std::span<const std::string_view> words)
      : text_(text), words_(words) {}

  /// Whether one stands whole in text[begin, end), with no letter on either side of it.
  bool any_within(std::size_t begin, std::size_t end);

 private:
  struct Place {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  void find();

  std::string_view text_;
  std::span<const std::string_view> words_;
  std::optional<std::vector<Place>> places_;  ///< by where they begin
};

}  // namespace tollgate::redaction
