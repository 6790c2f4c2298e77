// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/limit.hpp"

#include <gtest/gtest.h>

#include <string>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

std::string fault_of(const Limit& limit) {
  const auto faults = faults_of({{client_a(), limit}});
  return faults.empty() ? "" : faults.front().message;
}

TEST(Limits, WhatIsRightHasNoFault) {
  Limit month = limit_of(Measure::cost, Period::month, 40'000'000'000);
  month.warn_at = {80, 100};
  month.top_ups = {{Date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(3)), 5}};
  month.assume = AssumedPrice{1, 1};
  month.on_exhausted = OnExhausted::cut;
  EXPECT_EQ(fault_of(month), "");
  EXPECT_EQ(fault_of(requests_a_minute(60)), "");
  EXPECT_EQ(fault_of(limit_of(Measure::in_flight, Period::none, 8)), "");
}

TEST(Limits, AmountsHaveBounds) {
  EXPECT_EQ(fault_of(requests_a_minute(0)), "the amount must be from 1 to 1000000000000000000");
  EXPECT_EQ(fault_of(tokens_a_day(0)), "");
  EXPECT_NE(fault_of(tokens_a_day(-1)), "");
  EXPECT_NE(fault_of(tokens_a_day(kLargestAmount + 1)), "");
  Limit burst = requests_a_minute(10);
  burst.burst = 14'400;
  EXPECT_EQ(fault_of(burst), "");
  burst.burst = 14'401;
  EXPECT_EQ(fault_of(burst), "the burst must be from 1 to 14400");
  burst.burst = 0;
  EXPECT_NE(fault_of(burst), "");
}

TEST(Limits, TopUpsMustNotOutgrowNumbers) {
  Limit limit = tokens_a_day(kLargestAmount - 10);
  const Date date(std::chrono::year(2026), std::chrono::month(11), std::chrono::day(3));
  limit.top_ups = {{date, 6}, {date, 4}};
  EXPECT_EQ(fault_of(limit), "");
  limit.top_ups.push_back({date, 1});
  EXPECT_NE(fault_of(limit), "");
  limit.top_ups = {{date, kLargestAmount}, {date, kLargestAmount}};
  EXPECT_NE(fault_of(limit), "");
}

TEST(Limits, SettingsThatMeanNothingAreFaults) {
  Limit limit = requests_a_minute(10);
  limit.warn_at = {80};
  EXPECT_NE(fault_of(limit), "");
  limit = requests_a_minute(10);
  limit.count = TokenCount::weighted;
  EXPECT_NE(fault_of(limit), "");
  limit = tokens_a_day(10);
  limit.weights.cached = 100;
  EXPECT_NE(fault_of(limit), "");
  limit.count = TokenCount::weighted;
  EXPECT_EQ(fault_of(limit), "");
  limit.weights = {0, 0, 0};
  EXPECT_NE(fault_of(limit), "");
  limit = limit_of(Measure::in_flight, Period::minute, 10);
  EXPECT_NE(fault_of(limit), "");
  limit = limit_of(Measure::tokens, Period::none, 10);
  EXPECT_NE(fault_of(limit), "");
  limit = tokens_a_day(10);
  limit.assume = AssumedPrice{};
  EXPECT_NE(fault_of(limit), "");
}

TEST(Limits, TwoOfOneKeyAreAFaultOfTheSecond) {
  Limit first = tokens_a_day(10);
  first.line = 3;
  Limit second = shadow(tokens_a_day(20));
  second.line = 7;
  const auto faults = faults_of({{client_a(), first}, {client_a(), second}});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].line, 7);
  EXPECT_EQ(faults[0].message, "there is another limit of the same kind for client a");
}

TEST(Limits, HaveWordsForPeople) {
  EXPECT_EQ(to_text(requests_a_minute(60)), "60 requests per minute");
  EXPECT_EQ(to_text(limit_of(Measure::cost, Period::month, 40'500'000'000)),
            "40.5 of cost per month");
  EXPECT_EQ(to_text(limit_of(Measure::in_flight, Period::none, 8)), "8 requests in flight");
  EXPECT_EQ(to_text(Subject{Scope::tag, "cost_centre", "4711"}), "tag cost_centre=4711");
  EXPECT_EQ(to_text(Subject{}), "the gateway");
}

}  // namespace
}  // namespace tollgate::quotas
