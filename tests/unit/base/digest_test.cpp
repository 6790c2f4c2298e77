// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/digest.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

std::string_view view(const Sha256& sum) {
  return {reinterpret_cast<const char*>(sum.data()), sum.size()};
}

TEST(Sha256, MatchesThePublishedVector) {
  EXPECT_EQ(to_hex(view(sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Crc32c, MatchesThePublishedVectorAndContinues) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);  // RFC 3720 B.4's polynomial
  EXPECT_EQ(crc32c("456789", crc32c("123")), 0xE3069283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Hex, RoundTripsAndRefuses) {
  EXPECT_EQ(from_hex("00fFa5"), std::string("\x00\xFF\xA5", 3));
  EXPECT_FALSE(from_hex("0"));
  EXPECT_FALSE(from_hex("0g"));
}

TEST(Base64Url, RoundTripsEveryLength) {
  std::string bytes;
  for (int i = 0; i < 70; ++i) {
    EXPECT_EQ(from_base64url(to_base64url(bytes)), bytes);
    bytes.push_back(static_cast<char>(i * 37 + 200));
  }
}

TEST(Base64Url, RefusesWhatIsNotCanonical) {
  EXPECT_EQ(from_base64url("Zg"), "f");
  EXPECT_FALSE(from_base64url("Zh"));    // unused bits set
  EXPECT_FALSE(from_base64url("Zg=="));  // padded
  EXPECT_FALSE(from_base64url("Zm9v+/"));
  EXPECT_FALSE(from_base64url("Zm9 v"));
  EXPECT_FALSE(from_base64url("Z"));
}

}  // namespace
}  // namespace tollgate
