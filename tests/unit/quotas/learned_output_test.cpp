// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/learned_output.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

constexpr std::int64_t kMost = 128'000;

TEST(LearnedOutput, FewAnswersTellNothing) {
  LearnedOutput learned;
  for (int i = 0; i < 19; ++i) learned.note(100);
  EXPECT_EQ(learned.usual(kMost), std::nullopt);
  learned.note(100);
  EXPECT_EQ(learned.usual(kMost), 111);
  EXPECT_EQ(learned.usual(50), 50);
}

TEST(LearnedOutput, ItsSizesHoldTheirAnswersAndNotMuchMore) {
  for (const std::int64_t tokens :
       {0, 1, 3, 4, 5, 7, 8, 9, 100, 1023, 1024, 4096, 16'384, 100'000}) {
    LearnedOutput learned;
    for (int i = 0; i < 20; ++i) learned.note(tokens);
    EXPECT_GE(*learned.usual(kMost * 10), tokens);
    EXPECT_LE(*learned.usual(kMost * 10), tokens + tokens / 4);
  }
}

TEST(LearnedOutput, IsLongEnoughForNineteenOfTwenty) {
  std::mt19937_64 random(5);
  for (int round = 0; round < 50; ++round) {
    LearnedOutput learned;
    std::vector<std::int64_t> answers;
    const std::uint64_t longest = random() % 50'000 + 1;
    for (int i = 0; i < 1000; ++i) {
      answers.push_back(static_cast<std::int64_t>(random() % longest));
      learned.note(answers.back());
    }
    std::sort(answers.begin(), answers.end());
    const std::int64_t usual = *learned.usual(kMost);
    EXPECT_GE(usual, answers[949]);
    EXPECT_LE(usual, answers[949] + answers[949] / 4);
  }
}

TEST(LearnedOutput, ForgetsWhatWas) {
  LearnedOutput learned;
  for (int i = 0; i < 4000; ++i) learned.note(30'000);
  for (int i = 0; i < 40'000; ++i) learned.note(100);
  EXPECT_EQ(learned.usual(kMost), 111);
}

TEST(LearnedOutput, AnAnswerLongerThanAnySizeTakesTheModelsCap) {
  LearnedOutput learned;
  for (int i = 0; i < 20; ++i) learned.note(INT64_MAX);
  EXPECT_EQ(learned.usual(kMost), kMost);
}

TEST(LearnedOutput, IsOfOneClientAndModel) {
  Quotas quotas;
  quotas.apply({{{Scope::gateway, {}, {}}, tokens_a_day(10)}}, TimeZone(), after({}));
  const LimitSet set = quotas.limits_of("a", {}, "m");
  for (int i = 0; i < 20; ++i) set.output()->note(100);
  EXPECT_EQ(quotas.limits_of("a", {}, "m").output()->usual(kMost), 111);
  EXPECT_EQ(quotas.limits_of("a", {}, "n").output()->usual(kMost), std::nullopt);
  EXPECT_EQ(quotas.limits_of("b", {}, "m").output()->usual(kMost), std::nullopt);
  EXPECT_EQ(quotas.limits_of_deployment("b", "d").output(), nullptr);
}

TEST(LearnedOutput, NobodyAsksWhereNothingCountsTokens) {
  Quotas quotas;
  quotas.apply({{client_a(), requests_a_minute(10)}}, TimeZone(), after({}));
  EXPECT_EQ(quotas.limits_of("a", {}, "m").output(), nullptr);
}

}  // namespace
}  // namespace tollgate::quotas
