// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "rule.hpp"

namespace tollgate::redaction {

/// A value as its pattern found it: bytes [begin, end) of a text.
struct ShortestValue {
  std::size_t begin = 0;
  std::size_t end = 0;
  bool text_goes_on = false;  ///< behind what is given of it
};

/// Where it really ends: at the text's end where that may be anywhere behind it.
std::size_t tail_end(Tail tail, std::string_view text, const ShortestValue& value);

/// The value as equal ones are told.
std::string spelled(Spelling spelling, std::string_view value);

}  // namespace tollgate::redaction
