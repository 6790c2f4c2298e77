// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "byte_pairs.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>

#include "merge_queue.hpp"

namespace tollgate::tokenizer {
namespace {

/// Up to here a search through all neighbours is faster than a queue of them.
constexpr std::size_t kShortPiece = 96;

/// The parts of a short piece: where each begins, and the rank of it merged with its right
/// neighbour.
class ShortMerge {
 public:
  ShortMerge(const Vocabulary& vocabulary, std::string_view piece)
      : vocabulary_(vocabulary), piece_(piece), parts_(piece.size()) {
    for (std::size_t i = 0; i <= parts_; ++i) begins_[i] = static_cast<std::uint8_t>(i);
    for (std::size_t i = 0; i + 1 < parts_; ++i)
      ranks_[i] = vocabulary.pair_rank(piece[i], piece[i + 1]);
    ranks_[parts_ - 1] = kNoRank;
  }

  std::size_t count() {
    for (;;) {
      const auto* const lowest = std::min_element(ranks_.data(), ranks_.data() + parts_);
      if (*lowest == kNoRank) return parts_;
      merge(static_cast<std::size_t>(lowest - ranks_.data()));
    }
  }

 private:
  void merge(std::size_t left) {
    const std::size_t behind = parts_ - left - 2;  // parts right of the two
    std::uint8_t* const begins = begins_.data() + left + 1;
    std::memmove(begins, begins + 1, (behind + 1) * sizeof(*begins));
    std::uint32_t* const ranks = ranks_.data() + left + 1;
    std::memmove(ranks, ranks + 1, behind * sizeof(*ranks));
    --parts_;
    ranks_[left] = rank(left);
    if (left > 0) ranks_[left - 1] = rank(left - 1);
  }

  std::uint32_t rank(std::size_t left) const {
    if (left + 1 == parts_) return kNoRank;
    const std::size_t begin = begins_[left];
    return vocabulary_.rank(piece_.substr(begin, begins_[left + 2] - begin));
  }

  const Vocabulary& vocabulary_;
  std::string_view piece_;
  std::size_t parts_;
  std::array<std::uint8_t, kShortPiece + 1> begins_;
  std::array<std::uint32_t, kShortPiece> ranks_;
};

/// Whether two tokens that follow each other stay two when their bytes are merged on their own.
bool stay_apart(const Vocabulary& vocabulary, std::string_view left, std::string_view right) {
  MergeQueue merge(vocabulary);
  merge.run({left.data(), left.size() + right.size()});
  return merge.count() == 2 && merge.first_token().size() == left.size();
}

/// A sequence of tokens is what merging its bytes gives if and only if that holds for each two
/// neighbours (docs/adr/0100-tokenizer.md has the proof). So a long piece is merged window by
/// window, the next one from a token's end well inside the last; only the tokens at the seam need a
/// look. Nothing when they would merge.
std::optional<std::size_t> count_in_windows(const Vocabulary& vocabulary, std::string_view piece,
                                            std::size_t window) {
  std::size_t settled = 0;
  MergeQueue merge(vocabulary);
  MergeQueue ahead(vocabulary);
  merge.run(piece.substr(0, window));
  while (window < piece.size()) {
    const MergeQueue::Cut cut = merge.cut_before(window - 2 * kLongestToken);
    ahead.run(piece.substr(cut.end, window));
    if (!stay_apart(vocabulary, cut.last_token, ahead.first_token())) return std::nullopt;
    settled += cut.count;
    piece.remove_prefix(cut.end);
    std::swap(merge, ahead);
  }
  return settled + merge.count();
}

}  // namespace

std::size_t count_piece(const Vocabulary& vocabulary, std::string_view piece, std::size_t window) {
  if (vocabulary.rank(piece) != kNoRank) return 1;
  if (piece.size() <= kShortPiece) return ShortMerge(vocabulary, piece).count();
  for (;; window *= 2) {
    if (const auto count = count_in_windows(vocabulary, piece, window)) return *count;
  }
}

}  // namespace tollgate::tokenizer
