// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "match_view.hpp"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <array>
#include <string>

#include "unescape.hpp"

namespace tollgate::redaction {
namespace {

TEST(MatchView, PlainTextStaysWhereItStood) {
  const MatchView view = normalise("a@b.example");
  EXPECT_EQ(view.text(), "a@b.example");
  EXPECT_EQ(view.source_begin(3), 3U);
  EXPECT_EQ(view.source_end(3), 3U);
}

TEST(MatchView, FormsOfOneCharacterAreReadAlike) {
  EXPECT_EQ(normalise("ＡＢ１２＠．－").text(), "AB12@.-");
  EXPECT_EQ(normalise("٤١١١ ४१११ 𝟒𝟏𝟏𝟏 ④①").text(), "4111 4111 4111 41");
  EXPECT_EQ(normalise("a\u00A0b\u2003c").text(), "a b c");
  EXPECT_EQ(normalise("1\u20112\u20133\u22124").text(), "1-2-3-4");
  EXPECT_EQ(normalise("M\u00FCller").text(), "Muller");
  EXPECT_EQ(normalise("例え。jp").text(), "例え.jp");
}

TEST(MatchView, WhatCannotBeSeenIsLeftOutAndMarked) {
  const std::string text = "a\u200Bb\u00ADc\u2060d\u0336e";
  const MatchView view = normalise(text);
  EXPECT_EQ(view.text(), "abcde");
  EXPECT_FALSE(view.gap_at(0));
  for (std::size_t i = 1; i < 5; ++i) EXPECT_TRUE(view.gap_at(i)) << i;
  EXPECT_EQ(view.source_begin(1), 4U);
  EXPECT_EQ(text.substr(view.source_begin(1), view.source_end(2) - view.source_begin(1)), "b");
}

TEST(MatchView, WhatIsALineEndToSomeAndNothingToOthersIsReadInBothWays) {
  for (const std::string doubtful :
       {"\x01", "\x0B", "\x0C", "\x1B", "\x1F", "\x7F", "\u0080", "\u0085", "\u009F", "\u2028",
        "\u2029", "\u2800", "\uE000", "\uFFFC", "\uFFFD", "\uFFFF", "\U0010FFFD"}) {
    const std::string text = "41" + doubtful + "11";
    const MatchView apart = normalise(text);
    EXPECT_TRUE(apart.in_doubt()) << text;
    EXPECT_EQ(apart.text(), "41\n11");
    EXPECT_FALSE(apart.gap_at(2));
    const MatchView together = normalise(text, Doubtful::nothing);
    EXPECT_EQ(together.text(), "4111");
    EXPECT_TRUE(together.gap_at(2));
    EXPECT_EQ(together.source_begin(2), 2 + doubtful.size());
  }
  EXPECT_FALSE(normalise("\ta\r\nb\u200B\u00E9").in_doubt());
}

/// Derived core properties of Unicode 15: Default_Ignorable_Code_Point.
TEST(MatchView, DefaultIgnorableCharactersJoinWhatStandsAroundThem) {
  constexpr std::array<std::array<utf8proc_int32_t, 2>, 17> kIgnorable{{{0xAD, 0xAD},
                                                                        {0x34F, 0x34F},
                                                                        {0x61C, 0x61C},
                                                                        {0x115F, 0x1160},
                                                                        {0x17B4, 0x17B5},
                                                                        {0x180B, 0x180F},
                                                                        {0x200B, 0x200F},
                                                                        {0x202A, 0x202E},
                                                                        {0x2060, 0x206F},
                                                                        {0x3164, 0x3164},
                                                                        {0xFE00, 0xFE0F},
                                                                        {0xFEFF, 0xFEFF},
                                                                        {0xFFA0, 0xFFA0},
                                                                        {0xFFF0, 0xFFF8},
                                                                        {0x1BCA0, 0x1BCA3},
                                                                        {0x1D173, 0x1D17A},
                                                                        {0xE0000, 0xE0FFF}}};
  for (const auto& [first, last] : kIgnorable) {
    for (utf8proc_int32_t point = first; point <= last; ++point) {
      std::array<utf8proc_uint8_t, 4> bytes{};
      const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
      const std::string text =
          "41" + std::string(reinterpret_cast<const char*>(bytes.data()), size) + "11";
      EXPECT_EQ(normalise(text, Doubtful::nothing).text(), "4111") << std::hex << point;
    }
  }
}

TEST(MatchView, BytesThatAreNoUtf8AreLeftOut) {
  const MatchView view = normalise(
      "41\xFF"
      "11\xC3\xE2\x80"
      "2");
  EXPECT_EQ(view.text(), "41112");
  EXPECT_TRUE(view.gap_at(2));
  EXPECT_EQ(view.source_begin(4), 8U);
}

TEST(MatchView, EveryDecimalDigitIsTheNextAfterItsNeighbour) {
  int digits = 0;
  for (utf8proc_int32_t point = 0; point < 0x110000; ++point) {
    if (utf8proc_category(point) != UTF8PROC_CATEGORY_ND) continue;
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
    const std::string read =
        normalise(std::string_view(reinterpret_cast<const char*>(bytes.data()), size)).text();
    EXPECT_EQ(read, std::string(1, static_cast<char>('0' + digits % 10))) << point;
    ++digits;
  }
  EXPECT_GE(digits, 660);
}

TEST(MatchView, NothingGrowsMuch) {
  for (utf8proc_int32_t point = 1; point < 0x110000; ++point) {
    if (!utf8proc_codepoint_valid(point)) continue;
    std::array<utf8proc_uint8_t, 4> bytes{};
    const auto size = static_cast<std::size_t>(utf8proc_encode_char(point, bytes.data()));
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), size);
    ASSERT_LE(normalise(text).text().size(), 4 * size) << point;
  }
}

