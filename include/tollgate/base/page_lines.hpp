// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// Text in lines for a person. Widths are code points, as a terminal counts them.
namespace tollgate {

/// What a terminal has room for at least, and a printed page.
inline constexpr std::size_t kPageWidth = 80;

/// How many columns a line of text takes.
std::size_t width_of(std::string_view text);
/// That many blanks in front of the text (numbers), or behind it, until it is so wide.
std::string to_the_right(std::string_view text, std::size_t width);
std::string to_the_left(std::string_view text, std::size_t width);

/// How wide lines may be: the first, and those below it.
struct LineWidths {
  std::size_t first = kPageWidth;
  std::size_t below = kPageWidth;
};
/// What becomes of a word that is wider than a line.
enum class LongWord {
  whole,  ///< a line by itself, and wider
  cut
};
/// A text in lines, broken at its blanks; a percent sign stays behind its number. At least one.
std::vector<std::string> broken_lines(std::string_view text, const LineWidths& widths,
                                      LongWord long_word);

}  // namespace tollgate
