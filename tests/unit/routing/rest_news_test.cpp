// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/rest_news.hpp"

#include <gtest/gtest.h>

#include "tollgate/routing/fair_health.hpp"
#include "virtual_time.hpp"

namespace tollgate::routing {
namespace {

constexpr ClientKey kA = 1;
constexpr ClientKey kB = 2;

class RestNewsTest : public testing::Test {
 protected:
  /// What one request that ends so makes known: empty: nothing.
  std::string told(ClientKey client, Signal signal, std::int64_t now,
                   std::optional<milliseconds> wait = {}) {
    const auto probe = health_.begin(client, at(now), breaker_);
    const auto news = health_.report({signal, wait, at(now), probe, client}, breaker_, at(now));
    health_.end();
    if (!news) return "";
    const std::string whose = news->for_client ? " for one" : "";
    if (news->over) return "over" + whose;
    const bool throttled = news->cause == TargetHealth::Cause::throttled;
    return (throttled ? "throttled " : "failing ") + std::to_string(news->rest.count()) + whose;
  }

  config::Breaker breaker_{
      .consecutive_failures = 3, .failure_ratio = 0, .window = seconds(10), .open_for = seconds(5)};
  FairHealth health_;
};

// Eight calls of one client were answered 503, and the log had nothing of it.
TEST_F(RestNewsTest, OneClientsRestIsToldOnceAndItsEnd) {
  EXPECT_EQ(told(kA, Signal::failed_request, 0), "");
  EXPECT_EQ(told(kA, Signal::failed_request, 1), "");
  EXPECT_EQ(told(kA, Signal::failed_request, 2), "failing 5000 for one");
  for (int i = 3; i < 8; ++i) EXPECT_EQ(told(kA, Signal::failed_request, i), "");
  EXPECT_EQ(told(kB, Signal::success, 9), "");
  EXPECT_EQ(told(kA, Signal::success, 6000), "over for one");
  EXPECT_EQ(told(kA, Signal::success, 6001), "");
}

TEST_F(RestNewsTest, TheRestOfAllIsToldOnceThroughProbesThatFail) {
  EXPECT_EQ(told(kA, Signal::failure, 0), "");
  EXPECT_EQ(told(kB, Signal::failure, 1), "");
  EXPECT_EQ(told(kA, Signal::failure, 2), "failing 5000");
  for (int i = 1; i < 30; ++i) EXPECT_EQ(told(kA, Signal::failure, i * 6000), "") << i;
  EXPECT_EQ(told(kB, Signal::none, 200'000), "") << "it says nothing";
  EXPECT_EQ(told(kB, Signal::success, 210'000), "over");
}

TEST_F(RestNewsTest, CapacityThatIsUsedUpEverySecondIsToldOnceAnHour) {
  EXPECT_EQ(told(kA, Signal::throttled, 0, milliseconds(800)), "throttled 800");
  EXPECT_EQ(told(kA, Signal::success, 900), "over");
  for (int i = 1; i < 3600; ++i) {
    EXPECT_EQ(told(kA, Signal::throttled, i * 1000, milliseconds(800)), "") << i;
    EXPECT_EQ(told(kA, Signal::success, i * 1000 + 900), "") << i;
  }
  EXPECT_EQ(told(kA, Signal::throttled, 3'600'000, milliseconds(800)), "throttled 800");
}

TEST_F(RestNewsTest, ARestThatWasNotToldIsWhenItLastsUntilItIsDue) {
  EXPECT_EQ(told(kA, Signal::failure, 0, seconds(1)), "failing 1000");
  EXPECT_EQ(told(kA, Signal::success, 1001), "over");
  EXPECT_EQ(told(kA, Signal::failure, 2000, seconds(1)), "");
  EXPECT_EQ(told(kA, Signal::failure, 59'999, seconds(1)), "");
  EXPECT_EQ(told(kA, Signal::failure, 61'000, seconds(1)), "failing 1000");
}

TEST_F(RestNewsTest, AnotherCauseIsNews) {
  EXPECT_EQ(told(kA, Signal::throttled, 0, seconds(1)), "throttled 1000");
  EXPECT_EQ(told(kA, Signal::failure, 1001, seconds(2)), "failing 2000");
  EXPECT_EQ(told(kA, Signal::success, 4000), "over");
}

}  // namespace
}  // namespace tollgate::routing
