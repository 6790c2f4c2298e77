// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
//
// The split patterns by hand. The reference's are, in the syntax of its regular expressions,
//
// cl100k_base: '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?+\p{L}++ | \p{N}{1,3}+ |
// ?[^\s\p{L}\p{N}]++[\r\n]*+
//              | \s++$ | \s*[\r\n] | \s+(?!\S) | \s
// o200k_base:  WORD | \p{N}{1,3} | ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
//       WORD:
//       [^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+CONTRACTION?
//              | the same with + and * swapped
#include "splitter.hpp"

#include <algorithm>

#include "char_class.hpp"
#include "tollgate/base/text.hpp"

namespace tollgate::tokenizer {
namespace {

constexpr unsigned kPrefixes = sign | mark | space;  // [^\r\n\p{L}\p{N}]
constexpr unsigned kSigns = sign | mark;             // [^\s\p{L}\p{N}]
constexpr unsigned kUpperOrBoth = upper | other | mark;
constexpr unsigned kLowerOrBoth = lower | other | mark;

/// The first character from `at` on whose class is not in `set`, or end.
const char* skip(unsigned set, const char* at, const char* end) {
  while (at < end) {
    const Char c = char_at(at);
    if ((c.klass & set) == 0) break;
    at += c.length;
  }
  return at;
}

unsigned class_at(const char* at, const char* end) { return at < end ? char_at(at).klass : 0; }

/// The length of '(?i:[sdmt]|ll|ve|re) at `at`, or 0. Case folding lets U+017F, the long s, stand
/// for s.
std::size_t contraction(const char* at, const char* end) {
  if (end - at < 2 || *at != '\'') return 0;
  const char first = ascii_lower(at[1]);
  if (first == 's' || first == 'd' || first == 'm' || first == 't') return 2;
  if (end - at < 3) return 0;
  if (at[1] == '\xC5' && at[2] == '\xBF') return 3;
  const char second = ascii_lower(at[2]);
  const bool two =
      (first == 'l' && second == 'l') || (second == 'e' && (first == 'v' || first == 'r'));
  return two ? 3 : 0;
}

/// A contraction is told by three bytes: with fewer left, more text may complete one.
const char* seen_contraction(const char* at, const char* end) {
  return at < end && *at == '\'' && end - at < 3 ? end : at;
}

/// \p{N}{1,3}
Piece digits(const char* at, const char* end) {
  for (int count = 0; count < 3 && (class_at(at, end) & number) != 0; ++count)
    at += char_at(at).length;
  return {at, at};
}

/// [^\s\p{L}\p{N}]+ and the line ends (of o200k_base: or slashes) after it.
Piece signs(Encoding encoding, const char* at, const char* end) {
  at = skip(kSigns, at, end);
  const bool slashes = encoding == Encoding::o200k_base;
  while (at < end && (*at == '\r' || *at == '\n' || (slashes && *at == '/'))) ++at;
  return {at, at};
}

/// White space: up to the last line end of the run; else without its last character, which belongs
/// to what follows; else, at the end of the text, all of it. cl100k_base asks for the end of the
/// text first.
Piece white_space(Encoding encoding, const char* at, const char* end) {
  const char* last_line_end = nullptr;
  const char* last = at;
  const char* run = at;
  while (run < end) {
    const Char c = char_at(run);
    if ((c.klass & kWhiteSpace) == 0) break;
    last = run;
    run += c.length;
    if (c.klass == line_end) last_line_end = run;
  }
  if (run == end && encoding == Encoding::cl100k_base) return {run, run};
  if (last_line_end != nullptr) return {last_line_end, run};
  if (run == end || last == at) return {run, run};
  return {last, run};
}

struct Word {
  const char* end = nullptr;  ///< without a contraction
  const char* seen = nullptr;
  bool has_lower = false;  ///< the first alternative matched, the one that ends in lower or both
};

/// Both alternatives of WORD without prefix and contraction; `end` stays null when neither matches.
Word word(const char* at, const char* end) {
  const char* after_both = nullptr;
  const char* run = at;
  while (run < end) {
    const Char c = char_at(run);
    if ((c.klass & kUpperOrBoth) == 0) break;
    run += c.length;
    if (c.klass != upper) after_both = run;
  }
  if (class_at(run, end) == lower) {
    run = skip(kLowerOrBoth, run, end);
    return {run, run, true};
  }
  // The first alternative gives back capitals until a character that may be its lower part.
  if (after_both != nullptr) return {after_both, run, true};
  return {run > at ? run : nullptr, run, false};
}

Piece with_contraction(const Word& word, const char* end) {
  const char* const seen = std::max(word.seen, seen_contraction(word.end, end));
  return {word.end + contraction(word.end, end), seen};
}

/// WORD. Its `end` is null when it does not match.
Piece o200k_word(Char first, const char* at, const char* end) {
  if ((first.klass & kPrefixes) == 0) {
    return (first.klass & kLetters) != 0 ? with_contraction(word(at, end), end)
                                         : Piece{nullptr, at};
  }
  const char* const rest = at + first.length;
  Word found = word(rest, end);
  if (first.klass == mark && !found.has_lower) {
    // The first alternative, with the mark as its lower part, comes before the second with it as
    // prefix.
    found = {rest, found.seen, true};
  }
  return found.end != nullptr ? with_contraction(found, end) : Piece{nullptr, found.seen};
}

Piece cl100k_word(Char first, const char* at, const char* end) {
  if (const std::size_t length = contraction(at, end)) return {at + length, at + length};
  const char* const letters = (first.klass & kPrefixes) != 0 ? at + first.length : at;
  const char* const found = skip(kLetters, letters, end);
  return {found > letters ? found : nullptr, found};
}

}  // namespace

Piece next_piece(Encoding encoding, const char* at, const char* end) {
  const Char first = char_at(at);
  if ((first.klass & number) != 0) return digits(at, end);
  if (first.klass != line_end) {
    const bool o200k = encoding == Encoding::o200k_base;
    const Piece word = o200k ? o200k_word(first, at, end) : cl100k_word(first, at, end);
    if (word.end != nullptr) return word;
    const char* const sign_at = *at == ' ' ? at + 1 : at;
    if ((class_at(sign_at, end) & kSigns) != 0) return signs(encoding, sign_at, end);
  }
  return white_space(encoding, at, end);
}

}  // namespace tollgate::tokenizer
