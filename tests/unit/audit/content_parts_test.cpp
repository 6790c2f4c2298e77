// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/audit/content_parts.hpp"

#include <gtest/gtest.h>

namespace tollgate::audit {
namespace {

std::string units(std::size_t count) { return std::string(count, 'a'); }

TEST(ContentParts, ExactlyOnePartThenTwo) {
  EXPECT_EQ(cut_content(units(kPartUnits)).parts.size(), 1U);
  const CutContent cut = cut_content(units(kPartUnits + 1));
  ASSERT_EQ(cut.parts.size(), 2U);
  EXPECT_EQ(cut.parts[1].text, "a");
  EXPECT_EQ(cut.parts[0].parts, 2U);
  EXPECT_EQ(cut.bytes, kPartUnits + 1);
}

TEST(ContentParts, EmptyContentIsOneEmptyPartWithItsHash) {
  const CutContent cut = cut_content("");
  ASSERT_EQ(cut.parts.size(), 1U);
  EXPECT_EQ(cut.sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_TRUE(join_content(cut.parts, cut.sha256).whole());
}

TEST(ContentParts, ACharacterOfTwoUnitsIsNotDivided) {
  const CutContent cut = cut_content(
      "a\xF0\x9F\x98\x80"
      "b\xC3\xA9",
      2);
  ASSERT_EQ(cut.parts.size(), 3U);
  EXPECT_EQ(cut.parts[0].text, "a");
  EXPECT_EQ(cut.parts[1].text, "\xF0\x9F\x98\x80");
  EXPECT_EQ(cut.parts[2].text, "b\xC3\xA9");
}

TEST(ContentParts, WhatIsNoUtf8IsStatedAndReplaced) {
  const CutContent cut = cut_content("a\xFF\xED\xA0\x80z\xE2\x82");
  EXPECT_EQ(cut.replaced, 6U);
  EXPECT_EQ(cut.parts[0].text,
            "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(ContentParts, PutTogetherInAnyOrderAndFromDuplicates) {
  const CutContent cut = cut_content("one two three", 4);
  ASSERT_EQ(cut.parts.size(), 4U);
  const auto& p = cut.parts;
  const JoinedContent joined = join_content({p[3], p[1], p[0], p[2], p[1]}, cut.sha256);
  EXPECT_EQ(joined.text, "one two three");
  EXPECT_TRUE(joined.whole());
}

TEST(ContentParts, MissingPartsAreNamed) {
  const CutContent cut = cut_content("one two three", 4);
  const JoinedContent joined = join_content({cut.parts[1], cut.parts[2]}, cut.sha256);
  EXPECT_EQ(joined.missing, (std::vector<std::uint32_t>{1, 4}));
  EXPECT_FALSE(joined.changed);
  EXPECT_EQ(join_content({}, cut.sha256).missing, std::vector<std::uint32_t>{1});
}

TEST(ContentParts, ChangesAreSeen) {
  const CutContent cut = cut_content("one two three", 4);
  auto other_text = cut.parts;
  other_text[2].text[0] = 'X';
  EXPECT_TRUE(join_content(other_text, cut.sha256).changed);
  auto other_count = cut.parts;
  other_count.pop_back();
  for (ContentPart& part : other_count) part.parts = 3;
  EXPECT_TRUE(join_content(other_count, cut.sha256).changed);
  auto two_texts = cut.parts;
  two_texts.push_back({2, 4, "four"});
  EXPECT_TRUE(join_content(two_texts, cut.sha256).changed);
  EXPECT_TRUE(join_content({{7, 4, "x"}}, cut.sha256).changed);
}

}  // namespace
}  // namespace tollgate::audit
