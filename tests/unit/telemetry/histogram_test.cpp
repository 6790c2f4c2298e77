// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/histogram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

namespace tollgate::telemetry {
namespace {

using testing::ElementsAre;

constexpr std::array kBounds{1.0, 10.0};

TEST(Histogram, CountsUpToAndIncludingABound) {
  Histogram histogram(kBounds);
  for (const double value : {0.0, 1.0, 1.5, 10.0, 10.1, 1e9}) histogram.observe(value);
  EXPECT_THAT(histogram.counts(), ElementsAre(2, 2, 2));
  EXPECT_EQ(histogram.count(), 6U);
  EXPECT_DOUBLE_EQ(histogram.sum(), 1e9 + 22.6);
}

TEST(Histogram, AddsAnother) {
  Histogram one(kBounds);
  Histogram two(kBounds);
  one.observe(1);
  two.observe(1);
  two.observe(100);
  one.add(two);
  EXPECT_THAT(one.counts(), ElementsAre(2, 0, 1));
  EXPECT_DOUBLE_EQ(one.sum(), 102);
  EXPECT_EQ(two.count(), 2U);
}

}  // namespace
}  // namespace tollgate::telemetry
