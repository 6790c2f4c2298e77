// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "text_bytes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::redaction {
namespace {

TEST(TextBytes, TellWhatATextIsOfWhereverItStands) {
  for (std::size_t before = 0; before < 40; ++before) {
    const std::string blanks(before, ' ');
    const TextBytes word(blanks + "abcdefghijklmnopqrstuvwxyz@1");
    EXPECT_EQ(word.longest_word(), 28U) << before;
    EXPECT_EQ(word.digits(), 1U) << before;
    EXPECT_TRUE(word.plain()) << before;
    EXPECT_TRUE(word.has_any("@")) << before;
    EXPECT_FALSE(word.has_any("#A")) << before;
    for (const char* odd : {"\x7F", "\xC3\xA4", "\x01", "\x1B"})
      EXPECT_FALSE(TextBytes(blanks + odd + "a").plain()) << before << " " << odd;
    for (const char* seen : {"\t", "\r\n", "~"})
      EXPECT_TRUE(TextBytes(blanks + seen + "a").plain()) << before << " " << seen;
  }
}

TEST(TextBytes, AWordGoesFromBlankToBlank) {
  const std::string text = "a bcd\tefghi\njk";
  EXPECT_EQ(TextBytes(text).longest_word(), 5U);
  EXPECT_EQ(TextBytes(text + "lmnopqrs").longest_word(), 10U);
  EXPECT_EQ(TextBytes(std::string(100, 'a') + " " + std::string(40, 'b')).longest_word(), 100U);
  EXPECT_EQ(TextBytes("").longest_word(), 0U);
}

}  // namespace
}  // namespace tollgate::redaction
