// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/target_health.hpp"

#include <gtest/gtest.h>

#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

using Condition = TargetHealth::Condition;
using Cause = TargetHealth::Cause;

class TargetHealthTest : public testing::Test {
 protected:
  /// One whole request at `now`.
  void request(Signal signal, std::int64_t now, std::optional<milliseconds> wait = {}) {
    const bool probe = health.begin(at(now), breaker);
    health.report({signal, wait, at(now), probe}, breaker, at(now));
    health.end();
  }

  void open_breaker(std::int64_t now) {
    for (std::size_t i = 0; i < breaker.consecutive_failures; ++i) request(Signal::failure, now);
  }

  config::Breaker breaker{.consecutive_failures = 3,
                          .failure_ratio = 0.5,
                          .window = seconds(10),
                          .open_for = seconds(5)};
  TargetHealth health;
};

TEST_F(TargetHealthTest, RestsAsLongAsA429Asks) {
  request(Signal::throttled, 0, milliseconds(2500));
  EXPECT_EQ(health.cause(), Cause::throttled);
  EXPECT_FALSE(health.admits(at(2499)));
  EXPECT_TRUE(health.admits(at(2500)));
  EXPECT_EQ(health.available_at(at(100)), at(2500));
}

TEST_F(TargetHealthTest, RestsAMomentAfterA429ThatNamesNoWait) {
  request(Signal::throttled, 0);
  EXPECT_EQ(health.available_at(at(0)), at(0) + TargetHealth::kUnstatedWait);
}

TEST_F(TargetHealthTest, RestsAfterOneFailureThatNamesAWait) {
  request(Signal::failure, 0, milliseconds(700));
  EXPECT_EQ(health.cause(), Cause::failing);
  EXPECT_EQ(health.available_at(at(0)), at(700));
}

TEST_F(TargetHealthTest, ARestIsProlongedButNeverShortened) {
  health.report({Signal::throttled, milliseconds(5000)}, breaker, at(0));
  health.report({Signal::throttled, milliseconds(100)}, breaker, at(10));
  EXPECT_EQ(health.available_at(at(10)), at(5000));
  health.report({Signal::throttled, milliseconds(6000)}, breaker, at(20));
  EXPECT_EQ(health.available_at(at(20)), at(6020));
}

TEST_F(TargetHealthTest, OneProbeIsAdmittedAndItsSuccessRestores) {
  open_breaker(0);
  ASSERT_TRUE(health.admits(at(5000)));
  EXPECT_TRUE(health.begin(at(5000), breaker));
  EXPECT_FALSE(health.admits(at(5001)));
  health.report({Signal::success, {}, at(5000), true}, breaker, at(5100));
  EXPECT_EQ(health.condition(), Condition::serving);
  EXPECT_FALSE(health.begin(at(5100), breaker));
}

