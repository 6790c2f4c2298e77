// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {
namespace {

struct Vector {
  std::string text;
  std::size_t o200k_base;
  std::size_t cl100k_base;
};

// The reference tokenizer's counts.
const std::vector<Vector> kVectors{
    {"", 0, 0},
    {"hello world", 2, 2},
    {"Hello, world! It's 12345 o'clock.", 11, 12},
    {"<|endoftext|>", 7, 7},
    {"Straßenbahnhaltestelle", 7, 7},
    {"今日はいい天気ですね。", 6, 11},
    {"Съешь ещё этих мягких булок", 9, 19},
    {"한국어 토큰", 4, 9},
    {"مرحبا بالعالم", 4, 10},
    {"नमस्ते दुनिया", 5, 13},
    {"for (int i = 0; i < 10; ++i) { sum += a[i]; }\n", 23, 23},
    {"We'LL don'T ſ'ſ I'm", 10, 12},
    {"x\n\n  y   \n ", 6, 6},
    {"éa\u0301b \u0301x!\u0301", 9, 9},
    {"😀👩\u200D👩\u200D👧", 9, 15},
    {"a\xFF"
     "b",
     3, 3},
    {"x\xE2\x82\xE2\x82y", 3, 3},
    {"\xED\xA0\x80", 1, 1},
};

std::size_t count_in(Encoding encoding, std::string_view first, std::string_view second) {
  TokenCounter counter(encoding);
  counter.feed(first);
  counter.feed(second);
  return counter.finish();
}

std::size_t count_by(Encoding encoding, std::string_view text, std::size_t size) {
  TokenCounter counter(encoding);
  for (std::size_t at = 0; at < text.size(); at += size) counter.feed(text.substr(at, size));
  return counter.finish();
}

TEST(CountTokens, GivesTheReferencesCounts) {
  for (const auto& [text, o200k_base, cl100k_base] : kVectors) {
    EXPECT_EQ(count_tokens(Encoding::o200k_base, text), o200k_base) << text;
    EXPECT_EQ(count_tokens(Encoding::cl100k_base, text), cl100k_base) << text;
  }
}

TEST(TokenCounter, CountsTheSameForEverySplitInTwo) {
  for (const auto& [text, o200k_base, cl100k_base] : kVectors) {
    for (std::size_t i = 0; i <= text.size(); ++i) {
      const std::string_view first = std::string_view(text).substr(0, i);
      const std::string_view second = std::string_view(text).substr(i);
      EXPECT_EQ(count_in(Encoding::o200k_base, first, second), o200k_base) << text << " at " << i;
      EXPECT_EQ(count_in(Encoding::cl100k_base, first, second), cl100k_base) << text << " at " << i;
    }
  }
}

/// All vectors in random order, well past the size at which the counter begins to let go of text.
std::string long_text(unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  while (text.size() < 24'000) {
    text += kVectors[random() % kVectors.size()].text;
    if (random() % 3 == 0) text += std::string(random() % 40, random() % 2 == 0 ? ' ' : '\n');
  }
  return text;
}

TEST(TokenCounter, CountsALongTextLikeTheWholeInPiecesOfAnySize) {
  for (const Encoding encoding : {Encoding::o200k_base, Encoding::cl100k_base}) {
    const std::string text = long_text(3);
    const std::size_t whole = count_tokens(encoding, text);
    for (const std::size_t size : {1u, 2u, 3u, 61u, 4096u, 15'000u}) {
      EXPECT_EQ(count_by(encoding, text, size), whole) << size;
    }
  }
}

TEST(TokenCounter, CountsALongTextLikeTheWholeInRandomPieces) {
  const std::string text = long_text(4);
  const std::size_t whole = count_tokens(Encoding::o200k_base, text);
  for (unsigned seed = 0; seed < 8; ++seed) {
    std::mt19937 random(seed);
    TokenCounter counter(Encoding::o200k_base);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = 1 + random() % 3000;
      counter.feed(std::string_view(text).substr(at, size));
      at += size;
    }
    EXPECT_EQ(counter.finish(), whole) << "seed " << seed;
  }
}

TEST(TokenCounter, BeginsAnewAfterFinish) {
  TokenCounter counter(Encoding::cl100k_base);
  EXPECT_EQ(counter.finish(), 0u);
  counter.feed("hello wor\xC3");
  EXPECT_EQ(counter.finish(), 3u);
  counter.feed("hello world");
  EXPECT_EQ(counter.finish(), 2u);
}

struct LongRun {
  std::string unit;
  std::size_t o200k_base;  ///< of 30,000 bytes
  std::size_t cl100k_base;
};

// Pieces without an end in sight, which a search through all neighbours or a look at the run from
// its beginning with every piece fed would take seconds for. The reference's counts.
TEST(TokenCounter, CopesWithLongRuns) {
  const std::vector<LongRun> runs{
      {"a", 3750, 3750}, {"A", 3750, 3750}, {" ", 235, 235},
      {"=", 469, 469},   {"\n", 1875, 938}, {"ab", 7500, 15000},
  };
  for (const auto& [unit, o200k_base, cl100k_base] : runs) {
    std::string text;
    while (text.size() < 30'000) text += unit;
    EXPECT_EQ(count_tokens(Encoding::o200k_base, text), o200k_base) << unit;
    EXPECT_EQ(count_by(Encoding::cl100k_base, text, 7), cl100k_base) << unit;
  }
}

// A run without a break beyond the bound goes on at the rate of its beginning; what follows is
// exact again.
TEST(TokenCounter, CountsTheRestOfAnEndlessRunAtItsRate) {
  const std::string lot(8 * 1024, 'a');  // eight to a token
  TokenCounter counter(Encoding::o200k_base);
  for (int i = 0; i < 128; ++i) counter.feed(lot);
  EXPECT_TRUE(counter.by_rate());
  counter.feed(" hello world");
  const std::size_t tokens = counter.finish();
  EXPECT_NEAR(static_cast<double>(tokens), 128.0 * 1024 + 2, 130);
  EXPECT_TRUE(counter.by_rate());
}

TEST(TokenCounter, CountsWhatIsBeyondItsBoundAtTheRateOfWhatCameBefore) {
  std::string lot;
  while (lot.size() < 64 * 1024) lot += "hello world ";
  TokenCounter counter(Encoding::cl100k_base);
  for (std::size_t fed = 0; fed < 3 * TokenCounter::kMostCounted; fed += lot.size())
    counter.feed(lot);
  EXPECT_TRUE(counter.by_rate());
  const double expected = 3.0 * TokenCounter::kMostCounted / 6;
  EXPECT_NEAR(static_cast<double>(counter.finish()), expected, expected / 100);
}

TEST(TokenCounter, IsExactWithinItsBounds) {
  TokenCounter counter(Encoding::o200k_base);
  counter.feed(std::string(TokenCounter::kLongestRun, 'a'));
  EXPECT_EQ(counter.finish(), TokenCounter::kLongestRun / 8);
  EXPECT_FALSE(counter.by_rate());
}

}  // namespace
}  // namespace tollgate::tokenizer
