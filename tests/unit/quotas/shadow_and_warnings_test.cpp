// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using std::chrono::hours;

TEST(Shadow, RefusesNothingAndCountsWhatItWouldHave) {
  ClientQuotas a({shadow(tokens_a_day(100))});
  a.reserve(demand_of(90)).reservation.settle(use_of_tokens(90), after({}));
  a.reserve(demand_of(20)).reservation.settle(use_of_tokens(20), after({}));
  EXPECT_EQ(a.state().shadow_hits, 1U);
  EXPECT_EQ(a.state().used, 110);
  EXPECT_EQ(a.state().overshoot, 10);
  EXPECT_EQ(a.state().refusals, 0U);
}

TEST(Shadow, OfARateDecidesAsTheLimitWould) {
  ClientQuotas enforced({requests_a_minute(7)});
  ClientQuotas shadowed({shadow(requests_a_minute(7))});
  std::uint64_t refused = 0;
  for (int i = 0; i < 200; ++i) {
    const Moment now = after(milliseconds(i * 1300));
    refused += enforced.reserve(demand_of(1), now).exceeded ? 1U : 0U;
    EXPECT_FALSE(shadowed.reserve(demand_of(1), now).exceeded);
  }
  EXPECT_GT(refused, 100U);
  EXPECT_EQ(shadowed.state().shadow_hits, refused);
}

TEST(Shadow, OfRequestsInFlightDecidesAsTheLimitWould) {
  ClientQuotas a({shadow(limit_of(Measure::in_flight, Period::none, 1))});
  Reserved first = a.reserve(demand_of(1));
  Reserved second = a.reserve(demand_of(1));
  EXPECT_EQ(a.state().shadow_hits, 1U);
  second.reservation.settle(use_of_tokens(1), after({}));
  EXPECT_EQ(a.state().used, 1);
}

TEST(Shadow, AHitCountsOnlyForARequestThatIsServed) {
  ClientQuotas a({shadow(tokens_a_day(10)), limit_of(Measure::tokens, Period::month, 15)});
  EXPECT_TRUE(a.reserve(demand_of(20)).exceeded);
  EXPECT_EQ(a.state().shadow_hits, 0U);
  EXPECT_EQ(a.state().used + a.state().reserved, 0);
  EXPECT_FALSE(a.reserve(demand_of(12)).exceeded);
  EXPECT_EQ(a.state().shadow_hits, 1U);
}

TEST(Shadow, WithoutAPriceIsAHitAndTheCostCountsWhenItIsKnown) {
  ClientQuotas a({shadow(limit_of(Measure::cost, Period::month, 10))});
  Reserved held = a.reserve(demand_of(1));
  EXPECT_FALSE(held.exceeded);
  EXPECT_EQ(a.state().shadow_hits, 1U);
  held.reservation.settle({1, 1, {}, 1, 4}, after({}));
  EXPECT_EQ(a.state().used, 4);
}

Limit warned(std::int64_t amount) {
  Limit out = tokens_a_day(amount);
  out.warn_at = {80, 100};
  return out;
}

TEST(Warnings, EachIsToldOnceAWindow) {
  ClientQuotas a({warned(100)});
  const auto use = [&](std::int64_t tokens, Moment now = after({})) {
    a.reserve(demand_of(tokens), now).reservation.settle(use_of_tokens(tokens), now);
    return a.quotas.take_warnings();
  };
  EXPECT_TRUE(use(79).empty());
  const auto first = use(1);
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].percent, 80);
  EXPECT_EQ(first[0].used, 80);
  EXPECT_EQ(first[0].rule->subject, client_a());
  EXPECT_TRUE(use(19).empty());
  EXPECT_EQ(use(1).at(0).percent, 100);
  EXPECT_TRUE(use(0).empty());
  EXPECT_EQ(use(100, after(hours(15))).size(), 2U);
}

TEST(Warnings, WhatIsOnlyReservedWarnsOfNothing) {
  ClientQuotas a({warned(100)});
  Reserved held = a.reserve(demand_of(100));
  EXPECT_TRUE(a.quotas.take_warnings().empty());
  held.reservation = Reservation();
  EXPECT_EQ(a.quotas.take_warnings().size(), 2U);
}

TEST(Warnings, FollowTheAmount) {
  ClientQuotas a({warned(100)});
  a.reserve(demand_of(70)).reservation.settle(use_of_tokens(70), after({}));
  a.apply({warned(1000)});
  a.reserve(demand_of(20)).reservation.settle(use_of_tokens(20), after({}));
  EXPECT_TRUE(a.quotas.take_warnings().empty());
  a.apply({warned(100)});
  a.reserve(demand_of(1)).reservation.settle(use_of_tokens(1), after({}));
  EXPECT_EQ(a.quotas.take_warnings().size(), 1U);
}

TEST(Refusals, AreCountedByMinuteClientAndLimit) {
  ClientQuotas a({tokens_a_day(10)});
  for (const int second : {0, 59, 60}) {
    const Moment now = after(seconds(second));
    a.quotas.count_refusal(a.set, *a.reserve(demand_of(11), now).exceeded, now);
  }
  const auto counts = a.quotas.take_refusals();
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[0].count, 2U);
  EXPECT_EQ(counts[0].client, "a");
  EXPECT_EQ(counts[0].model, "m");
  EXPECT_EQ(counts[0].minute, after({}).utc);
  EXPECT_EQ(counts[0].kind, Exceeded::Kind::too_large);
  EXPECT_EQ(counts[1].minute, after(seconds(60)).utc);
  EXPECT_TRUE(a.quotas.take_refusals().empty());
  EXPECT_EQ(a.state().refusals, 3U);
}

TEST(States, OfWeightedTokensAreInTokens) {
  Limit limit = tokens_a_day(100);
  limit.count = TokenCount::weighted;
  limit.weights = {1000, 100, 6000};
  ClientQuotas a({limit});
  Reserved held = a.reserve(demand_of(10));
  EXPECT_EQ(a.state().reserved, 10);
  held.reservation.settle({1, 10, 9, 0, {}}, after({}));
  // One whole token and 0.9: used is rounded up, what is left is rounded down.
  EXPECT_EQ(a.state().used, 2);
  EXPECT_EQ(a.state().left, 98);
  EXPECT_EQ(a.state().amount, 100);
}

}  // namespace
}  // namespace tollgate::quotas
