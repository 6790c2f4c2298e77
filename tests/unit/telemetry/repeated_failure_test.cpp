// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/repeated_failure.hpp"

#include <gtest/gtest.h>

namespace tollgate::telemetry::log {
namespace {

// It was logged every 30 seconds, 2,880 times a day.
TEST(RepeatedFailure, IsLoggedOnceAtAChangeAndOnceAnHour) {
  RepeatedFailure failure;
  const SteadyTime begin{};
  int lines = 0;
  for (int look = 0; look < 2 * 120; ++look)
    lines += failure.is_news("damaged", begin + look * seconds(30)) ? 1 : 0;
  EXPECT_EQ(lines, 2);
  const SteadyTime later = begin + seconds(7'200) + seconds(1);
  EXPECT_TRUE(failure.is_news("another", later));
  EXPECT_FALSE(failure.is_news("another", later + seconds(30)));
  EXPECT_FALSE(failure.is_news("", later + seconds(60)));
  EXPECT_TRUE(failure.is_news("another", later + seconds(90))) << "it came back";
}

}  // namespace
}  // namespace tollgate::telemetry::log
