// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {

struct Piece {
  const char* end;
  /// How far the text was looked at. When that is its end, more text could move `end`.
  const char* seen;
};

/// The piece at the front of [at, end): what the first match of the encoding's split pattern takes
/// there. Byte pairs are merged within pieces only. Requires well-formed UTF-8 and at < end; a
/// piece is never empty. Time is linear in what is looked at, and over a text each byte is looked
/// at three times at most.
Piece next_piece(Encoding encoding, const char* at, const char* end);

}  // namespace tollgate::tokenizer
