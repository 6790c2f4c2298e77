// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "caption_blanks.hpp"

#include <array>

namespace tollgate::capture {
namespace {

/// The size of the blank that the text begins, or ends, with; 0: with none.
std::size_t blank_size(std::string_view text, bool at_end) {
  constexpr std::array<std::string_view, 9> kBlanks{
      " ",           "\t", "\r", "\n", "\xC2\xA0", "\xE2\x80\xAF", "\xE3\x80\x80", "\xEF\xBB\xBF",
      "\xE2\x80\xA8"};
  for (const std::string_view blank : kBlanks) {
    if (at_end ? text.ends_with(blank) : text.starts_with(blank)) return blank.size();
  }
  if (text.size() < 3) return 0;
  const std::string_view three = at_end ? text.substr(text.size() - 3) : text.substr(0, 3);
  const auto last = static_cast<unsigned char>(three[2]);
  const bool is_blank =
      three.starts_with("\xE2\x80") && ((last >= 0x80 && last <= 0x8F) || last == 0xA9);
  return is_blank ? 3 : 0;
}

}  // namespace

std::size_t blanks_before(std::string_view text) {
  std::size_t out = 0;
  while (const std::size_t size = blank_size(text.substr(out), false)) out += size;
  return out;
}

std::size_t blanks_behind(std::string_view text) {
  const std::size_t all = text.size();
  while (const std::size_t size = blank_size(text, true)) text.remove_suffix(size);
  return all - text.size();
}

}  // namespace tollgate::capture
