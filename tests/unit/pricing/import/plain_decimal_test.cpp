// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/plain_decimal.hpp"

#include <gtest/gtest.h>

namespace tollgate::pricing {
namespace {

std::string plain(std::string_view number, int shift) {
  const Result<std::string> text = plain_decimal(number, shift);
  return text ? *text : text.error().message;
}

TEST(PlainDecimal, MovesThePointAndLosesNoDigit) {
  EXPECT_EQ(plain("2.5e-06", 6), "2.5");
  EXPECT_EQ(plain("0.00125", 3), "0001.25");
  EXPECT_EQ(plain("4", 0), "4");
  EXPECT_EQ(plain("1E+2", 0), "100");
  EXPECT_EQ(plain("-0.5", 1), "-05");
  EXPECT_EQ(plain("1e-07", 6), "0.1");
}

TEST(PlainDecimal, RefusesWhatIsNoNumber) {
  for (const char* const text : {"", "-", ".5", "5.", "1.2.3", "1e", "1e99", "1,5", "0x10", "n/a"})
    EXPECT_EQ(plain(text, 6), "must be a number") << text;
}

TEST(ListedRate, IsAPriceAboveZero) {
  EXPECT_EQ(listed_rate("0.00125", 3, kPerMillion)->text, "1.25");
  EXPECT_EQ(listed_rate("0.0", 3, kPerMillion).error().message,
            "is 0, which is no price that is known");
  EXPECT_EQ(listed_rate("-1", 3, kPerMillion).error().message, "must not be negative");
}

}  // namespace
}  // namespace tollgate::pricing
