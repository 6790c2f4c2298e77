// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/page_lines.hpp"

#include <algorithm>

namespace tollgate {
namespace {

bool begins_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

/// Bytes of the first `count` code points, or of all.
std::size_t bytes_of(std::string_view text, std::size_t count) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if (begins_code_point(text[at]) && count-- == 0) break;
  }
  return at;
}

/// Where the word ends with which the text begins.
std::size_t word_end(std::string_view text) {
  std::size_t end = text.find(' ');
  while (end != std::string_view::npos && text.substr(end + 1).starts_with('%'))
    end = text.find(' ', end + 1);
  return std::min(end, text.size());
}

}  // namespace

std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_code_point));
}

std::string to_the_right(std::string_view text, std::size_t width) {
  const std::size_t taken = std::min(width_of(text), width);
  return std::string(width - taken, ' ').append(text);
}

std::string to_the_left(std::string_view text, std::size_t width) {
  const std::size_t taken = std::min(width_of(text), width);
  return std::string(text).append(width - taken, ' ');
}

std::vector<std::string> broken_lines(std::string_view text, const LineWidths& widths,
                                      LongWord long_word) {
  std::vector<std::string> out{std::string()};
  const auto room = [&] { return out.size() == 1 ? widths.first : widths.below; };
  while (!text.empty()) {
    const std::size_t end = word_end(text);
    std::string_view word = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (!out.back().empty() && width_of(out.back()) + 1 + width_of(word) > room())
      out.emplace_back();
    if (!out.back().empty()) out.back().push_back(' ');
    while (long_word == LongWord::cut && width_of(word) > room() && room() > 0) {
      const std::size_t cut = bytes_of(word, room());
      out.back().append(word.substr(0, cut));
      out.emplace_back();
      word.remove_prefix(cut);
    }
    out.back().append(word);
  }
  return out;
}

}  // namespace tollgate
