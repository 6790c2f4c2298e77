// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/use.hpp"

#include <gtest/gtest.h>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

LimitKey key(const Limit& limit) { return key_of({client_a(), limit}); }

Limit tokens_of(TokenCount count, TokenWeights weights = {}) {
  Limit out = tokens_a_day(1000);
  out.count = count;
  out.weights = weights;
  return out;
}

usage::UsageRecord reported(std::int64_t prompt, std::int64_t completion) {
  usage::UsageRecord out;
  out.usage_basis = usage::UsageBasis::reported;
  out.tokens.prompt = prompt;
  out.tokens.completion = completion;
  return out;
}

TEST(Use, TokensAreCountedAsTheLimitSays) {
  const Use use{1, 1000, 900, 50, std::nullopt};
  EXPECT_EQ(units_of(use, key(tokens_of(TokenCount::all)), {}), 1050);
  EXPECT_EQ(units_of(use, key(tokens_of(TokenCount::uncached_prompt)), {}), 100);
  const auto weighted = key(tokens_of(TokenCount::weighted, {1000, 100, 6000}));
  EXPECT_EQ(units_of(use, weighted, {}), 100 * 1000 + 900 * 100 + 50 * 6000);
  EXPECT_EQ(units_per_amount(weighted), 1000);
}

TEST(Use, DemandsAreTheMostThatCanBe) {
  const auto cached_is_dear = key(tokens_of(TokenCount::weighted, {1000, 2000, 3000}));
  EXPECT_EQ(units_of(demand_of(10, 1), cached_is_dear, {}), 23'000);
  const auto cached_is_cheap = key(tokens_of(TokenCount::weighted, {1000, 100, 3000}));
  EXPECT_EQ(units_of(demand_of(10, 1), cached_is_cheap, {}), 13'000);
  EXPECT_EQ(units_of(demand_of(INT64_MAX, INT64_MAX), key(tokens_a_day(1)), {}), kLargestAmount);
}

TEST(Use, CostWithoutAPriceIsUnknownUnlessOneIsAssumed) {
  const auto cost = key(limit_of(Measure::cost, Period::month, 1));
  EXPECT_EQ(units_of(demand_of(10, 10), cost, {}), std::nullopt);
  // 2.5 and 10 a million: 25 and 100 for ten million; a part of a nano is a whole one.
  const AssumedPrice price{2'500'000'000, 10'000'000'000};
  EXPECT_EQ(units_of(demand_of(10, 10), cost, price), 125'000);
  EXPECT_EQ(units_of(demand_of(1, 0), cost, AssumedPrice{1, 1}), 1);
  Use use = use_of_tokens(10, 10);
  EXPECT_EQ(units_of(use, cost, {}), std::nullopt);
  EXPECT_EQ(units_of(use, cost, price), 125'000);
  use.cost_nano = 7;
  EXPECT_EQ(units_of(use, cost, price), 7);
}

TEST(Use, OfAReportedRecordNothingIsUnknown) {
  usage::UsageRecord embeddings = reported(10, 0);
  embeddings.tokens.completion.reset();
  embeddings.tokens.total = 10;
  EXPECT_EQ(use_of(embeddings), use_of_tokens(10, 0));
}

TEST(Use, ReasoningBesideTheCompletionCounts) {
  usage::UsageRecord record = reported(10, 5);
  record.tokens.total = 40;
  EXPECT_EQ(use_of(record).completion_tokens, 30);
}

TEST(Use, WhatTheRecordDoesNotKnowIsUnknown) {
  usage::UsageRecord record;
  record.usage_reason = "gateway_interrupted";
  EXPECT_EQ(use_of(record), (Use{1, {}, {}, {}, {}}));
  record.usage_basis = usage::UsageBasis::estimated;
  record.tokens.prompt = 10;
  EXPECT_EQ(units_of(use_of(record), key(tokens_a_day(1)), {}), std::nullopt);
}

TEST(Use, WhatWasRefusedIsNothingAndWhatWasNotSentIsNoRequest) {
  usage::UsageRecord record;
  record.usage_reason = "error_answer";
  EXPECT_EQ(use_of(record), (Use{1, 0, {}, 0, 0}));
  record.usage_reason = "not_sent";
  EXPECT_EQ(use_of(record), (Use{0, 0, {}, 0, 0}));
}

TEST(Use, WhatIsCountedOtherwiseHasNoTokens) {
  usage::UsageRecord record;
  record.usage_reason = "billed_by_duration";
  record.audio_duration_ms = 1000;
  EXPECT_EQ(use_of(record), (Use{1, 0, {}, 0, {}}));
  record.cost_nano = 6;
  EXPECT_EQ(use_of(record), (Use{1, 0, {}, 0, 6}));
}

TEST(Use, AShareOfCapacityCountsUntilItsHourIsClosed) {
  usage::UsageRecord record = reported(1, 1);
  record.provisional_cost_nano = 9;
  EXPECT_EQ(use_of(record).cost_nano, 9);
  record.cost_nano = 8;
  EXPECT_EQ(use_of(record).cost_nano, 8);
}

}  // namespace
}  // namespace tollgate::quotas
