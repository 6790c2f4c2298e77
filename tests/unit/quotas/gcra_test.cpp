// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gcra.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <vector>

#include "limits.hpp"
#include "rate.hpp"

namespace tollgate::quotas {
namespace {

TEST(Gcra, ABurstOfAMinutesWorthFitsAndNotOneMore) {
  for (const std::int64_t per_minute : {1, 7, 59, 61, 1'000, 99'991, 244'000}) {
    Rate rate;
    const SteadyTime now = after({}).steady;
    rate.change(per_minute, per_minute, now);
    std::int64_t passed = 0;
    while (rate.take(1, now)) ++passed;
    EXPECT_EQ(passed, per_minute);
  }
}

TEST(Gcra, FlowsOffEvenly) {
  Rate rate;
  rate.change(60, 2, after({}).steady);
  EXPECT_TRUE(rate.take(2, after({}).steady));
  EXPECT_FALSE(rate.take(1, after({}).steady));
  EXPECT_EQ(rate.wait(1, after({}).steady), milliseconds(1000));
  EXPECT_FALSE(rate.take(1, after(milliseconds(999)).steady));
  EXPECT_TRUE(rate.take(1, after(milliseconds(1000)).steady));
  EXPECT_EQ(rate.empty_in(after(milliseconds(1500)).steady), milliseconds(1500));
}

TEST(Gcra, WhatIsGivenBackIsThereAtOnceAndNeverMoreThanAll) {
  Rate rate;
  const SteadyTime now = after({}).steady;
  rate.change(1000, 1000, now);
  EXPECT_TRUE(rate.take(1000, now));
  rate.replace(1000, 400, now);
  EXPECT_EQ(rate.used(now), 400);
  rate.add(-5000, now);
  EXPECT_EQ(rate.used(now), 0);
  EXPECT_FALSE(rate.take(1001, now));
}

TEST(Gcra, UseBeyondTheReserveCountsBeyondTheBurst) {
  Rate rate;
  const SteadyTime now = after({}).steady;
  rate.change(60, 60, now);
  EXPECT_TRUE(rate.take(60, now));
  rate.replace(60, 120, now);
  EXPECT_EQ(rate.used(now), 120);
  EXPECT_EQ(rate.wait(1, now), seconds(61));
}

TEST(Gcra, AnotherRateKeepsWhatIsUsed) {
  Rate rate;
  const SteadyTime now = after({}).steady;
  rate.change(1000, 1000, now);
  EXPECT_TRUE(rate.take(600, now));
  rate.change(100'000, 100'000, now);
  EXPECT_EQ(rate.used(now), 600);
  rate.change(700, 700, now);
  EXPECT_TRUE(rate.take(100, now));
  EXPECT_FALSE(rate.take(1, now));
}

TEST(Gcra, HugeAmountsStayNumbers) {
  Rate rate;
  const SteadyTime now = after({}).steady;
  rate.change(kLargestAmount, kLargestAmount, now);
  for (int i = 0; i < 20; ++i) rate.add(kLargestAmount, now);
  EXPECT_FALSE(rate.take(1, now));
  EXPECT_EQ(rate.empty_in(now), std::chrono::minutes(20));
  rate.change(1, 1440, now);
  for (int i = 0; i < 20; ++i) rate.add(kLargestAmount, now);
  EXPECT_FALSE(rate.take(1, now));
  EXPECT_GT(rate.used(now), 30'000'000);
}

/// What was taken at a time, or given back.
struct Event {
  std::int64_t at = 0;
  std::int64_t units = 0;
};

/// In every stretch of time that ends now, without what was given back in it: at most the burst,
/// and what flows off. Rounding is a nanosecond for each event.
void expect_within(const std::vector<Event>& events, std::int64_t per_minute, std::int64_t burst) {
  const std::int64_t now = events.back().at;
  const Int128 rounding = Int128(events.size()) * per_minute;
  std::int64_t sum = 0;
  for (auto each = events.rbegin(); each != events.rend(); ++each) {
    sum += each->units;
    const Int128 most = Int128(burst) * gcra::kMinute + Int128(now - each->at) * per_minute;
    ASSERT_LE(Int128(sum) * gcra::kMinute, most + rounding);
  }
}

TEST(Gcra, NoStretchOfTimeHasMoreThanBurstAndRate) {
  std::mt19937_64 random(7);
  const auto pick = [&](std::int64_t most) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most + 1));
  };
  for (int round = 0; round < 50; ++round) {
    const std::int64_t per_minute = pick(100'000) + 1;
    const std::int64_t burst = pick(50'000) + 1;
    Rate rate;
    rate.change(per_minute, burst, after({}).steady);
    std::vector<Event> events;
    std::vector<std::int64_t> reserved;
    std::int64_t now = 0;
    for (int i = 0; i < 400; ++i) {
      now += pick(2'000'000'000);
      const SteadyTime time = after(std::chrono::nanoseconds(now)).steady;
      if (!reserved.empty() && pick(2) == 0) {
        const std::int64_t used = pick(reserved.back());
        rate.replace(reserved.back(), used, time);
        events.push_back({now, used - reserved.back()});
        reserved.pop_back();
      }
      const std::int64_t units = pick(burst - 1) + 1;
      if (!rate.take(units, time)) continue;
      reserved.push_back(units);
      events.push_back({now, units});
      expect_within(events, per_minute, burst);
      ASSERT_FALSE(HasFatalFailure());
    }
    EXPECT_FALSE(events.empty());
  }
}

}  // namespace
}  // namespace tollgate::quotas
