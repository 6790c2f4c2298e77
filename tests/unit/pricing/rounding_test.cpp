// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rounding.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <numeric>
#include <random>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

using Parts = std::vector<std::int64_t>;

/// Nanos with three decimals, as grains.
Int128 nanos(std::int64_t thousandths) { return kGrainsPerNano / 1000 * thousandths; }

TEST(Rounding, TakesTheRestToTheLargestRests) {
  const auto rounded = round_amounts({nanos(1'400), nanos(2'700), nanos(3'500)});
  EXPECT_EQ(rounded->sum, 8) << "7.6";
  EXPECT_EQ(rounded->parts, (Parts{1, 3, 4}));
}

TEST(Rounding, AmongEqualRestsTheFirstIsTaken) {
  const auto rounded = round_amounts({nanos(500), nanos(500), nanos(500)});
  EXPECT_EQ(rounded->sum, 2) << "1.5 to the even one";
  EXPECT_EQ(rounded->parts, (Parts{1, 1, 0}));
}

TEST(Rounding, InTheMiddleGoesToTheEven) {
  EXPECT_EQ(round_amounts({nanos(500)})->sum, 0);
  EXPECT_EQ(round_amounts({nanos(1'500)})->sum, 2);
  EXPECT_EQ(round_amounts({nanos(2'500)})->sum, 2);
  EXPECT_EQ(round_amounts({nanos(2'500) + 1})->sum, 3);
}

TEST(Rounding, OfNothingIsNothing) { EXPECT_EQ(round_amounts({})->sum, 0); }

TEST(Rounding, RefusesWhatDoesNotFit) {
  const Int128 most = Int128{std::numeric_limits<std::int64_t>::max()} * kGrainsPerNano;
  EXPECT_EQ(round_amounts({most})->sum, std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(round_amounts({most, kGrainsPerNano}));
  EXPECT_FALSE(grains_of(std::int64_t{1} << 53, rate("1000000000", 1), 0));
}

TEST(Rounding, OneTokenAtTheFinestPriceIsExact) {
  EXPECT_TRUE(*grains_of(1, rate("0.000000000001", kPerMillion), 0) * kPerMillion ==
              kGrainsPerPico);
  EXPECT_TRUE(*grains_of(3, rate("0.000000000001", kPerHour), 0) * kPerHour == 3 * kGrainsPerPico);
  EXPECT_TRUE(*grains_of(1, rate("1", 1), -120'000) == nanos(880'000'000'000));
}

TEST(Rounding, PartsAlwaysAddUpAndNoneIsOffByAWholeNano) {
  std::mt19937_64 random(4711);
  for (int i = 0; i < 20'000; ++i) {
    std::vector<Int128> grains(1 + random() % 8);
    for (Int128& amount : grains)
      amount = Int128(random() % 1'000'000'000) * (random() % 900'000'000);
    const auto rounded = round_amounts(grains);
    ASSERT_EQ(std::accumulate(rounded->parts.begin(), rounded->parts.end(), std::int64_t{0}),
              rounded->sum);
    for (std::size_t part = 0; part < grains.size(); ++part) {
      const Int128 off = Int128{rounded->parts[part]} * kGrainsPerNano - grains[part];
      ASSERT_TRUE(off < kGrainsPerNano && off > -kGrainsPerNano);
    }
  }
}

}  // namespace
}  // namespace tollgate::pricing
