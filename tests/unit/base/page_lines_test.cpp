// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/page_lines.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate {
namespace {

using Lines = std::vector<std::string>;

// A table of names with umlauts was askew, and its lines broken too early.
TEST(PageLines, AreAsWideAsTheirCodePoints) {
  EXPECT_EQ(width_of("Zürich"), 6U);
  EXPECT_EQ(to_the_right("ü", 3), "  ü");
  EXPECT_EQ(to_the_left("ü", 3), "ü  ");
  EXPECT_EQ(to_the_left("long", 3), "long");
  EXPECT_EQ(broken_lines("ää öö", {5, 5}, LongWord::whole), (Lines{"ää öö"}));
}

TEST(PageLines, AreBrokenAtBlanks) {
  EXPECT_EQ(broken_lines("", {4, 4}, LongWord::whole), (Lines{""}));
  EXPECT_EQ(broken_lines("a bc def", {4, 3}, LongWord::whole), (Lines{"a bc", "def"}));
  EXPECT_EQ(broken_lines("a abcdefg b", {4, 4}, LongWord::whole), (Lines{"a", "abcdefg", "b"}));
  EXPECT_EQ(broken_lines("a äbcdefg b", {4, 3}, LongWord::cut), (Lines{"a", "äbc", "def", "g b"}));
}

// It stood alone on the next line.
TEST(PageLines, KeepThePercentSignBehindItsNumber) {
  EXPECT_EQ(broken_lines("4 per 10, -12 %", {13, 13}, LongWord::whole),
            (Lines{"4 per 10,", "-12 %"}));
}

}  // namespace
}  // namespace tollgate
