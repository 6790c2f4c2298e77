// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include "tollgate/base/json_bytes.hpp"

namespace tollgate::usage {

/// Counts the nesting of JSON that nobody looks into, from within a container to the bracket that
/// closes it.
///
/// Two ways take turns: over_blocks(), by the bits of 16 bytes at once, and, where a backslash or
/// the end of the bytes keeps it from a block, over_one() outside a string and the caller's own way
/// within one.
class NestingWalk {
 public:
  /// `depth`: where the walk begins, outside a string; `outermost`: of the container.
  NestingWalk(std::uint64_t depth, std::uint64_t outermost)
      : depth_(depth), outermost_(outermost) {}

  std::uint64_t depth() const { return depth_; }
  bool in_string() const { return in_string_; }
  /// What was returned last is the container's closing bracket.
  bool ended() const { return ended_; }
  /// The caller has gone over the string's last quote.
  void leave_string() { in_string_ = false; }

  /// Over as many whole blocks as it can: to the closing bracket, or to a place from which on there
  /// is no block without a backslash.
  const char* over_blocks(const char* at, const char* end) {
#if defined(__SSE2__)
    for (; end - at >= 16; at += 16) {
      const Block block(at);
      if (block.stops == 0 && !in_string_) continue;
      if (block.backslashes() != 0) break;
      if (block.stops == 0) continue;
      const unsigned quoted = fill_between(block.quotes()) ^ (in_string_ ? kAll : 0U);
      in_string_ = (quoted >> 15U) != 0;
      for (unsigned left = block.stops & ~block.quotes() & ~quoted; left != 0; left &= left - 1) {
        const char* const hit = at + __builtin_ctz(left);
        if (!take(*hit)) return hit;
      }
    }
#endif
    return at;
  }

  /// Outside a string: behind the next quote or bracket, to the closing bracket, or to the end.
  const char* over_one(const char* at, const char* end) {
    at = find_nesting_stop(at, end);
    if (at == end) return end;
    in_string_ = *at == '"';
    return take(*at) ? at + 1 : at;
  }

 private:
#if defined(__SSE2__)
  static constexpr unsigned kAll = 0xFFFF;

  /// 16 bytes, a bit each.
  struct Block {
    explicit Block(const char* at)
        : bytes(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at))),
          stops(nesting_stops(bytes)) {}
    unsigned quotes() const { return equal('"'); }
    unsigned backslashes() const { return equal('\\'); }
    unsigned equal(char c) const {
      return static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8(c))));
    }

    __m128i bytes;
    unsigned stops;  ///< quotes, brackets, braces, and what looks like them
  };

  /// From each odd bit to the next even one: of quotes, what is between them. The last one reaches
  /// to the end where nothing closes it.
  static unsigned fill_between(unsigned bits) {
    for (unsigned step = 1; step < 16; step *= 2) bits ^= bits << step;
    return bits & kAll;
  }
#endif

  /// False: it closes the container.
  bool take(char c) {
    if (c == '{' || c == '[') ++depth_;
    if (c != '}' && c != ']') return true;
    ended_ = depth_ == outermost_;
    if (ended_) {
      in_string_ = false;  // what the block's end says, behind the container
    } else {
      --depth_;
    }
    return !ended_;
  }

  std::uint64_t depth_;
  std::uint64_t outermost_;
  bool in_string_ = false;
  bool ended_ = false;
};

}  // namespace tollgate::usage
