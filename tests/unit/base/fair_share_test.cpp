// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/fair_share.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

/// How many of `all` places one gets of which others hold `others`.
std::size_t most_of(std::size_t all, std::size_t others = 0) {
  std::size_t own = 0;
  while (others + own < all && may_hold_one_more(own, others + own, all)) ++own;
  return own;
}

TEST(FairShare, OneAloneHoldsSevenEighths) {
  EXPECT_EQ(most_of(256), 224U);
  EXPECT_EQ(most_of(8), 7U);
  EXPECT_EQ(most_of(256, 224), 28U) << "and who comes then seven eighths of what is left";
}

TEST(FairShare, OfFewerThanEightTheLastIsNobodysSecond) {
  for (std::size_t all = 2; all < 8; ++all) EXPECT_EQ(most_of(all), all - 1) << all;
  EXPECT_EQ(most_of(1), 1U);
}

TEST(FairShare, WhoHoldsNoneMayHaveOne) {
  EXPECT_TRUE(may_hold_one_more(0, 3, 3));
  EXPECT_FALSE(may_hold_one_more(1, 4, 3)) << "more are held than there are";
}

}  // namespace
}  // namespace tollgate
