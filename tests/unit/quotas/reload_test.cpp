// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using std::chrono::hours;

TEST(Reload, AnotherAmountKeepsWhatIsUsed) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(60));
  EXPECT_TRUE(a.apply({shadow(tokens_a_day(500))}).empty());
  EXPECT_EQ(a.state().reserved, 60);
  EXPECT_EQ(a.state().amount, 500);
  // What was found before the change goes by the new limit as well.
  EXPECT_FALSE(a.reserve(demand_of(300)).exceeded);
  EXPECT_TRUE(a.apply({tokens_a_day(50)}).empty());
  EXPECT_TRUE(a.reserve(demand_of(1)).exceeded);
  EXPECT_EQ(a.state().overshoot, 250);
}

TEST(Reload, WhatIsNoLimitAnyMoreRefusesNothingAndBeginsAnewWhenItIsBack) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(100));
  a.apply({});
  EXPECT_FALSE(a.reserve(demand_of(1)).exceeded);
  EXPECT_TRUE(a.quotas.states(after({})).empty());
  EXPECT_EQ(a.apply({tokens_a_day(100)}).size(), 1U);
  EXPECT_EQ(a.state().left, 100);
  held.reservation.settle(use_of_tokens(90), after({}));
  EXPECT_EQ(a.state().left, 100);
}

TEST(Reload, AnotherZoneBeginsOtherWindows) {
  Quotas quotas;
  const std::vector<Rule> rules{{client_a(), tokens_a_day(100)},
                                {client_a(), limit_of(Measure::tokens, Period::hour, 100)}};
  EXPECT_EQ(quotas.apply(rules, TimeZone(), after({})).size(), 2U);
  EXPECT_EQ(quotas.apply(rules, TimeZone(), after({})).size(), 0U);
  // Its hours are UTC's, its days are not.
  const auto anew = quotas.apply(rules, zone_named("Europe/Berlin"), after({}));
  ASSERT_EQ(anew.size(), 1U);
  EXPECT_EQ(anew[0].period, Period::day);
}

TEST(Reload, AnUnreadLedgerHoldsLimitsOfMoneyThatRefuse) {
  ClientQuotas a({limit_of(Measure::cost, Period::month, 100), tokens_a_day(100)});
  a.apply({});
  const auto anew = a.apply({limit_of(Measure::cost, Period::month, 100), tokens_a_day(100)});
  EXPECT_EQ(a.quotas.held_by(a.set, after({})), nullptr);
  a.quotas.hold(anew);
  a.quotas.hold(anew);
  const auto rule = a.quotas.held_by(a.set, after({}));
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(rule->limit.measure, Measure::cost);
  for (const LimitState& state : a.quotas.states(after({}))) EXPECT_TRUE(state.held);
  EXPECT_EQ(a.quotas.held_by(a.quotas.limits_of("b", {}, "m"), after({})), nullptr);
  a.apply({shadow(limit_of(Measure::cost, Period::month, 100))});
  EXPECT_EQ(a.quotas.held_by(a.set, after({})), nullptr);
  a.apply({limit_of(Measure::cost, Period::month, 100)});
  a.quotas.release(anew);
  EXPECT_EQ(a.quotas.held_by(a.set, after({})), nullptr);
}

usage::UsageRecord record_of(const std::string& client, std::int64_t tokens, UtcTime time) {
  usage::UsageRecord out;
  out.client_name = client;
  out.event_time = time;
  out.requested_model = "m";
  out.tags = {{"team", "x"}};
  out.backend = "b";
  out.backend_deployment = "d";
  out.usage_basis = usage::UsageBasis::reported;
  out.tokens.prompt = tokens;
  return out;
}

TEST(Restore, EachRecordCountsInAllThatItIsOf) {
  Quotas quotas;
  std::vector<Rule> rules;
  for (const Subject& subject :
       {Subject{}, Subject{Scope::tag, "team", "x"}, Subject{Scope::tag, "team", "y"}, client_a(),
        Subject{Scope::client_model, "a", "m"}, Subject{Scope::client_model, "a", "n"},
        Subject{Scope::deployment, "b", "d"}}) {
    rules.push_back({subject, tokens_a_day(100)});
    rules.push_back({subject, requests_a_minute(100)});
  }
  const auto anew = quotas.apply(rules, TimeZone(), after({}));
  EXPECT_EQ(anew.size(), 7U);
  quotas.restore(anew, record_of("a", 7, after(hours(-1)).utc), Demand{}, after({}));
  quotas.restore(anew, record_of("b", 30, after(hours(-1)).utc), Demand{}, after({}));
  quotas.restore(anew, record_of("a", 500, after(hours(-24)).utc), Demand{}, after({}));
  for (const LimitState& state : quotas.states(after({}))) {
    const Subject& subject = state.rule->subject;
    std::int64_t expected = subject.scope == Scope::client || subject.detail == "m" ? 7 : 37;
    if (subject.detail == "y" || subject.detail == "n" || !state.window) expected = 0;
    EXPECT_EQ(state.used, expected) << to_text(subject) << " " << to_text(state.rule->limit);
  }
}

