// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <optional>

#include "routing/test_route.hpp"
#include "routing/virtual_time.hpp"
#include "stages.hpp"

// The stage that takes a first target or tells the client at once how long all of them rest.
namespace tollgate::proxy {
namespace {

using routing::at;

class FirstLeaseTest : public testing::Test {
 protected:
  routing::Failover request(std::int64_t ms) {
    return {route_.board, route_.route, "POST", at(ms), 42};
  }
  /// A request's attempt ends so at both targets.
  void both_end_with(const routing::AttemptEnd& end) {
    for (int i = 0; i < 2; ++i) {
      auto failover = request(0);
      auto lease = first_lease(failover, at(0));
      ASSERT_TRUE(lease);
      failover.after(*lease, end, at(0));
    }
  }

  routing::TestRoute route_{{{"east", 1}, {"west", 2}}};
};

TEST_F(FirstLeaseTest, TheFirstTargetIsTakenAndPendingThere) {
  auto failover = request(0);
  const auto lease = first_lease(failover, at(0));
  ASSERT_TRUE(lease);
  EXPECT_EQ(lease->candidate().backend->name, "east");
  EXPECT_EQ(route_.board.statuses(at(0)).at(0).pending, 1U);
  EXPECT_EQ(failover.attempts(), 1U);
}

TEST_F(FirstLeaseTest, WhenAllRestTheClientIsToldHowLong) {
  both_end_with({.status = 429, .request_sent = true, .retry_after = seconds(20)});
  auto failover = request(5'000);
  const auto refused = first_lease(failover, at(5'000));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().status, 429);
  EXPECT_EQ(refused.error().extra_fields, "Retry-After: 15\r\nretry-after-ms: 15000\r\n");
  EXPECT_EQ(failover.attempts(), 0U);
}

TEST_F(FirstLeaseTest, OneThatHasRestedIsTakenAgain) {
  both_end_with({.status = 429, .request_sent = true, .retry_after = seconds(20)});
  auto failover = request(20'000);
  EXPECT_TRUE(first_lease(failover, at(20'000)));
}

}  // namespace
}  // namespace tollgate::proxy
