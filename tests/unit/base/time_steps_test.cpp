// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/time_steps.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

constexpr std::chrono::seconds kDay{86'400};

TEST(TimeSteps, MicrosecondsAreRoundedDownAlsoBefore1970) {
  EXPECT_EQ(seconds_of(1'999'999), 1);
  EXPECT_EQ(seconds_of(2'000'000), 2);
  EXPECT_EQ(seconds_of(-1), -1);
  EXPECT_EQ(seconds_of(-1'000'000), -1);
}

TEST(TimeSteps, AStepHoldsItsFirstSecondAndNotTheNextOnes) {
  EXPECT_EQ(step_start(86'399, kDay), 0);
  EXPECT_EQ(step_start(86'400, kDay), 86'400);
  EXPECT_EQ(step_start(-1, kDay), -86'400);
  EXPECT_EQ(step_start(-86'400, kDay), -86'400);
  EXPECT_EQ(step_start(1'000, std::chrono::seconds(900)), 900);
}

}  // namespace
}  // namespace tollgate
