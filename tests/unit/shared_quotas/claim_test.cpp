// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "claim.hpp"

#include <gtest/gtest.h>

namespace tollgate::shared_quotas {
namespace {

SteadyTime after(int time_ms) { return SteadyTime(std::chrono::hours(1)) + milliseconds(time_ms); }

TEST(Claim, WhatIsHeldIsNotAhead) {
  Claim claim;
  claim.grant(100);
  claim.hold(60);
  EXPECT_EQ(claim.ahead(), 40);
  claim.take(60);
  EXPECT_EQ(claim.ahead(), 40);
  EXPECT_EQ(claim.taken(), 60);
  claim.hold(10);
  claim.drop(10);
  claim.grant(-40);
  EXPECT_EQ(claim.ahead(), 0);
}

TEST(Claim, OnlyWhoTakesMuchWantsSomethingAhead) {
  Claim claim;
  for (int i = 0; i < 3; ++i) claim.note(10, after(0));
  EXPECT_EQ(claim.ahead_wanted(after(260)), 0) << "three requests";
  for (int i = 0; i < 8; ++i) claim.note(10, after(300 + i));
  EXPECT_EQ(claim.ahead_wanted(after(400)), 0) << "the quarter of a second is not over";
  EXPECT_EQ(claim.ahead_wanted(after(520)), 80);
  EXPECT_EQ(claim.ahead_wanted(after(2000)), 0) << "that was long ago";
}

TEST(Claim, ALossIsToldOnce) {
  Claim claim;
  EXPECT_FALSE(claim.was_lost());
  claim.tell_lost();
  EXPECT_TRUE(claim.was_lost());
  EXPECT_FALSE(claim.was_lost());
}

}  // namespace
}  // namespace tollgate::shared_quotas
