// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_bytes.hpp"

#include <algorithm>

#include "sight.hpp"

namespace tollgate::redaction {

TextBytes::TextBytes(std::string_view text) {
  const char* word = text.data();
  const char* const end = text.data() + text.size();
  std::size_t longest = 0;
  unsigned all = 0;
  for (const char* at = word; at != end; ++at) {
    const auto c = static_cast<unsigned char>(*at);
    has_[c] = true;
    all |= c;
    if (c > ' ') continue;
    plain_ = plain_ && is_plain(*at);
    longest = std::max(longest, static_cast<std::size_t>(at - word));
    word = at + 1;
  }
  longest_word_ = std::max(longest, static_cast<std::size_t>(end - word));
  const bool any_digit = has_any("0123456789");
  if (any_digit) {
    digits_ = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  }
  plain_ = plain_ && all < 0x80 && !has_[0x7F];
}

bool TextBytes::has_any(std::string_view bytes) const {
  return std::any_of(bytes.begin(), bytes.end(),
                     [this](char c) { return has_[static_cast<unsigned char>(c)]; });
}

}  // namespace tollgate::redaction
