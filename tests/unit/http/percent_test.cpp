// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/percent.hpp"

#include <gtest/gtest.h>

namespace tollgate::http {
namespace {

TEST(PercentEncode, LeavesOnlyUnreservedBytes) {
  EXPECT_EQ(percent_encode("a-Z_0.~"), "a-Z_0.~");
  EXPECT_EQ(percent_encode("https://x/.default &\xFF"), "https%3A%2F%2Fx%2F.default%20%26%FF");
}

TEST(PercentDecode, ReadsEveryByteOnceAndLeavesPlusSigns) {
  EXPECT_EQ(percent_decode("include%5B%5d=a+b"), "include[]=a+b");
  EXPECT_EQ(percent_decode("%2525"), "%25");
  EXPECT_EQ(percent_decode("%00"), std::string(1, '\0'));
  EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentDecode, RefusesAPercentSignWithoutTwoDigits) {
  for (const char* text : {"%", "a%2", "%zz", "%%25"}) EXPECT_FALSE(percent_decode(text)) << text;
}

}  // namespace
}  // namespace tollgate::http