TEST_F(TargetHealthTest, AFailedProbeRestsAgain) {
  open_breaker(0);
  request(Signal::failure, 5000);
  EXPECT_EQ(health.available_at(at(5000)), at(10'000));
  request(Signal::throttled, 10'000, milliseconds(1200));
  EXPECT_EQ(health.cause(), Cause::throttled);
  EXPECT_EQ(health.available_at(at(10'000)), at(11'200));
}

TEST_F(TargetHealthTest, AnAbandonedProbeMakesRoomForTheNext) {
  open_breaker(0);
  request(Signal::none, 5000);
  EXPECT_TRUE(health.begin(at(5000), breaker));
}

TEST_F(TargetHealthTest, AFailingTargetsSilentProbeIsFollowedByAnotherAfterOpenFor) {
  open_breaker(0);
  EXPECT_TRUE(health.begin(at(5000), breaker));
  EXPECT_FALSE(health.admits(at(9'999)));
  EXPECT_TRUE(health.begin(at(10'000), breaker));
  EXPECT_FALSE(health.admits(at(10'000)));
}

TEST_F(TargetHealthTest, AThrottledTargetsProbeThatIsNotRefusedAtOnceCountsAsAdmitted) {
  request(Signal::throttled, 0, milliseconds(2000));
  EXPECT_TRUE(health.begin(at(2000), breaker));
  EXPECT_FALSE(health.admits(at(2999)));
  EXPECT_FALSE(health.begin(at(3000), breaker));  // no probe: the target is back
  EXPECT_TRUE(health.admits(at(3000)));
}

TEST_F(TargetHealthTest, AThrottledTargetThatFailsItsProbeStartsCountingFailures) {
  request(Signal::throttled, 0, milliseconds(1000));
  request(Signal::failure, 1000);
  EXPECT_EQ(health.condition(), Condition::serving);
  request(Signal::failure, 1001);
  request(Signal::failure, 1002);
  EXPECT_EQ(health.available_at(at(1002)), at(6002));
}

TEST_F(TargetHealthTest, WhatWasSentBeforeTheRestNeitherEndsNorSettlesIt) {
  const bool early = health.begin(at(0), breaker);
  open_breaker(10);
  health.report({Signal::success, {}, at(0), early}, breaker, at(20));
  EXPECT_FALSE(health.admits(at(20)));
  EXPECT_TRUE(health.begin(at(5010), breaker));
  health.report({Signal::success, {}, at(0), early}, breaker, at(5020));
  EXPECT_EQ(health.condition(), Condition::probing);
  health.report({Signal::failure, {}, at(0), early}, breaker, at(5030));
  EXPECT_EQ(health.condition(), Condition::probing);
}

TEST_F(TargetHealthTest, OpensOnFailuresInARowOnly) {
  for (int i = 0; i < 6; ++i) {
    request(Signal::failure, i);
    request(Signal::failure, i);
    request(Signal::success, i);
  }
  EXPECT_EQ(health.condition(), Condition::serving);  // 12 of 18: too few for the ratio
  open_breaker(10);
  EXPECT_EQ(health.condition(), Condition::resting);
}

TEST_F(TargetHealthTest, ALateSuccessOfAnEarlierRequestDoesNotBreakARowOfFailures) {
  request(Signal::failure, 1000);
  health.report({Signal::success, {}, at(999)}, breaker, at(1001));  // sent while all was well
  request(Signal::failure, 1002);
  request(Signal::failure, 1003);
  EXPECT_EQ(health.condition(), Condition::resting);
}

TEST_F(TargetHealthTest, OpensOnTheRatioOfTheWindowOnceThereIsVolume) {
  for (int i = 0; i < 9; ++i) {
    request(Signal::failure, i);
    request(Signal::success, i);
  }
  request(Signal::success, 10);
  EXPECT_EQ(health.condition(), Condition::serving);  // 9 of 19
  request(Signal::failure, 11);                       // 10 of 20
  EXPECT_EQ(health.condition(), Condition::resting);
}

TEST_F(TargetHealthTest, ARestoredTargetStartsWithACleanSlate) {
  for (int i = 0; i < 10; ++i) {
    request(Signal::success, i);
    request(Signal::failure, i);
  }
  ASSERT_EQ(health.condition(), Condition::resting);
  request(Signal::success, 5009);  // the probe
  request(Signal::failure, 5010);  // 11 of 22 if the old ones still counted
  EXPECT_EQ(health.condition(), Condition::serving);
  request(Signal::failure, 5011);
  request(Signal::throttled, 5012, milliseconds(1000));
  health.begin(at(6012), breaker);
  request(Signal::failure, 7012);  // the throttling is over, the row of two as well
  EXPECT_EQ(health.condition(), Condition::serving);
}

TEST_F(TargetHealthTest, ForgetsFailuresThatAreOlderThanTheWindow) {
  for (int i = 0; i < 9; ++i) {
    request(Signal::failure, i);
    request(Signal::success, i);
  }
  for (int i = 0; i < 15; ++i) request(Signal::success, 10'001);
  request(Signal::failure, 10'001);
  EXPECT_EQ(health.condition(), Condition::serving);
}

TEST_F(TargetHealthTest, RulesSetToZeroAreOff) {
  breaker.consecutive_failures = 0;
  breaker.failure_ratio = 0;
  for (int i = 0; i < 1000; ++i) request(Signal::failure, i);
  EXPECT_EQ(health.condition(), Condition::serving);
}

TEST_F(TargetHealthTest, ThrottlingIsNoFailure) {
  for (int i = 0; i < 50; ++i) request(Signal::throttled, i * 1000, milliseconds(1000));
  request(Signal::success, 50'000);
  EXPECT_EQ(health.condition(), Condition::serving);
}

TEST_F(TargetHealthTest, CountsWhatIsPending) {
  health.begin(at(0), breaker);
  health.begin(at(0), breaker);
  health.end();
  EXPECT_EQ(health.pending(), 1U);
}

}  // namespace
}  // namespace tollgate::routing
