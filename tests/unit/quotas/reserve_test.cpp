// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using Kind = Exceeded::Kind;

TEST(Reserve, AllLimitsOrNone) {
  ClientQuotas a(
      {limit_of(Measure::in_flight, Period::none, 5), requests_a_minute(10), tokens_a_day(100)});
  const Reserved refused = a.reserve(demand_of(60, 60));
  ASSERT_TRUE(refused.exceeded);
  EXPECT_FALSE(refused.reservation.open());
  EXPECT_EQ(refused.exceeded->kind, Kind::too_large);
  for (const LimitState& state : a.quotas.states(after({}))) {
    EXPECT_EQ(state.used + state.reserved, 0) << to_text(state.rule->limit);
  }
  const Reserved taken = a.reserve(demand_of(60, 40));
  EXPECT_FALSE(taken.exceeded);
  for (const LimitState& state : a.quotas.states(after({}))) EXPECT_LT(state.left, state.amount);
}

TEST(Reserve, TheLongestWaitAnswers) {
  ClientQuotas a({requests_a_minute(1), tokens_a_day(100)});
  const Reserved first = a.reserve(demand_of(100));
  const Reserved refused = a.reserve(demand_of(1));
  ASSERT_TRUE(refused.exceeded);
  EXPECT_EQ(refused.exceeded->kind, Kind::budget);
  EXPECT_EQ(refused.exceeded->wait, std::chrono::hours(14));
  EXPECT_EQ(to_rfc3339(*refused.exceeded->window_end).substr(0, 16), "2026-12-01T00:00");
  EXPECT_EQ(refused.exceeded->used, 100);
  EXPECT_EQ(refused.exceeded->amount, 100);
  EXPECT_FALSE(refused.exceeded->smaller_may_pass);
}

TEST(Reserve, ARateTellsWhenItFits) {
  ClientQuotas a({requests_a_minute(60)});
  for (int i = 0; i < 60; ++i) EXPECT_FALSE(a.reserve(demand_of(0)).exceeded);
  const Reserved refused = a.reserve(demand_of(0), after(milliseconds(100)));
  ASSERT_TRUE(refused.exceeded);
  EXPECT_EQ(refused.exceeded->kind, Kind::rate);
  EXPECT_EQ(refused.exceeded->wait, milliseconds(900));
  EXPECT_FALSE(a.reserve(demand_of(0), after(milliseconds(1000))).exceeded);
}

TEST(Reserve, WhatMayFitWhenCountedExactlyIsTold) {
  ClientQuotas a({tokens_a_day(100)});
  const Reserved first = a.reserve(demand_of(60));
  EXPECT_TRUE(a.reserve(demand_of(41)).exceeded->smaller_may_pass);
  EXPECT_TRUE(a.reserve(demand_of(1000)).exceeded->smaller_may_pass);
  EXPECT_FALSE(a.reserve(demand_of(40)).exceeded);
}

TEST(Reserve, CountingExactlyDoesNotHelpWhereAnotherLimitHasNoRequestLeft) {
  ClientQuotas a({requests_a_minute(1), tokens_a_day(100)});
  const Reserved first = a.reserve(demand_of(60));
  const Reserved refused = a.reserve(demand_of(41));
  ASSERT_TRUE(refused.exceeded);
  EXPECT_EQ(refused.exceeded->kind, Kind::budget);
  EXPECT_FALSE(refused.exceeded->smaller_may_pass);
}

TEST(Reserve, MoreLimitsThanAReservationHasRoomForAreMet) {
  std::vector<Limit> limits{limit_of(Measure::in_flight, Period::none, 1)};
  for (const Measure measure : {Measure::requests, Measure::tokens}) {
    for (const Period period : {Period::minute, Period::hour, Period::day, Period::month})
      limits.push_back(limit_of(measure, period, 10));
  }
  ClientQuotas a(limits);
  a.reserve(demand_of(5)).reservation.settle(use_of_tokens(4), after({}));
  const Reserved taken = a.reserve(demand_of(6));
  EXPECT_FALSE(taken.exceeded);
  for (const LimitState& state : a.quotas.states(after({}))) {
    const std::int64_t expected = state.rule->limit.measure == Measure::tokens     ? 10
                                  : state.rule->limit.measure == Measure::requests ? 2
                                                                                   : 1;
    EXPECT_EQ(state.used + state.reserved, expected) << to_text(state.rule->limit);
  }
}

