// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/highest_cost.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace tollgate::pricing {
namespace {

/// Per million tokens: in 4 and 8 for audio, out 20.
PriceEntry entry() {
  PriceEntry out;
  out.rates[index_of(PriceClass::input)] = make_rate(Int128(4'000'000'000'000), kPerMillion);
  out.rates[index_of(PriceClass::audio_input)] = make_rate(Int128(8'000'000'000'000), kPerMillion);
  out.rates[index_of(PriceClass::output)] = make_rate(Int128(20'000'000'000'000), kPerMillion);
  return out;
}

TEST(HighestCost, TakesTheDearestClassOfEachSide) {
  EXPECT_EQ(highest_cost(entry(), {1'000'000, 0}, 0), 8'000'000'000);
  EXPECT_EQ(highest_cost(entry(), {1, 1}, 0), 28'000);
  EXPECT_EQ(highest_cost(entry(), {}, 0), 0);
}

TEST(HighestCost, TakesTheDearestBand) {
  PriceEntry banded = entry();
  banded.bands.push_back({100, entry().rates});
  banded.bands[0].rates[index_of(PriceClass::output)] =
      make_rate(Int128(40'000'000'000'000), kPerMillion);
  EXPECT_EQ(highest_cost(banded, {0, 1}, 0), 40'000);
}

TEST(HighestCost, HasTheAdjustmentInItAndIsRoundedUp) {
  EXPECT_EQ(highest_cost(entry(), {1'000'000, 0}, -120'000), 7'040'000'000);
  EXPECT_EQ(highest_cost(entry(), {1'000'000, 0}, -1'000'000), 0);
  PriceEntry tiny;
  tiny.rates[index_of(PriceClass::input)] = make_rate(1, kPerMillion);
  EXPECT_EQ(highest_cost(tiny, {1, 0}, 0), 1);
}

TEST(HighestCost, OfImagesTheDearestSize) {
  PriceEntry images;
  images.image_rates = {{"", "", make_rate(Int128(40'000'000'000), 1)},
                        {"1024x1024", "hd", make_rate(Int128(80'000'000'000), 1)}};
  EXPECT_EQ(highest_cost(images, {0, 0, 3}, 0), 240'000'000);
}

TEST(HighestCost, IsBounded) {
  PriceEntry dear;
  dear.rates[index_of(PriceClass::input)] = make_rate(Int128(1) << 69, 1);
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
  EXPECT_EQ(highest_cost(dear, {kMost, 0}, 0), kMost);
}

}  // namespace
}  // namespace tollgate::pricing
