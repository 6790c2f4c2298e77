// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "vocabulary.hpp"

#include <thread>

#include <gtest/gtest.h>

namespace tollgate::tokenizer {
namespace {

struct Case {
  Encoding encoding;
  std::size_t size;
  std::uint32_t hello;  ///< rank of "hello"
  std::uint32_t last;   ///< rank of the last token
  std::string_view last_token;
};

class VocabularyTest : public testing::TestWithParam<Case> {
 protected:
  const Vocabulary& vocabulary_ = Vocabulary::of(GetParam().encoding);
};

TEST_P(VocabularyTest, HoldsThePublishedRanks) {
  EXPECT_EQ(vocabulary_.size(), GetParam().size);
  EXPECT_EQ(vocabulary_.rank("!"), 0u);
  EXPECT_EQ(vocabulary_.rank("hello"), GetParam().hello);
  EXPECT_EQ(vocabulary_.rank(GetParam().last_token), GetParam().last);
  EXPECT_NE(vocabulary_.rank(std::string(kLongestToken, ' ')), kNoRank);
}

TEST_P(VocabularyTest, HasEverySingleByteOnce) {
  std::vector<bool> seen(256);
  for (int byte = 0; byte < 256; ++byte) {
    const std::uint32_t rank = vocabulary_.rank(std::string(1, static_cast<char>(byte)));
    ASSERT_LT(rank, 256u);
    EXPECT_FALSE(seen[rank]);
    seen[rank] = true;
  }
}

TEST_P(VocabularyTest, PairsAgreeWithTokensOfTwoBytes) {
  std::size_t tokens = 0;
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string pair{static_cast<char>(first), static_cast<char>(second)};
      ASSERT_EQ(vocabulary_.pair_rank(pair[0], pair[1]), vocabulary_.rank(pair));
      tokens += vocabulary_.rank(pair) != kNoRank ? 1 : 0;
    }
  }
  EXPECT_GT(tokens, 3000u);
}

TEST_P(VocabularyTest, KnowsNoOtherBytes) {
  for (const std::string_view text : {"", "hellohello", "\xFF\xFE\xFD", "<|endoftext|>"}) {
    EXPECT_EQ(vocabulary_.rank(text), kNoRank) << text;
  }
  EXPECT_EQ(vocabulary_.rank(std::string(kLongestToken + 1, ' ')), kNoRank);
}

INSTANTIATE_TEST_SUITE_P(
    Encodings, VocabularyTest,
    testing::Values(Case{Encoding::o200k_base, 199998, 24912, 199997, " cocos"},
                    Case{Encoding::cl100k_base, 100256, 15339, 100255, " Conveyor"}),
    [](const auto& info) { return std::string(to_string(info.param.encoding)); });

TEST(Vocabulary, IsBuiltOnceForAllThreads) {
  std::array<const Vocabulary*, 4> seen{};
  {
    std::vector<std::jthread> threads;
    for (auto& vocabulary : seen) {
      threads.emplace_back([&vocabulary] { vocabulary = &Vocabulary::of(Encoding::cl100k_base); });
    }
  }
  for (const Vocabulary* vocabulary : seen) EXPECT_EQ(vocabulary, seen[0]);
}

}  // namespace
}  // namespace tollgate::tokenizer
