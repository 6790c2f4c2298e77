// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "char_class.hpp"

#include <string_view>

#include <gtest/gtest.h>

namespace tollgate::tokenizer {
namespace {

TEST(CharClass, TableAndAsciiFunctionAgree) {
  for (unsigned c = 0; c < 128; ++c)
    EXPECT_EQ(class_of(c), ascii_class(static_cast<unsigned char>(c))) << c;
}

TEST(CharClass, KnowsCodePointsOfEveryClass) {
  EXPECT_EQ(class_of(0x00E9), lower);
  EXPECT_EQ(class_of(0x01C5), upper);   // titlecase Dž
  EXPECT_EQ(class_of(0x10C48), other);  // Old Turkic, no case
  EXPECT_EQ(class_of(0x10D50), upper);  // Garay, new in Unicode 16
  EXPECT_EQ(class_of(0x02B0), other);   // modifier letter
  EXPECT_EQ(class_of(0x4E00), other);
  EXPECT_EQ(class_of(0x3134A), other);  // the last of an extension of the ideographs
  EXPECT_EQ(class_of(0x0301), mark);
  EXPECT_EQ(class_of(0xE01EF), mark);  // in the last block
  EXPECT_EQ(class_of(0x0660), number);
  EXPECT_EQ(class_of(0x2168), number);  // Roman numeral
  EXPECT_EQ(class_of(0x0085), space);
  EXPECT_EQ(class_of(0x2028), space);
  EXPECT_EQ(class_of(0x200B), sign);  // zero width space is none
  EXPECT_EQ(class_of(0x1F600), sign);
  EXPECT_EQ(class_of(0x16EA0), sign);  // a letter in Unicode 17 only
  EXPECT_EQ(class_of(0xE000), sign);
  EXPECT_EQ(class_of(0x10FFFF), sign);
}

TEST(CharClass, DecodesEveryLength) {
  const auto expect = [](std::string_view bytes, unsigned klass) {
    const Char c = char_at(bytes.data());
    EXPECT_EQ(c.klass, klass) << bytes;
    EXPECT_EQ(c.length, bytes.size()) << bytes;
  };
  expect("Z", upper);
  expect("ß", lower);
  expect("\u3000", space);
  expect("한", other);
  expect("😀", sign);
  expect("𝟙", number);
}

}  // namespace
}  // namespace tollgate::tokenizer
