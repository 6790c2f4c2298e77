// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <utility>

#include "limits.hpp"

namespace tollgate::quotas {
namespace {

using std::chrono::hours;

TEST(Settle, WhatWasNotUsedIsThereAgain) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(50, 50));
  held.reservation.settle(use_of_tokens(20, 10), after({}));
  EXPECT_EQ(a.state().used, 30);
  EXPECT_EQ(a.state().reserved, 0);
  EXPECT_EQ(a.state().left, 70);
}

TEST(Settle, UseBeyondTheReserveAlwaysCounts) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(50, 50));
  held.reservation.settle(use_of_tokens(50, 90), after({}));
  EXPECT_EQ(a.state().left, -40);
  EXPECT_EQ(a.state().overshoot, 40);
  EXPECT_TRUE(a.reserve(demand_of(1)).exceeded);
}

TEST(Settle, UseBeyondTheReserveTakesWhatAnotherWouldHaveHad) {
  ClientQuotas a({tokens_a_day(1000)});
  a.reserve(demand_of(100)).reservation.settle(use_of_tokens(190), after({}));
  EXPECT_TRUE(a.reserve(demand_of(811)).exceeded);
  EXPECT_FALSE(a.reserve(demand_of(810)).exceeded);
}

TEST(Settle, HappensOnce) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(50));
  held.reservation.settle(use_of_tokens(10), after({}));
  held.reservation.settle(use_of_tokens(10), after({}));
  held.reservation.release(after({}));
  EXPECT_EQ(a.state().used, 10);
}

TEST(Settle, WhatIsUnknownStaysAsItWasReserved) {
  ClientQuotas a({tokens_a_day(100)});
  a.reserve(demand_of(50)).reservation.settle(Use{}, after({}));
  EXPECT_EQ(a.state().used, 50);
  EXPECT_EQ(a.state().reserved, 0);
}

TEST(Settle, DestroyedItStaysAsItWasReserved) {
  ClientQuotas a({tokens_a_day(100)});
  { const Reserved lost = a.reserve(demand_of(50)); }
  Reserved overwritten = a.reserve(demand_of(20));
  overwritten.reservation = Reservation();
  EXPECT_EQ(a.state().used, 70);
  EXPECT_EQ(a.state().reserved, 0);
}

TEST(Settle, ReleasedItHasNeverBeen) {
  ClientQuotas a({tokens_a_day(100), requests_a_minute(10)});
  a.reserve(demand_of(50)).reservation.release(after({}));
  for (const LimitState& state : a.quotas.states(after({}))) {
    EXPECT_EQ(state.used + state.reserved, 0);
  }
}

TEST(Settle, CountsInTheWindowOfItsReservation) {
  ClientQuotas a({tokens_a_day(100)});
  Reserved held = a.reserve(demand_of(80));
  Reserved next_day = a.reserve(demand_of(100), after(hours(15)));
  EXPECT_FALSE(next_day.exceeded);
  held.reservation.settle(use_of_tokens(1), after(hours(15)));
  EXPECT_EQ(a.state(after(hours(15))).left, 0);
  EXPECT_EQ(a.state().used, 1);
}

TEST(Settle, InAWindowLongPast) {
  ClientQuotas a({limit_of(Measure::tokens, Period::hour, 100)});
  Reserved held = a.reserve(demand_of(80));
  for (int hour = 1; hour < 100; ++hour) {
    a.reserve(demand_of(hour)).reservation.release(after({}));
    a.reserve(demand_of(hour), after(hours(hour)))
        .reservation.settle(use_of_tokens(hour), after({}));
    EXPECT_EQ(a.state(after(hours(hour))).used, hour);
  }
  EXPECT_EQ(a.state().reserved, 80);
  held.reservation.settle(use_of_tokens(7), after(hours(100)));
  EXPECT_EQ(a.state().used, 7);
}

TEST(Settle, ALongerAnswerTakesMore) {
  Limit limit = tokens_a_day(100);
  ClientQuotas a({limit});
  Reserved held = a.reserve(demand_of(50, 50));
  EXPECT_TRUE(held.reservation.extend(Demand{0, 0, 10, {}}, after({})));
  EXPECT_EQ(a.state().reserved, 110);
  held.reservation.settle(use_of_tokens(50, 55), after({}));
  EXPECT_EQ(a.state().used, 105);
}

TEST(Settle, WhereALimitCutsAnswersOneWithoutRoomTakesNoMore) {
  Limit cuts = tokens_a_day(100);
  cuts.on_exhausted = OnExhausted::cut;
  ClientQuotas a({limit_of(Measure::tokens, Period::minute, 1000), cuts});
  EXPECT_TRUE(a.set.cuts());
  Reserved held = a.reserve(demand_of(50, 40));
  EXPECT_TRUE(held.reservation.extend(Demand{0, 0, 10, {}}, after({})));
  EXPECT_FALSE(held.reservation.extend(Demand{0, 0, 1, {}}, after({})));
  EXPECT_EQ(a.quotas.states(after({})).at(0).used, 100);
  EXPECT_EQ(a.quotas.states(after({})).at(1).reserved, 100);
}

TEST(Parked, IsSettledOnceByItsRecord) {
  ClientQuotas a({limit_of(Measure::in_flight, Period::none, 1), tokens_a_day(100)});
  const Uuid record = make_uuid_v4();
  Reserved held = a.reserve(demand_of(60));
  Reserved at_deployment = a.reserve(demand_of(0));
  a.quotas.park(record, std::move(held.reservation), after(hours(26)).utc);
  a.quotas.park(record, Reservation(), after(hours(26)).utc);
  EXPECT_EQ(a.quotas.states(after({})).at(1).used, 0);  // in flight
  EXPECT_TRUE(a.quotas.settle_parked(record, use_of_tokens(5), after(hours(1))));
  EXPECT_FALSE(a.quotas.settle_parked(record, use_of_tokens(5), after(hours(1))));
  EXPECT_EQ(a.quotas.states(after({})).at(0).used, 5);
  EXPECT_EQ(a.quotas.parked(), 0U);
}

TEST(Parked, ExpiredStaysCountedAsReserved) {
  ClientQuotas a({tokens_a_day(100)});
  const Uuid record = make_uuid_v4();
  a.quotas.park(record, a.reserve(demand_of(60)).reservation, after(hours(2)).utc);
  EXPECT_EQ(a.quotas.expire(after(hours(1)).utc), 0U);
  EXPECT_EQ(a.quotas.expire(after(hours(2)).utc), 1U);
  EXPECT_EQ(a.state().used, 60);
  EXPECT_FALSE(a.quotas.settle_parked(record, use_of_tokens(5), after(hours(3))));
}

TEST(Charge, CountsWithoutAReservationInTheWindowOfTheRequest) {
  ClientQuotas a({tokens_a_day(100)});
  EXPECT_EQ(a.state(after(hours(15))).used, 0);
  a.quotas.charge(a.set, use_of_tokens(7), Demand{}, after(hours(15)).utc, after(hours(15)));
  a.quotas.charge(a.set, Use{}, demand_of(30), after(hours(15)).utc, after(hours(15)));
  a.quotas.charge(a.set, use_of_tokens(9), Demand{}, after({}).utc, after(hours(15)));
  EXPECT_EQ(a.state(after(hours(15))).used, 37);
  EXPECT_EQ(a.state().used, 9);
  // Nobody knows that window.
  a.quotas.charge(a.set, use_of_tokens(9), Demand{}, after(hours(-48)).utc, after(hours(15)));
  EXPECT_EQ(a.state(after(hours(15))).used, 37);
}

}  // namespace
}  // namespace tollgate::quotas
