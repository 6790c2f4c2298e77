// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/retry_budget.hpp"

#include <gtest/gtest.h>

#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

int withdraw_all(RetryBudget& budget, SteadyTime now) {
  int count = 0;
  while (count < 1'000'000 && budget.withdraw(now)) ++count;
  return count;
}

TEST(RetryBudget, GivesAQuietGatewayItsMinimum) {
  RetryBudget budget({.ratio = 0.2, .min_per_second = 10});
  EXPECT_EQ(withdraw_all(budget, at(0)), 100);
  EXPECT_EQ(withdraw_all(budget, at(9'000)), 0);
  EXPECT_EQ(withdraw_all(budget, at(10'000)), 100);
}

TEST(RetryBudget, GrowsWithTheRequestsOfTheLastTenSeconds) {
  RetryBudget budget({.ratio = 0.25, .min_per_second = 0});
  EXPECT_EQ(withdraw_all(budget, at(0)), 0);
  for (int i = 0; i < 400; ++i) budget.on_request(at(0));
  EXPECT_EQ(withdraw_all(budget, at(5'000)), 100);
  // The requests are forgotten, the retries are not yet.
  EXPECT_EQ(withdraw_all(budget, at(10'000)), 0);
}

TEST(RetryBudget, BoundsTheLoadOfATotalOutage) {
  RetryBudget budget({.ratio = 0.2, .min_per_second = 10});
  int retries = 0;
  // A minute of 1000 requests a second, each wants two retries.
  for (int request = 0; request < 60'000; ++request) {
    const SteadyTime now = at(request);
    budget.on_request(now);
    for (int wish = 0; wish < 2; ++wish) retries += budget.withdraw(now) ? 1 : 0;
  }
  EXPECT_LE(retries, 60'000 / 5 + 60 * 10 + 100);
  EXPECT_GE(retries, 60'000 / 5);
}

TEST(RetryBudget, KeepsWhatWasSpentWhenItsSettingsChange) {
  RetryBudget budget({.ratio = 0, .min_per_second = 10});
  EXPECT_EQ(withdraw_all(budget, at(0)), 100);
  budget.change({.ratio = 0, .min_per_second = 11});
  EXPECT_EQ(withdraw_all(budget, at(0)), 10);
}

}  // namespace
}  // namespace tollgate::routing
