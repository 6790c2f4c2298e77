// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/forecast.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace tollgate::reports {
namespace {

TEST(Forecast, ALineGoesOnWithoutDoubt) {
  std::vector<double> days;
  for (int i = 0; i < 20; ++i) days.push_back(100 + 2 * i);
  const auto found = forecast(days, 3);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->expected, 140 + 142 + 144, 1e-9);
  EXPECT_NEAR(found->low, found->expected, 1e-6);
  EXPECT_NEAR(found->high, found->expected, 1e-6);
  EXPECT_NEAR(found->slope, 2, 1e-9);
  EXPECT_EQ(found->days, 20U);
}

// By hand: 14 days that are 9 and 11 in turn. The means are 10 and 6.5, Sxx 227.5, Sxy 7, the slope
// 0.0307692; the squares that are left are 14 - 7^2/227.5 = 13.784615, of 12 degrees of freedom
// 1.1487179; t is 1.356. The day that comes is 10 + 0.0307692 x 7.5, its variance 1 + 1/14 +
// 7.5^2/227.5 times that of a day.
TEST(Forecast, ScatterMakesAnInterval) {
  std::vector<double> days;
  for (int i = 0; i < 14; ++i) days.push_back(i % 2 == 0 ? 9 : 11);
  const auto found = forecast(days, 1);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->expected, 10.2307692, 1e-6);
  EXPECT_NEAR(found->high - found->expected, 1.356 * 1.2307, 1e-3);
  EXPECT_NEAR(found->expected - found->low, 1.356 * 1.2307, 1e-3);
}

TEST(Forecast, NothingIsLessThanNothing) {
  std::vector<double> days;
  for (int i = 0; i < 20; ++i) days.push_back(20 - i);
  const auto found = forecast(days, 30);
  EXPECT_EQ(found->expected, 0);
  EXPECT_EQ(found->low, 0);
  EXPECT_TRUE(found->below_zero);
  EXPECT_FALSE(forecast(std::vector<double>(20, 1.0), 30)->below_zero);
}

// What list prices come to more than the capacity costs is below 0 by right.
TEST(Forecast, AmountsBelowZeroAreNotCutOff) {
  const auto found = forecast(std::vector<double>(20, -5.0), 2);
  EXPECT_NEAR(found->expected, -10, 1e-9);
  EXPECT_FALSE(found->below_zero);
}

TEST(Forecast, TooFewDaysAreRefused) {
  const std::vector<double> days(kFewestDays - 1, 1.0);
  EXPECT_EQ(forecast(days, 1).error().message,
            "a forecast needs at least 14 whole days, and 13 are there");
  EXPECT_TRUE(forecast(std::vector<double>(kFewestDays, 1.0), 1));
}

}  // namespace
}  // namespace tollgate::reports
