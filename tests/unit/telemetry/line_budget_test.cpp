// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/line_budget.hpp"

#include <gtest/gtest.h>

namespace tollgate::telemetry::log {
namespace {

TEST(LineBudget, GivesSoManyLinesASecondAndCountsTheOthers) {
  LineBudget budget;
  const SteadyTime begun = SteadyTime() + seconds(1000);
  for (int i = 0; i < LineBudget::kLines; ++i) EXPECT_EQ(budget.next(begun), 0);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(budget.next(begun + milliseconds(999)), std::nullopt);
  EXPECT_EQ(budget.next(begun + seconds(1)), 5);
  EXPECT_EQ(budget.next(begun + seconds(1)), 0);
  EXPECT_EQ(budget.next(begun + seconds(100)), 0);
}

}  // namespace
}  // namespace tollgate::telemetry::log
