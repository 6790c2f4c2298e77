// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_bytes.hpp"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>

#include "sight.hpp"

namespace tollgate::redaction {

TextBytes::TextBytes(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  const char* word = at;
  std::size_t longest = 0;
  bool ascii = true;
  const auto take_blank = [&](const char* blank) {
    plain_ = plain_ && is_plain(*blank);
    longest = std::max(longest, static_cast<std::size_t>(blank - word));
    word = blank + 1;
  };
#if defined(__SSE2__)
  const __m128i last_blank = _mm_set1_epi8(' ');
  for (; end - at >= 16; at += 16) {
#pragma GCC unroll 16
    for (int i = 0; i < 16; ++i) has_[static_cast<unsigned char>(at[i])] = true;
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    ascii = ascii && _mm_movemask_epi8(bytes) == 0;
    const __m128i blank = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last_blank), last_blank);
    auto blanks = static_cast<unsigned>(_mm_movemask_epi8(blank));
    for (; blanks != 0; blanks &= blanks - 1) take_blank(at + __builtin_ctz(blanks));
  }
#endif
  for (; at != end; ++at) {
    has_[static_cast<unsigned char>(*at)] = true;
    ascii = ascii && static_cast<unsigned char>(*at) < 0x80;
    if (static_cast<unsigned char>(*at) <= ' ') take_blank(at);
  }
  longest_word_ = std::max(longest, static_cast<std::size_t>(end - word));
  const bool any_digit = has_any("0123456789");
  if (any_digit) {
    digits_ = static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }));
  }
  plain_ = plain_ && ascii && !has_[0x7F];
}

bool TextBytes::has_any(std::string_view bytes) const {
  return std::any_of(bytes.begin(), bytes.end(),
                     [this](char c) { return has_[static_cast<unsigned char>(c)]; });
}

}  // namespace tollgate::redaction
