// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tollgate::tokenizer {

/// The length of the longest front of `text` that is well-formed UTF-8.
std::size_t well_formed_length(std::string_view text);

/// Appends a piece of a text to `out`, with U+FFFD for each maximal part of an ill-formed sequence:
/// what Python's errors="replace" and the Unicode standard's recommended practice do. `cut` is
/// empty at first and holds, from call to call, the beginning of a character at the end of the
/// piece: at most three bytes.
void append_repaired(std::string_view piece, std::string& cut, std::string& out);

/// The text has ended: what is cut off is replaced.
void finish_repaired(std::string& cut, std::string& out);

}  // namespace tollgate::tokenizer
