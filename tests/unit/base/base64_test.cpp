// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/base64.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Base64, IsPaddedAndOfTheOrdinaryAlphabet) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("foob"), "Zm9vYg==");
  EXPECT_EQ(to_base64("\xFB\xFF\xFE"), "+//+");
}

TEST(Base64, IsReadStrictly) {
  for (const char* const text : {"", "f", "fo", "foo", "foob", "\xFB\xFF\xFE"}) {
    EXPECT_EQ(from_base64(to_base64(text)), text);
  }
  for (const char* const text :
       {"Zg", "Zg=", "Zg===", "Zh==", "Z===", "Zg==Zg==", "-_-_", "Zm9 "}) {
    EXPECT_FALSE(from_base64(text)) << text;
  }
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
