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

// A name that turned the direction of writing read as another one.
TEST(SanitizeUtf8, TakesOutWhatTurnsTheDirectionOfWriting) {
  for (const char* const control : {"\u202E", "\u2066", "\u2069", "\u200F", "\u061C", "\u2028"})
    EXPECT_EQ(sanitize_utf8(std::string("a") + control + "b", 100), "a b");
  EXPECT_EQ(sanitize_utf8("\u2010\u2070\u200D", 100), "\u2010\u2070\u200D");
}

TEST(Printable, ShowsWhatWasThereAndObeysNothing) {
  EXPECT_EQ(printable("a\x1B]0;owned\x07\n"), "a\uFFFD]0;owned\uFFFD\uFFFD");
  EXPECT_EQ(printable("a\u202Eb"),
            "a\uFFFD"
            "b");
  EXPECT_EQ(printable("\xFF grün"), "\uFFFD grün");
  EXPECT_EQ(printable_lines("a\tb\n\x1B[2J"), "a\tb\n\uFFFD[2J");
}

}  // namespace
}  // namespace tollgate
