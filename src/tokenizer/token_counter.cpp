// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "byte_pairs.hpp"
#include "splitter.hpp"
#include "tollgate/tokenizer/tokenizer.hpp"
#include "utf8_repair.hpp"
#include "vocabulary.hpp"

namespace tollgate::tokenizer {
namespace {

/// Text is looked at in lots of at least this size, and is repaired in lots of this size.
constexpr std::size_t kLot = 8192;

struct Tally {
  std::size_t tokens = 0;
  std::size_t bytes = 0;  ///< of the pieces counted
};

/// Counts the pieces of well-formed text; unless it is the whole, only those that more text cannot
/// change.
Tally count_pieces(Encoding encoding, std::string_view text, bool whole) {
  const Vocabulary& vocabulary = Vocabulary::of(encoding);
  const char* at = text.data();
  const char* const end = at + text.size();
  Tally tally;
  while (at < end) {
    const Piece piece = next_piece(encoding, at, end);
    if (!whole && piece.seen == end) break;
    tally.tokens += count_piece(vocabulary, {at, static_cast<std::size_t>(piece.end - at)});
    at = piece.end;
  }
  tally.bytes = static_cast<std::size_t>(at - text.data());
  return tally;
}

}  // namespace

std::string_view to_string(Encoding encoding) {
  return encoding == Encoding::o200k_base ? "o200k_base" : "cl100k_base";
}

std::size_t count_tokens(Encoding encoding, std::string_view text) {
  if (well_formed_length(text) == text.size()) return count_pieces(encoding, text, true).tokens;
  TokenCounter counter(encoding);
  counter.feed(text);
  return counter.finish();
}

void TokenCounter::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::string_view lot = piece.substr(0, kLot);
    append_repaired(lot, cut_, held_);
    piece.remove_prefix(lot.size());
    if (held_.size() >= look_at_) settle();
  }
}

/// What is still held is looked at again only when it has doubled: a long run costs linear time in
/// all.
void TokenCounter::settle() {
  const Tally tally = count_pieces(encoding_, held_, false);
  settled_ += tally.tokens;
  held_.erase(0, tally.bytes);
  look_at_ = std::max(kLot, 2 * held_.size());
}

std::size_t TokenCounter::finish() {
  finish_repaired(cut_, held_);
  const std::size_t total = settled_ + count_pieces(encoding_, held_, true).tokens;
  *this = TokenCounter(encoding_);
  return total;
}

}  // namespace tollgate::tokenizer
