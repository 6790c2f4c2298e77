// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/text.hpp"

#include <gtest/gtest.h>

namespace tollgate {
namespace {

TEST(Text, ComparesWithoutCase) {
  EXPECT_TRUE(iequals("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(iequals("a", "ab"));
  EXPECT_EQ(to_lower("AbC-1"), "abc-1");
  EXPECT_EQ(trim(" \t a b \r\n"), "a b");
}

TEST(SanitizeUtf8, KeepsWellFormedText) {
  EXPECT_EQ(sanitize_utf8("grün €uro 😀", 100), "grün €uro 😀");
}

TEST(SanitizeUtf8, ReplacesMalformedSequencesAndControls) {
  EXPECT_EQ(sanitize_utf8("a\xFF"
                          "b",
                          100),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(sanitize_utf8("\xC0\xAF", 100), "\xEF\xBF\xBD\xEF\xBF\xBD");       // overlong
  EXPECT_EQ(sanitize_utf8("\xED\xA0\x80", 100).substr(0, 3), "\xEF\xBF\xBD");  // surrogate
  EXPECT_EQ(sanitize_utf8("a\nb\x1B[0m", 100), "a b [0m");
  EXPECT_EQ(sanitize_utf8("a\xC2\x9B"
                          "31m\xC2\xA0",
                          100),
            "a 31m\xC2\xA0");  // C1, but not U+00A0
  EXPECT_EQ(sanitize_utf8(std::string("\0x", 2), 100), " x");
}

TEST(SanitizeUtf8, CutsBetweenSequences) {
  EXPECT_EQ(sanitize_utf8("ab€", 4), "ab");
  EXPECT_EQ(sanitize_utf8("ab€", 5), "ab€");
  EXPECT_EQ(sanitize_utf8("\xE2\x82", 10), "\xEF\xBF\xBD\xEF\xBF\xBD");  // cut short at the end
}

}  // namespace
}  // namespace tollgate
