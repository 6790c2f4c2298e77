// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/hex.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Hex, RoundTripsAndRefuses) {
  EXPECT_EQ(from_hex("00fFa5"), std::string("\x00\xFF\xA5", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

}  // namespace
}  // namespace tollgate
