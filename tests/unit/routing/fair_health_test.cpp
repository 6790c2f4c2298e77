// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/fair_health.hpp"

#include <gtest/gtest.h>

#include "test_route.hpp"
#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

using Condition = TargetHealth::Condition;

constexpr ClientKey kA = 1;
constexpr ClientKey kB = 2;
constexpr ClientKey kC = 3;

class FairHealthTest : public testing::Test {
 protected:
  /// One whole request at `now`.
  void request(ClientKey client, Signal signal, std::int64_t now,
               std::optional<milliseconds> wait = {}) {
    const auto probe = health.begin(client, at(now), breaker);
    health.report({signal, wait, at(now), probe, client}, breaker, at(now));
    health.end();
  }
  void fail(ClientKey client, int times, std::int64_t now) {
    for (int i = 0; i < times; ++i) request(client, Signal::failed_request, now);
  }
  bool serves(ClientKey client, std::int64_t now) const { return health.admits(client, at(now)); }

  config::Breaker breaker{.consecutive_failures = 5,
                          .failure_ratio = 0.5,
                          .window = seconds(10),
                          .open_for = seconds(5)};
  FairHealth health;
};

TEST_F(FairHealthTest, OneClientsFailuresRestTheTargetForThatClientAlone) {
  fail(kA, 4, 0);
  EXPECT_TRUE(serves(kA, 1));
  fail(kA, 1, 1);
  EXPECT_FALSE(serves(kA, 2));
  EXPECT_TRUE(serves(kB, 2));
  fail(kA, 1000, 3);  // sent there all the same, since nothing else is left
  EXPECT_TRUE(serves(kB, 4));
  EXPECT_EQ(health.clients_in_trouble(at(4)), 1U);
  EXPECT_EQ(health.shared().condition(), Condition::serving);
}

TEST_F(FairHealthTest, ItReturnsToThatClientByAProbe) {
  fail(kA, 5, 0);
  EXPECT_FALSE(serves(kA, 4999));
  EXPECT_TRUE(serves(kA, 5000));
  const auto probe = health.begin(kA, at(5000), breaker);
  EXPECT_TRUE(probe.own);
  EXPECT_FALSE(probe.shared);
  EXPECT_FALSE(serves(kA, 5001));
  health.report({Signal::success, {}, at(5000), probe, kA}, breaker, at(5002));
  EXPECT_TRUE(serves(kA, 5003));
  EXPECT_EQ(health.clients_in_trouble(at(5003)), 0U);
}

TEST_F(FairHealthTest, ItRestsForAllWhenTheOthersFailAsOftenAsTheBreakerSays) {
  fail(kA, 100, 0);
  fail(kB, 4, 1);
  EXPECT_TRUE(serves(kC, 2));
  fail(kB, 1, 2);
  EXPECT_FALSE(serves(kC, 3));
  EXPECT_EQ(health.shared().condition(), Condition::resting);
}

TEST_F(FairHealthTest, AnothersSuccessBeginsANewRow) {
  fail(kA, 100, 0);
  fail(kB, 4, 1);
  request(kC, Signal::success, 2);
  fail(kB, 4, 3);
  fail(kA, 4, 4);
  EXPECT_EQ(health.shared().condition(), Condition::serving);
}

TEST_F(FairHealthTest, TheShareOfFailuresIsTakenWithoutTheClientThatFailsMost) {
  breaker.consecutive_failures = 0;
  for (int i = 0; i < 100; ++i) {
    fail(kA, 1, i);
    request(kB, Signal::success, i);
  }
  request(kB, Signal::failed_request, 100);
  EXPECT_EQ(health.shared().condition(), Condition::serving);  // 1 of B's 101
  fail(kB, 100, 200);
  request(kC, Signal::failed_request, 300);
  EXPECT_EQ(health.shared().condition(), Condition::resting);
}

TEST_F(FairHealthTest, WhatIsNoRequestsFaultCountsForAllAtOnce) {
  for (int i = 0; i < 5; ++i) request(kA, Signal::failure, i);
  EXPECT_FALSE(serves(kB, 6));
}

TEST_F(FairHealthTest, AWaitThatTheTargetAsksForHoldsForAll) {
  request(kA, Signal::failed_request, 0, milliseconds(700));
  EXPECT_FALSE(serves(kB, 699));
  EXPECT_TRUE(serves(kB, 700));
  request(kA, Signal::throttled, 1000, milliseconds(500));
  EXPECT_FALSE(serves(kB, 1499));
}

TEST_F(FairHealthTest, ABadRequestAsAProbeKeepsTheTargetFromNobodyElse) {
  for (int i = 0; i < 5; ++i) request(kB, Signal::failure, 0);
  const auto probe = health.begin(kA, at(5000), breaker);
  ASSERT_TRUE(probe.shared);
  health.report({Signal::failed_request, {}, at(5000), probe, kA}, breaker, at(5100));
  EXPECT_TRUE(serves(kB, 5100));  // as the next probe
  request(kB, Signal::success, 5101);
  EXPECT_EQ(health.shared().condition(), Condition::serving);
}

TEST_F(FairHealthTest, NobodyInParticularIsNotSpared) {
  for (int i = 0; i < 5; ++i) request(0, Signal::failed_request, i);
  EXPECT_FALSE(serves(kA, 6));
}

TEST(TargetBoardFairness, AClientInTroubleGoesElsewhereAndBackWhenThereIsNoElsewhere) {
  TestRoute test({{"a", 1}, {"b", 2}}, {}, {}, {.consecutive_failures = 2});
  const auto ask = [&](ClientKey client, std::int64_t now) {
    return test.board.lease(test.route.candidates, {}, at(now), 0, client);
  };
  for (int i = 0; i < 2; ++i) ask(kA, i)->report(Signal::failed_request, {}, at(i));
  EXPECT_EQ(ask(kA, 10)->candidate().backend->name, "b");
  EXPECT_EQ(ask(kB, 10)->candidate().backend->name, "a");
  for (int i = 0; i < 2; ++i) ask(kA, 20)->report(Signal::failed_request, {}, at(20));
  EXPECT_EQ(ask(kA, 30)->candidate().backend->name, "a");  // none is left to it: the first
  EXPECT_FALSE(test.board.lease(test.route.candidates, std::vector{test.route.candidates[0].target},
                                at(30), 0, kA));  // but a retry goes nowhere it fails
  EXPECT_TRUE(test.board.usable(test.route.candidates, at(30)));
}

}  // namespace
}  // namespace tollgate::routing
