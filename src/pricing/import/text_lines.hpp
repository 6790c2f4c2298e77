// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace tollgate::pricing {

/// Says in which line, from 1 on, something of a text stands: asked in the text's order it goes
/// through the text once.
class TextLines {
 public:
  /// The text outlives it.
  explicit TextLines(const char* text) : at_(text) {}

  /// Of a place that does not stand before the last one.
  std::size_t line_of(const char* place) {
    if (place > at_) line_ += static_cast<std::size_t>(std::count(at_, place, '\n'));
    at_ = std::max(at_, place);
    return line_;
  }

 private:
  const char* at_;
  std::size_t line_ = 1;
};

}  // namespace tollgate::pricing
