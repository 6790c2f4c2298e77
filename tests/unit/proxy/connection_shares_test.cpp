// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/proxy/connection_shares.hpp"

#include <gtest/gtest.h>

namespace tollgate::proxy {
namespace {

class ConnectionSharesTest : public testing::Test {
 protected:
  /// One more connection of the client; false: it has its share.
  bool connect(const char* client) {
    shares_.enter();
    if (shares_.assign(shares_.account(client))) return true;
    shares_.leave();
    return false;
  }
  std::size_t most(const char* client) {
    std::size_t out = 0;
    while (connect(client)) ++out;
    return out;
  }

  ConnectionShares shares_;
};

TEST_F(ConnectionSharesTest, OneAloneHoldsSevenEighthsAndTheNextOfWhatIsLeft) {
  shares_.change_limit(800);
  EXPECT_EQ(most("greedy"), 700U);
  EXPECT_EQ(most("second"), 88U);
  EXPECT_EQ(most("third"), 11U);
  EXPECT_TRUE(connect("fourth")) << "whoever comes finds one";
}

// Strangers give way, so that they make no client's share smaller.
TEST_F(ConnectionSharesTest, StrangersTakeNothingOfIt) {
  shares_.change_limit(80);
  for (int i = 0; i < 80; ++i) shares_.enter();
  std::size_t held = 0;
  while (shares_.assign(shares_.account("a"))) ++held;
  EXPECT_EQ(held, 70U);
}

TEST_F(ConnectionSharesTest, WhatIsGivenBackMayBeTakenAgain) {
  shares_.change_limit(16);
  const std::size_t held = most("greedy");
  shares_.release(shares_.account("greedy"));
  shares_.leave();
  EXPECT_EQ(most("greedy"), 1U);
  EXPECT_EQ(shares_.account("greedy").held, held);
}

TEST_F(ConnectionSharesTest, OfFewTheLastIsNobodysSecond) {
  for (const std::size_t limit : {2U, 3U, 7U}) {
    ConnectionShares few;
    few.change_limit(limit);
    for (std::size_t i = 1; i < limit; ++i) {
      EXPECT_TRUE(few.enter());
      EXPECT_TRUE(few.assign(few.account("greedy"))) << i << " of " << limit;
    }
    EXPECT_TRUE(few.enter());
    EXPECT_FALSE(few.assign(few.account("greedy")));
    EXPECT_TRUE(few.assign(few.account("other")));
  }
  ConnectionShares one;
  one.change_limit(1);
  EXPECT_TRUE(one.enter());
  EXPECT_TRUE(one.assign(one.account("only")));
  EXPECT_FALSE(one.enter());
}

}  // namespace
}  // namespace tollgate::proxy
