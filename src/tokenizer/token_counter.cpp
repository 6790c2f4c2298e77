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
  std::string cut;
  std::string repaired;
  append_repaired(text, cut, repaired);
  finish_repaired(cut, repaired);
  return count_pieces(encoding, repaired, true).tokens;
}

void TokenCounter::feed(std::string_view piece) {
  while (!piece.empty()) {
    const std::string_view lot = piece.substr(0, kLot);
    piece.remove_prefix(lot.size());
    if (taken_ >= kMostCounted) {
      count_at({settled_, taken_}, lot.size());
      continue;
    }
    append_repaired(lot, cut_, held_);
    if (held_.size() >= look_at_) settle();
  }
}

/// What is still held is looked at again only when it has doubled: a long run costs linear time in
/// all.
void TokenCounter::settle() {
  if (in_long_run_) go_on_in_run();
  const Tally tally = count_pieces(encoding_, held_, false);
  settled_ += tally.tokens;
  taken_ += tally.bytes;
  held_.erase(0, tally.bytes);
  if (held_.size() > kLongestRun) begin_long_run();
  look_at_ = in_long_run_ ? kLot : std::max(kLot, 2 * held_.size());
}

/// The beginning of the run is counted as if it ended there.
void TokenCounter::begin_long_run() {
  std::size_t size = kLongestRun;
  while ((static_cast<unsigned char>(held_[size]) & 0xC0) == 0x80) --size;  // no half a character
  run_ = {count_piece(Vocabulary::of(encoding_), std::string_view(held_).substr(0, size)), size};
  settled_ += run_.tokens;
  taken_ += size;
  held_.erase(0, size);
  in_long_run_ = true;
  go_on_in_run();
}

/// Counts what of the held text belongs to the run.
void TokenCounter::go_on_in_run() {
  if (held_.empty()) return;
  const char* const end = held_.data() + held_.size();
  const Piece piece = next_piece(encoding_, held_.data(), end);
  in_long_run_ = piece.seen == end;
  const auto size =
      in_long_run_ ? held_.size() : static_cast<std::size_t>(piece.end - held_.data());
  count_at(run_, size);
  held_.erase(0, size);
}

void TokenCounter::count_at(const Rate& rate, std::size_t bytes) {
  settled_ += std::max<std::size_t>(1, bytes * rate.tokens / rate.bytes);
  taken_ += bytes;
  rated_ = true;
}

std::size_t TokenCounter::finish() {
  finish_repaired(cut_, held_);
  if (in_long_run_) go_on_in_run();
  const std::size_t total = settled_ + count_pieces(encoding_, held_, true).tokens;
  const bool rated = rated_;
  *this = TokenCounter(encoding_);
  rated_ = rated;
  return total;
}

}  // namespace tollgate::tokenizer