TEST(Unescape, ReadsWhatEscapesStandFor) {
  EXPECT_EQ(unescaped("a%40b \\u0040 \\x40 &#64; &#x40; &commat;").text(), "a@b @ @ @ @ @");
  EXPECT_EQ(unescaped("\\ud83d\\ude00").text(), "😀");
  EXPECT_EQ(unescaped("\\\\u0040").text(), "@");
  EXPECT_EQ(unescaped("%2540").text(), "@");
  EXPECT_EQ(unescaped("100% \\q &x; \\u00g0 %zz &#;").text(), "100% \\q &x; \\u00g0 %zz &#;");
  EXPECT_EQ(unescaped("&#99999999; &#x00110000; &#000;").text(),
            std::string("\uFFFD \uFFFD \0", 9));
  EXPECT_FALSE(has_escapes("100% \\q &x;"));
}

TEST(Unescape, LeavesControlSequencesOfTerminalsOut) {
  EXPECT_EQ(unescaped("4111\x1B[1;31m1111\x1B[0m").text(), "41111111");
  EXPECT_EQ(unescaped("4111\\u001b[31m1111").text(), "41111111");
  EXPECT_TRUE(has_escapes("a\x1B[Kb"));
  for (const std::string none :
       {"\x1B", "\x1B[", "\x1B[31", "\x1B]x", "\x1B[411111111111111111111111111111111111m"}) {
    EXPECT_FALSE(has_escapes(none)) << none;
  }
}

TEST(Unescape, KeepsPlacesThroughBothRounds) {
  const std::string text = "x%2540y";
  const MatchView view = normalise(unescaped(text));
  EXPECT_EQ(view.text(), "x@y");
  EXPECT_EQ(view.source_begin(1), 1U);
  EXPECT_EQ(view.source_end(2), 6U);
  EXPECT_FALSE(view.gap_at(2));
}

}  // namespace
}  // namespace tollgate::redaction
