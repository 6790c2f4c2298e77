// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/failover.hpp"

#include <gtest/gtest.h>

#include <set>

#include "test_route.hpp"
#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

constexpr AttemptEnd kServed{.status = 200, .request_sent = true};
constexpr AttemptEnd kUnavailable{.status = 503, .request_sent = true};
constexpr AttemptEnd kNoConnection{.error = Errc::unavailable};
constexpr AttemptEnd kReset{.error = Errc::closed, .request_sent = true};
constexpr AttemptEnd kTimeout{.error = Errc::timeout, .request_sent = true};

AttemptEnd throttled(milliseconds wait) {
  return {.status = 429, .request_sent = true, .retry_after = wait};
}

TEST(Failover, TriesEachTargetOnceInPriorityOrderAndServesTheLastAnswer) {
  TestRoute test({{"first", 1}, {"second", 2}, {"third", 3}});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  std::vector<std::string> order{lease->candidate().backend->name};
  while (failover.after(*lease, kUnavailable, at(1)).verdict == Verdict::retry_next_target) {
    order.push_back(lease->candidate().backend->name);
  }
  EXPECT_EQ(order, (std::vector<std::string>{"first", "second", "third"}));
  EXPECT_EQ(failover.attempts(), 3U);
  EXPECT_EQ(failover.after(*lease, kUnavailable, at(1)).verdict, Verdict::served);
}

TEST(Failover, WithoutAnAnswerInHandItGivesUp) {
  TestRoute test({{"only"}});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_EQ(failover.after(*lease, kNoConnection, at(1)).verdict, Verdict::give_up);
}

TEST(Failover, StopsAtTheModelsAttempts) {
  TestRoute test({{"a", 1}, {"b", 2}, {"c", 3}}, {.attempts = 2});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_EQ(failover.after(*lease, kUnavailable, at(1)).verdict, Verdict::retry_next_target);
  EXPECT_EQ(failover.after(*lease, kUnavailable, at(2)).verdict, Verdict::served);
}

TEST(Failover, StartsNoAttemptAfterTheTotalTimeout) {
  TestRoute test({{"a", 1}, {"b", 2}}, {.total_timeout = seconds(10)});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  EXPECT_EQ(failover.deadline(), at(10'000));
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_EQ(failover.after(*lease, kUnavailable, at(10'000)).verdict, Verdict::served);
  EXPECT_EQ(failover.attempts(), 1U);
}

TEST(Failover, RepeatsAfterATimeoutOnlyWhereTheModelSaysSo) {
  for (const bool on_timeout : {false, true}) {
    TestRoute test({{"a", 1}, {"b", 2}}, {.on_timeout = on_timeout});
    Failover failover(test.board, test.route, "POST", at(0), 42);
    std::optional<Lease> lease = failover.first(at(0));
    EXPECT_EQ(failover.after(*lease, kTimeout, at(1)).verdict,
              on_timeout ? Verdict::retry_next_target : Verdict::give_up);
  }
}

TEST(Failover, RepeatsAResetOnlyForSafeMethods) {
  for (const std::string method : {"GET", "POST"}) {
    TestRoute test({{"a", 1}, {"b", 2}});
    Failover failover(test.board, test.route, method, at(0), 42);
    std::optional<Lease> lease = failover.first(at(0));
    EXPECT_EQ(failover.after(*lease, kReset, at(1)).verdict,
              method == "GET" ? Verdict::retry_next_target : Verdict::give_up);
  }
}

TEST(Failover, WhatOneRequestLearnsSparesTheNext) {
  TestRoute test({{"a", 1}, {"b", 2}});
  Failover one(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = one.first(at(0));
  EXPECT_EQ(one.after(*lease, throttled(seconds(20)), at(5)).verdict, Verdict::retry_next_target);
  EXPECT_EQ(one.after(*lease, kServed, at(9)).verdict, Verdict::served);

  Failover other(test.board, test.route, "POST", at(10), 43);
  EXPECT_EQ(other.first(at(10))->candidate().backend->name, "b");
}

TEST(Failover, WhenEveryTargetRestsTheClientIsToldAtOnce) {
  TestRoute test({{"a", 1}, {"b", 2}});
  Failover one(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = one.first(at(0));
  one.after(*lease, throttled(seconds(20)), at(0));
  // The second one's answer goes on as it is: nothing else is left to try.
  EXPECT_EQ(one.after(*lease, throttled(seconds(7)), at(0)).verdict, Verdict::served);

  Failover other(test.board, test.route, "POST", at(1000), 43);
  EXPECT_FALSE(other.first(at(1000)));
  EXPECT_EQ(other.attempts(), 0U);
  EXPECT_EQ(other.unserved(at(1000)).status, 429);
  EXPECT_EQ(other.unserved(at(1000)).retry_after, seconds(6));
}

TEST(Failover, AnEmptyBudgetServesTheAnswerInHand) {
  TestRoute test({{"a", 1}, {"b", 2}}, {}, {.ratio = 0, .min_per_second = 0});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_EQ(failover.after(*lease, throttled(seconds(1)), at(0)).verdict, Verdict::served);
  EXPECT_EQ(lease->candidate().backend->name, "a");
}

TEST(Failover, KnowsWhenNoOtherTargetCanFollow) {
  TestRoute test({{"a", 1}, {"b", 2}, {"c", 3}}, {.attempts = 2});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_FALSE(failover.exhausted());
  failover.after(*lease, kUnavailable, at(1));
  EXPECT_TRUE(failover.exhausted());

  TestRoute one({{"a"}});
  Failover single(one.board, one.route, "POST", at(0), 42);
  const std::optional<Lease> only = single.first(at(0));
  EXPECT_TRUE(single.exhausted());
}

TEST(Failover, ForAClientThatHasGoneNothingMoreIsTriedButTheTargetsHealthIsNoted) {
  TestRoute test({{"a", 1}, {"b", 2}});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  AttemptEnd end = throttled(seconds(5));
  end.wanted = false;
  EXPECT_EQ(failover.after(*lease, end, at(1)).verdict, Verdict::served);
  EXPECT_EQ(failover.attempts(), 1U);
  Failover other(test.board, test.route, "POST", at(2), 43);
  EXPECT_EQ(other.first(at(2))->candidate().backend->name, "b");
}

TEST(Failover, ReportsARefusedCredentialAndStillFindsTheNextTarget) {
  TestRoute test({{"a", 1}, {"b", 2}});
  Failover failover(test.board, test.route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  const Judgement judgement = failover.after(*lease, {.status = 401, .request_sent = true}, at(1));
  EXPECT_TRUE(judgement.credential_refused);
  EXPECT_EQ(judgement.verdict, Verdict::retry_next_target);
  EXPECT_EQ(lease->candidate().backend->name, "b");
}

TEST(Failover, ATargetListedTwiceIsTriedOnce) {
  TestRoute test({{"a", 1}, {"b", 3}});
  Route route = test.route;
  Candidate again = route.candidates[0];
  again.priority = 2;
  route.candidates.insert(route.candidates.begin() + 1, again);
  Failover failover(test.board, route, "POST", at(0), 42);
  std::optional<Lease> lease = failover.first(at(0));
  EXPECT_EQ(failover.after(*lease, kUnavailable, at(1)).verdict, Verdict::retry_next_target);
  EXPECT_EQ(lease->candidate().backend->name, "b");
}

}  // namespace
}  // namespace tollgate::routing
