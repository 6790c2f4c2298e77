// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "byte_pairs.hpp"

#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "merge_queue.hpp"

namespace tollgate::tokenizer {
namespace {

const std::vector<std::string> kAlphabets{"a",   "ab",   "etaoin shrdlu", "ABCabc", "一二三的是不",
                                          " \n", "=-_*", "\xEF\xBF\xBD"};

std::string random_text(std::mt19937& random, std::size_t size) {
  const std::string& alphabet = kAlphabets[random() % kAlphabets.size()];
  std::string text;
  while (text.size() < size) text += alphabet[random() % alphabet.size()];
  return text;
}

/// The rule word by word: again and again the leftmost neighbours of lowest rank are merged.
std::size_t count_by_the_rule(const Vocabulary& vocabulary, const std::string& piece) {
  if (vocabulary.rank(piece) != kNoRank) return 1;
  std::vector<std::string> parts;
  for (const char c : piece) parts.emplace_back(1, c);
  for (;;) {
    std::uint32_t lowest = kNoRank;
    std::size_t left = 0;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      const std::uint32_t rank = vocabulary.rank(parts[i] + parts[i + 1]);
      if (rank < lowest) {
        lowest = rank;
        left = i;
      }
    }
    if (lowest == kNoRank) return parts.size();
    parts[left] += parts[left + 1];
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(left) + 1);
  }
}

class BytePairs : public testing::TestWithParam<Encoding> {
 protected:
  const Vocabulary& vocabulary_ = Vocabulary::of(GetParam());
  std::mt19937 random_{11};
};

TEST_P(BytePairs, FollowsTheRuleForShortAndLongPieces) {
  for (int round = 0; round < 120; ++round) {
    const std::string piece = random_text(random_, 1 + random_() % 160);
    EXPECT_EQ(count_piece(vocabulary_, piece), count_by_the_rule(vocabulary_, piece)) << piece;
  }
}

TEST_P(BytePairs, CountsTheSameInAnyWindow) {
  for (int round = 0; round < 16; ++round) {
    const std::string piece = random_text(random_, 1500 + random_() % 1500);
    MergeQueue whole(vocabulary_);
    whole.run(piece);
    EXPECT_EQ(count_piece(vocabulary_, piece, 4 * kLongestToken), whole.count()) << piece;
    EXPECT_EQ(count_piece(vocabulary_, piece, 1024), whole.count()) << piece;
  }
}

TEST_P(BytePairs, TakesAPieceThatIsATokenAsOne) {
  EXPECT_EQ(count_piece(vocabulary_, " the"), 1u);
  EXPECT_EQ(count_piece(vocabulary_, std::string(kLongestToken, ' ')), 1u);
  EXPECT_EQ(count_piece(vocabulary_, "\xFF"), 1u);
}

TEST_P(BytePairs, CutsAtTheLastTokenEndWithinTheLimit) {
  MergeQueue merge(vocabulary_);
  const std::string text = random_text(random_, 600);
  merge.run(text);
  const MergeQueue::Cut cut = merge.cut_before(300);
  EXPECT_LE(cut.end, 300u);
  EXPECT_GT(cut.end, 300 - kLongestToken);
  EXPECT_EQ(cut.last_token.data() + cut.last_token.size(), text.data() + cut.end);
  MergeQueue before(vocabulary_);
  before.run(std::string_view(text).substr(0, cut.end));
  EXPECT_EQ(before.count(), cut.count);
}

INSTANTIATE_TEST_SUITE_P(Encodings, BytePairs,
                         testing::Values(Encoding::o200k_base, Encoding::cl100k_base),
                         [](const auto& info) { return std::string(to_string(info.param)); });

}  // namespace
}  // namespace tollgate::tokenizer
