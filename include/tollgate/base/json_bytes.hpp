// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace tollgate {

/// The first quote or backslash in [at, end), or end.
inline const char* find_string_stop(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int hits = _mm_movemask_epi8(
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash)));
    if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
    at += 16;
  }
#endif
  while (at < end && *at != '"' && *at != '\\') ++at;
  return at;
}

inline bool is_strict_stop(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
}

#if defined(__SSE2__)
/// A bit for each of 16 bytes that is one.
inline unsigned strict_stops(__m128i bytes) {
  const __m128i last_control = _mm_set1_epi8(0x1F);
  const __m128i control = _mm_cmpeq_epi8(_mm_max_epu8(bytes, last_control), last_control);
  const __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(control, special)));
}
#endif

/// The first quote, backslash or control character (below U+0020) in [at, end), or end: all that a
/// string of strict JSON does not hold as it is.
inline const char* find_strict_stop(const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    const unsigned hits = strict_stops(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
    if (hits != 0) return at + __builtin_ctz(hits);
  }
#endif
  while (at < end && !is_strict_stop(*at)) ++at;
  return at;
}

/// Copies what stands before that from `at` on to `to`, where there is room for 16 bytes more, and
/// moves both behind it.
inline void copy_to_strict_stop(const char*& at, const char* end, char*& to) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16, to += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), bytes);
    if (const unsigned hits = strict_stops(bytes); hits != 0) {
      at += __builtin_ctz(hits);
      to += __builtin_ctz(hits);
      return;
    }
  }
#endif
  while (at < end && !is_strict_stop(*at)) *to++ = *at++;
}

inline bool is_ascii(char c) { return static_cast<unsigned char>(c) < 0x80; }

/// The first quote, backslash, control character or byte that is not ASCII in [at, end), or end.
inline const char* find_ascii_stop(const char* at, const char* end) {
#if defined(__SSE2__)
  const __m128i quote = _mm_set1_epi8('"');
  const __m128i backslash = _mm_set1_epi8('\\');
  const __m128i space = _mm_set1_epi8(' ');
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    // As signed numbers, bytes above 0x7F are less than a space, too.
    const __m128i special =
        _mm_or_si128(_mm_cmpeq_epi8(block, quote), _mm_cmpeq_epi8(block, backslash));
    const int hits = _mm_movemask_epi8(_mm_or_si128(_mm_cmplt_epi8(block, space), special));
    if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
    at += 16;
  }
#endif
  while (at < end && *at != '"' && *at != '\\' && *at >= ' ' && is_ascii(*at)) ++at;
  return at;
}

/// The first byte that is not ASCII in [at, end), or end.
inline const char* find_non_ascii(const char* at, const char* end) {
#if defined(__SSE2__)
  while (end - at >= 16) {
    const __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const int hits = _mm_movemask_epi8(block);
    if (hits != 0) return at + __builtin_ctz(static_cast<unsigned>(hits));
    at += 16;
  }
#endif
  while (at < end && is_ascii(*at)) ++at;
  return at;
}

#if defined(__SSE2__)
/// A bit for each quote, bracket and brace of 16 bytes, and for each Y, _, y and DEL, which looks
/// like one: brackets and braces are 0x5B, 0x5D, 0x7B, 0x7D, equal once the bits 0x26 are set.
inline unsigned nesting_stops(__m128i bytes) {
  const __m128i brackets =
      _mm_cmpeq_epi8(_mm_or_si128(bytes, _mm_set1_epi8(0x26)), _mm_set1_epi8(0x7F));
  const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  return static_cast<unsigned>(_mm_movemask_epi8(_mm_or_si128(quotes, brackets)));
}
#endif

/// The first quote, bracket or brace in [at, end), or end: all that matters to count nesting.
inline const char* find_nesting_stop(const char* at, const char* end) {
#if defined(__SSE2__)
  for (; end - at >= 16; at += 16) {
    unsigned hits = nesting_stops(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at)));
    for (; hits != 0; hits &= hits - 1) {
      const char* const hit = at + __builtin_ctz(hits);
      if (*hit == '"' || *hit == '{' || *hit == '}' || *hit == '[' || *hit == ']') return hit;
    }
  }
#endif
  while (at < end && *at != '"' && *at != '{' && *at != '}' && *at != '[' && *at != ']') ++at;
  return at;
}

}  // namespace tollgate
