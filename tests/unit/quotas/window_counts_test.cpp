// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "counter.hpp"
#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using std::chrono::hours;

Limit tokens_an_hour() { return limit_of(Measure::tokens, Period::hour, 100); }

struct HourlyCounter {
  HourlyCounter() : counter(key_of({client_a(), tokens_an_hour()})) {
    counter.apply({client_a(), tokens_an_hour()}, TimeZone(), after({}));
  }
  Hold take(Moment now) {
    Hold out;
    EXPECT_TRUE(counter.take(10, now, out));
    return out;
  }
  Counter counter;
};

TEST(WindowCounts, AreAsManyAsAreInUseHoweverTheyAreLeft) {
  HourlyCounter a;
  for (int hour = 0; hour < 1000; ++hour) {
    const Moment now = after(hours(hour));
    Hold released = a.take(now);
    Hold settled = a.take(now);
    Hold reserved = a.take(now);
    Hold unknown;
    EXPECT_FALSE(a.counter.take(1000, now, unknown));
    a.counter.release(released, now);
    a.counter.settle(settled, 5, now);
    a.counter.settle_as_reserved(reserved);
    a.counter.charge(1, now.utc, now);
    a.counter.charge(1, now.utc - hours(1), now);
    a.counter.charge(1, now.utc - hours(50), now);
    static_cast<void>(a.counter.state(now));
    EXPECT_FALSE(a.counter.examine(1, false, now));
    a.counter.top_up(1, now);
    a.counter.reset(now);
  }
  // This one, the last, and the one that the next is made of.
  EXPECT_LE(a.counter.windows(), 3U);
}

TEST(WindowCounts, WhatIsHeldForLongKeepsItsWindowAlone) {
  HourlyCounter a;
  Hold held = a.take(after({}));
  for (int hour = 1; hour < 1000; ++hour) {
    Hold hold = a.take(after(hours(hour)));
    a.counter.settle_as_reserved(hold);
  }
  EXPECT_LE(a.counter.windows(), 4U);
  EXPECT_EQ(a.counter.state(after({})).reserved, 10);
  a.counter.settle_as_reserved(held);
}

TEST(WindowCounts, AClockThatWasWrongForAWhileLosesNothing) {
  HourlyCounter a;
  Hold hold = a.take(after({}));
  a.counter.settle_as_reserved(hold);
  hold = a.take(after(hours(100'000)));
  a.counter.settle_as_reserved(hold);
  hold = a.take(after(seconds(1)));
  a.counter.settle_as_reserved(hold);
  EXPECT_EQ(a.counter.state(after({})).used, 20);
}

}  // namespace
}  // namespace tollgate::quotas
