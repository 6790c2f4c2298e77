// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/amount.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace tollgate::pricing {
namespace {

std::string read(std::string_view text, int decimals = kPicoDecimals) {
  const Result<Int128> number = parse_decimal(text, decimals);
  return number ? to_fixed(*number, 0) : number.error().message;
}

std::string price(std::string_view text) {
  const Result<Int128> number = parse_price(text);
  return number ? to_decimal(*number, kPicoDecimals) : number.error().message;
}

TEST(Amount, IsReadExactly) {
  EXPECT_EQ(read("4"), "4000000000000");
  EXPECT_EQ(read("0.40"), "400000000000");
  EXPECT_EQ(read("0.000000000001"), "1");
  EXPECT_EQ(read("-12.5", 4), "-125000");
  EXPECT_EQ(read("007.50", 2), "750");
  EXPECT_EQ(read("0"), "0");
  EXPECT_EQ(read("0.0000000000010000"), "1") << "zeros at the end say nothing";
}

TEST(Amount, IsRefusedWhenItIsNoPlainDecimal) {
  const std::string wrong = "must be a decimal number such as 4 or 0.40";
  for (const char* const text :
       {"", "-", ".5", "5.", "4e-07", "1_000", " 4", "4 ", "+4", "0x4", "NaN", "1.2.3", "--4"}) {
    EXPECT_EQ(read(text), wrong) << text;
  }
  EXPECT_EQ(read("$2.50"), wrong + ", without a currency sign");
  EXPECT_EQ(read("2.50\xE2\x82\xAC"), wrong + ", without a currency sign") << "euros";
  EXPECT_EQ(read("-12%"), wrong + ", without a percent sign");
  EXPECT_EQ(read("1,5"), wrong + ", with a point and no comma");
}

TEST(Amount, IsRefusedWhenItWouldHaveToBeRounded) {
  EXPECT_EQ(read("0.0000000000001"), "must have at most 12 decimals, or it is not exact");
  EXPECT_EQ(read("12.34567", 4), "must have at most 4 decimals, or it is not exact");
}

TEST(Amount, IsRefusedWhenItDoesNotFit) {
  EXPECT_EQ(read("1000000000000"), "must be smaller: it has too many digits");
  EXPECT_EQ(read("999999999999"), "999999999999000000000000");
}

TEST(Amount, OfAPriceHasLimits) {
  EXPECT_EQ(price("0.014"), "0.014");
  EXPECT_EQ(price("0"), "0");
  EXPECT_EQ(price("1000000000"), "1000000000");
  EXPECT_EQ(price("1000000000.01"), "must be at most 1000000000 currency units");
  EXPECT_EQ(price("-1"), "must not be negative");
}

TEST(Amount, IsWrittenWithTheDigitsItNeedsOrWithAll) {
  EXPECT_EQ(to_decimal(0, 9), "0");
  EXPECT_EQ(to_decimal(400'000'000, 9), "0.4");
  EXPECT_EQ(to_decimal(-125'000, 4), "-12.5");
  EXPECT_EQ(to_decimal(7, 0), "7");
  EXPECT_EQ(to_decimal(700, 0), "700");
  EXPECT_EQ(to_fixed(400'000'000, 9), "0.400000000");
  EXPECT_EQ(to_fixed(-1, 9), "-0.000000001");
}

TEST(Amount, IsDividedToTheNearestAndInTheMiddleToTheEven) {
  EXPECT_TRUE(divide_half_even(5, 10) == 0);
  EXPECT_TRUE(divide_half_even(15, 10) == 2);
  EXPECT_TRUE(divide_half_even(25, 10) == 2);
  EXPECT_TRUE(divide_half_even(26, 10) == 3);
  EXPECT_TRUE(divide_half_even(24, 10) == 2);
  EXPECT_TRUE(divide_half_even(-5, 10) == 0);
  EXPECT_TRUE(divide_half_even(-15, 10) == -2);
  EXPECT_TRUE(divide_half_even(-26, 10) == -3);
  EXPECT_TRUE(divide_half_even(1, 3) == 0) << "an odd divisor has no middle";
  EXPECT_TRUE(divide_half_even(2, 3) == 1);
}

TEST(Amount, APercentageIsAddedAndRoundedOnceHalfToEven) {
  EXPECT_TRUE(adjusted(200, "") == Int128{200});
  EXPECT_TRUE(adjusted(200, "-12.5") == Int128{175});
  EXPECT_TRUE(adjusted(10, "5") == Int128{10}) << "10.5";
  EXPECT_TRUE(adjusted(30, "5") == Int128{32}) << "31.5";
  EXPECT_TRUE(adjusted(1'000'000, "0.0001") == Int128{1'000'001});
  EXPECT_FALSE(adjusted(200, "a lot"));
  const Int128 large = Int128{std::numeric_limits<std::int64_t>::max()};
  EXPECT_FALSE(adjusted(large * large, "1"));
}

TEST(Amount, OverflowIsToldAndNotWrapped) {
  const Int128 large = Int128{std::numeric_limits<std::int64_t>::max()};
  EXPECT_TRUE(times(large, large).has_value());
  EXPECT_FALSE(times(large * large, 3).has_value());
  EXPECT_FALSE(plus(large * large * 2, large * large).has_value());
  EXPECT_EQ(to_int64(large), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(to_int64(large + 1), std::nullopt);
}

}  // namespace
}  // namespace tollgate::pricing