TEST(Restore, OnlyWhatBeganAnewTakesRecords) {
  ClientQuotas a({tokens_a_day(100)});
  a.quotas.restore({}, record_of("a", 7, after({}).utc), Demand{}, after({}));
  EXPECT_EQ(a.state().used, 0);
}

TEST(Restore, WhatARecordDoesNotKnowCountsAsTheMost) {
  ClientQuotas a({});
  const auto anew = a.apply({tokens_a_day(100)});
  usage::UsageRecord record = record_of("a", 7, after({}).utc);
  record.usage_basis = usage::UsageBasis::none;
  record.tokens = {};
  record.usage_reason = "gateway_interrupted";
  a.quotas.restore(anew, record, demand_of(20, 5), after({}));
  EXPECT_EQ(a.state().used, 25);
}

TEST(Restore, BySums) {
  ClientQuotas a({tokens_a_day(100), limit_of(Measure::requests, Period::day, 50)});
  for (const LimitState& state : a.quotas.states(after({})))
    a.quotas.restore(key_of(*state.rule), after({}).utc, {12, 40, {}, 2, {}}, after({}));
  EXPECT_EQ(a.quotas.states(after({})).at(0).used, 12);
  EXPECT_EQ(a.quotas.states(after({})).at(1).used, 42);
}

TEST(Restore, BeginsWithTheEarliestWindow) {
  ClientQuotas a({requests_a_minute(1)});
  EXPECT_FALSE(a.quotas.restore_from(after({})));
  a.apply({tokens_a_day(100), limit_of(Measure::cost, Period::month, 50)});
  EXPECT_EQ(to_rfc3339(*a.quotas.restore_from(after({}))).substr(0, 16), "2026-11-01T00:00");
}

TEST(Operators, AddToAWindowAndEmptyIt) {
  ClientQuotas a({tokens_a_day(100)});
  const LimitKey key = key_of({client_a(), tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(30));
  a.reserve(demand_of(60)).reservation.settle(use_of_tokens(60), after({}));
  EXPECT_TRUE(a.quotas.top_up(key, 50, after({})));
  EXPECT_EQ(a.state().left, 60);
  a.apply({tokens_a_day(200)});
  EXPECT_EQ(a.state().left, 160);
  EXPECT_TRUE(a.quotas.reset(key, after({})));
  EXPECT_EQ(a.state().used, 0);
  EXPECT_EQ(a.state().left, 220);
  EXPECT_EQ(a.state(after(hours(15))).amount, 200);
  EXPECT_FALSE(a.quotas.top_up(key_of({client_a(), requests_a_minute(1)}), 1, after({})));
  EXPECT_FALSE(a.quotas.top_up(key, 0, after({})));
  EXPECT_FALSE(a.quotas.top_up(key, kLargestAmount, after({})));
}

TEST(Operators, ForgiveWhatWasUsedByThen) {
  ClientQuotas a({tokens_a_day(100)});
  const LimitKey key = key_of({client_a(), tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(30));
  a.reserve(demand_of(60)).reservation.settle(use_of_tokens(60), after({}));
  EXPECT_EQ(a.quotas.used_units(key, after({})), 60);
  EXPECT_TRUE(a.quotas.forgive(key, 45, after({})));
  EXPECT_EQ(a.state().used, 15);
  EXPECT_EQ(a.state().reserved, 30);
  EXPECT_TRUE(a.quotas.forgive(key, 45, after({})));
  EXPECT_EQ(a.state().used, 0) << "no more than was used";
  EXPECT_EQ(a.state().left, 70);
  EXPECT_FALSE(a.quotas.forgive(key_of({client_a(), requests_a_minute(1)}), 1, after({})));
  EXPECT_FALSE(a.quotas.used_units(key_of({client_a(), requests_a_minute(1)}), after({})));
}

TEST(Operators, WhatWasForgivenIsNotRestored) {
  ClientQuotas a({tokens_a_day(100)});
  const LimitKey key = key_of({client_a(), tokens_a_day(100)});
  a.quotas.restore(key, after({}).utc, {12, 80, {}, 5, {}}, after({}), 60);
  EXPECT_EQ(a.state().used, 25);
  a.quotas.restore(key, after({}).utc, {1, 3, {}, 0, {}}, after({}), 60);
  EXPECT_EQ(a.state().used, 25) << "never below nothing";
}

TEST(Operators, AForgivenWindowWarnsAnew) {
  Limit limit = tokens_a_day(100);
  limit.warn_at = {50};
  ClientQuotas a({limit});
  a.reserve(demand_of(60)).reservation.settle(use_of_tokens(60), after({}));
  EXPECT_EQ(a.quotas.take_warnings().size(), 1U);
  a.quotas.forgive(key_of({client_a(), limit}), 60, after({}));
  a.reserve(demand_of(60)).reservation.settle(use_of_tokens(60), after({}));
  EXPECT_EQ(a.quotas.take_warnings().size(), 1U);
}

}  // namespace
}  // namespace tollgate::quotas
