// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/crc32c.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Crc32c, MatchesThePublishedVectorAndContinues) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);  // RFC 3720 B.4's polynomial
  EXPECT_EQ(crc32c("456789", crc32c("123")), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

}  // namespace
}  // namespace tollgate
