// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/content_memory.hpp"

#include <gtest/gtest.h>

namespace tollgate::capture {
namespace {

TEST(ContentMemory, GivesNoMoreThanItsLimit) {
  ContentMemory memory;
  memory.change_limit(100);
  ContentHold first(memory);
  ContentHold second(memory);
  EXPECT_TRUE(first.grow_to(60));
  EXPECT_FALSE(second.grow_to(41));
  EXPECT_TRUE(second.grow_to(40));
  EXPECT_TRUE(first.grow_to(10)) << "it holds more already";
  EXPECT_FALSE(first.grow_to(61));
  EXPECT_EQ(memory.held(), 100U);
  second.give_back();
  EXPECT_TRUE(first.grow_to(100));
}

TEST(ContentMemory, AHoldTakesItsMemoryAlongAndGivesItBackOnce) {
  ContentMemory memory;
  memory.change_limit(100);
  {
    ContentHold first(memory);
    ASSERT_TRUE(first.grow_to(30));
    ContentHold second(std::move(first));
    EXPECT_EQ(second.held(), 30U);
    ContentHold third(memory);
    ASSERT_TRUE(third.grow_to(20));
    third = std::move(second);
    EXPECT_EQ(memory.held(), 30U);
  }
  EXPECT_EQ(memory.held(), 0U);
}

TEST(ContentMemory, ALowerLimitTakesNothingAway) {
  ContentMemory memory;
  memory.change_limit(100);
  ContentHold hold(memory);
  ASSERT_TRUE(hold.grow_to(80));
  memory.change_limit(50);
  EXPECT_FALSE(hold.grow_to(81));
  EXPECT_EQ(memory.held(), 80U);
}

}  // namespace
}  // namespace tollgate::capture
