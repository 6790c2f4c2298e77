// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/sparing.hpp"

#include <gtest/gtest.h>

namespace tollgate::telemetry::log {
namespace {

TEST(Sparing, LogsTheFirstAtOnceAndThenOnceAMinuteWithTheCountOfTheOthers) {
  Sparing sparing;
  const SteadyTime begun = SteadyTime() + seconds(1000);
  EXPECT_EQ(sparing.next(begun), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(sparing.next(begun + seconds(i)), std::nullopt);
  EXPECT_EQ(sparing.next(begun + seconds(60)), 5);
  EXPECT_EQ(sparing.next(begun + seconds(61)), std::nullopt);
  EXPECT_EQ(sparing.next(begun + seconds(200)), 1);
}

}  // namespace
}  // namespace tollgate::telemetry::log