TEST(Reserve, RequestsInFlightComeBackWhateverBecomesOfThem) {
  ClientQuotas a({limit_of(Measure::in_flight, Period::none, 1)});
  {
    Reserved held = a.reserve(demand_of(1));
    EXPECT_EQ(a.reserve(demand_of(1)).exceeded->kind, Kind::in_flight);
    held.reservation.settle(use_of_tokens(1), after({}));
    EXPECT_FALSE(a.reserve(demand_of(1)).exceeded);
  }
  { const Reserved destroyed = a.reserve(demand_of(1)); }
  Reserved released = a.reserve(demand_of(1));
  ASSERT_FALSE(released.exceeded);
  released.reservation.release(after({}));
  Reserved working_on = a.reserve(demand_of(1));
  working_on.reservation.end_exchange();
  EXPECT_EQ(a.state().used, 0);
}

TEST(Reserve, WithoutAPriceALimitOfCostRefuses) {
  Limit cost = limit_of(Measure::cost, Period::month, 1'000'000);
  ClientQuotas a({cost});
  EXPECT_EQ(a.reserve(demand_of(10)).exceeded->kind, Kind::unpriced);
  cost.assume = AssumedPrice{1'000'000, 1'000'000};
  a.apply({cost});
  const Reserved taken = a.reserve(demand_of(10));
  EXPECT_FALSE(taken.exceeded);
  EXPECT_EQ(a.state().reserved, 10);
}

TEST(Reserve, WhatRunsOutLimitsNoMore) {
  Limit limit = tokens_a_day(1);
  limit.until = after(seconds(10)).utc;
  ClientQuotas a({limit});
  EXPECT_TRUE(a.reserve(demand_of(2), after(seconds(9))).exceeded);
  EXPECT_FALSE(a.reserve(demand_of(2), after(seconds(10))).exceeded);
}

TEST(Reserve, ATopUpIsInItsWindowAlone) {
  using namespace std::chrono_literals;
  Limit limit = tokens_a_day(100);
  limit.top_ups = {{2026y / 12 / 1, 50}};
  ClientQuotas a({limit});
  EXPECT_EQ(a.state().amount, 100);
  EXPECT_EQ(a.state(after(15h)).amount, 150);
  EXPECT_EQ(a.state(after(39h)).amount, 100);
}

TEST(Reserve, AnEmptySetAllowsEverything) {
  ClientQuotas a({});
  EXPECT_TRUE(a.set.empty());
  EXPECT_FALSE(a.reserve(demand_of(INT64_MAX)).exceeded);
}

TEST(Reserve, EachSubjectsLimitsAreMet) {
  Quotas quotas;
  const Limit limit = tokens_a_day(10);
  quotas.apply({{{Scope::gateway, {}, {}}, limit},
                {{Scope::tag, "team", "x"}, limit},
                {client_a(), limit},
                {{Scope::client_model, "a", "m"}, limit},
                {{Scope::deployment, "b", "d"}, limit}},
               TimeZone(), after({}));
  const LimitSet all = quotas.limits_of("a", {{"team", "x"}, {"floor", "x"}}, "m");
  const Reserved taken = quotas.reserve(all, demand_of(10), after({}));
  ASSERT_FALSE(taken.exceeded);
  const auto is_refused = [&](const LimitSet& set) {
    return quotas.reserve(set, demand_of(1), after({})).exceeded.has_value();
  };
  EXPECT_TRUE(is_refused(quotas.limits_of("b", {}, "m")));  // by the gateway's
  EXPECT_FALSE(is_refused(quotas.limits_of_deployment("b", "d")));
  EXPECT_TRUE(quotas.limits_of_deployment("b", "e").empty());
  EXPECT_EQ(quotas.states(after({})).size(), 5U);
}

TEST(Reserve, TheTightestIsTold) {
  ClientQuotas a({requests_a_minute(60), limit_of(Measure::requests, Period::day, 600),
                  shadow(limit_of(Measure::tokens, Period::month, 900)), tokens_a_day(1000)});
  const Reserved taken = a.reserve(demand_of(900));
  const Tightest tightest = a.quotas.tightest(a.set, after({}));
  ASSERT_TRUE(tightest.tokens);
  EXPECT_EQ(tightest.tokens->limit, 1000);
  EXPECT_EQ(tightest.tokens->remaining, 100);
  EXPECT_EQ(tightest.tokens->reset, std::chrono::hours(14));
  ASSERT_TRUE(tightest.requests);
  EXPECT_EQ(tightest.requests->remaining, 59);
  EXPECT_EQ(tightest.requests->reset, seconds(1));
}

}  // namespace
}  // namespace tollgate::quotas
