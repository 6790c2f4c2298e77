// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/fair_memory.hpp"

#include <gtest/gtest.h>

#include <array>

namespace tollgate {
namespace {

class FairMemoryTest : public testing::Test {
 protected:
  FairMemoryTest() { memory_.change_limit(1200); }
  /// How much a client gets in bodies of 10 bytes.
  std::size_t greedy(const char* client) {
    std::size_t got = 0;
    while (memory_.take(memory_.account(client), 10)) got += 10;
    return got;
  }
  FairMemory memory_;
};

TEST_F(FairMemoryTest, OneClientAloneGetsHalf) { EXPECT_EQ(greedy("a"), 600U); }

TEST_F(FairMemoryTest, ALargestBodyOfHalfOfItIsTaken) {
  EXPECT_TRUE(memory_.take(memory_.account("a"), 600));
  EXPECT_FALSE(memory_.take(memory_.account("b"), 601));
}

TEST_F(FairMemoryTest, WhoeverComesLateFindsSome) {
  greedy("a");
  EXPECT_EQ(greedy("b"), 300U);
  EXPECT_EQ(greedy("c"), 150U);
}

TEST_F(FairMemoryTest, TwoThatWantAllSettleAtAThirdEach) {
  FairMemory::Account& a = memory_.account("a");
  FairMemory::Account& b = memory_.account("b");
  for (int i = 0; i < 1000; ++i) {
    for (FairMemory::Account* one : {&a, &b}) {
      if (memory_.take(*one, 10)) continue;
      memory_.give_back(*one, 20);
      (void)memory_.take(*one, 10);
    }
  }
  EXPECT_NEAR(static_cast<double>(a.held), 400, 30);
  EXPECT_NEAR(static_cast<double>(b.held), 400, 30);
}

TEST_F(FairMemoryTest, SaysWhoseDoingItIs) {
  greedy("a");
  EXPECT_EQ(memory_.take(memory_.account("a"), 10).error().code, Errc::throttled);
  EXPECT_EQ(memory_.take(memory_.account("b"), 601).error().code, Errc::unavailable);
  EXPECT_EQ(memory_.take(memory_.account("b"), 601).error().message, "no memory is left");
  EXPECT_EQ(memory_.account("b").held, 0U) << "nothing is held by who was refused";
}

TEST_F(FairMemoryTest, AHoldGivesBackWhatItTook) {
  {
    MemoryHold hold(memory_, memory_.account("a"));
    ASSERT_TRUE(hold.grow_to(100));
    ASSERT_TRUE(hold.grow_to(50));
    ASSERT_TRUE(hold.grow_to(200));
    EXPECT_EQ(memory_.held(), 200U);
    EXPECT_FALSE(hold.grow_to(700));
    EXPECT_EQ(memory_.held(), 200U);
  }
  EXPECT_EQ(memory_.held(), 0U);
  EXPECT_EQ(memory_.account("a").held, 0U);
}

TEST_F(FairMemoryTest, AHoldTakesItsMemoryAlongAndGivesItBackOnce) {
  {
    MemoryHold first(memory_, memory_.account("a"));
    ASSERT_TRUE(first.grow_to(30));
    MemoryHold second(std::move(first));
    EXPECT_EQ(second.held(), 30U);
    MemoryHold third(memory_, memory_.account("b"));
    ASSERT_TRUE(third.grow_to(20));
    third = std::move(second);
    EXPECT_EQ(memory_.held(), 30U);
    EXPECT_EQ(memory_.account("b").held, 0U);
    EXPECT_EQ(third.another().held(), 0U);
  }
  EXPECT_EQ(memory_.held(), 0U);
  EXPECT_EQ(memory_.account("a").held, 0U);
}

TEST_F(FairMemoryTest, AHoldGivesBackWhatItNoLongerNeeds) {
  MemoryHold hold(memory_, memory_.account("a"));
  ASSERT_TRUE(hold.grow_to(100));
  hold.shrink_to(200);
  EXPECT_EQ(memory_.held(), 100U) << "it never held more";
  hold.shrink_to(40);
  EXPECT_EQ(memory_.held(), 40U);
  EXPECT_EQ(memory_.account("a").held, 40U);
}

TEST_F(FairMemoryTest, ALowerLimitTakesNothingAway) {
  MemoryHold hold(memory_, memory_.account("a"));
  ASSERT_TRUE(hold.grow_to(80));
  memory_.change_limit(50);
  EXPECT_FALSE(hold.grow_to(81));
  EXPECT_EQ(memory_.held(), 80U);
}

}  // namespace
}  // namespace tollgate
