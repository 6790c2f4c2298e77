// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/name_index.hpp"

#include <string>

#include <gtest/gtest.h>

namespace tollgate {
namespace {

struct Row {
  std::string_view name;
  int value = 0;
};

constexpr std::array kRows{Row{"id", 1}, Row{"model", 2}, Row{"usage", 3}, Row{"error", 4},
                           Row{"usage", 5}};
constexpr NameIndex kIndex(kRows);

TEST(NameIndex, FindsEveryNameAtItsFirstRow) {
  EXPECT_EQ(kIndex.find("id"), 0U);
  EXPECT_EQ(kIndex.find("model"), 1U);
  EXPECT_EQ(kIndex.find("usage"), 2U);
  EXPECT_EQ(kIndex.find("error"), 3U);
}

TEST(NameIndex, FindsNoOtherName) {
  for (const std::string& name : {std::string(), std::string("i"), std::string("ID"),
                                  std::string("modem"), std::string("usage "), std::string(31, 'x'),
                                  std::string(32, 'x'), std::string(100'000, 'x')}) {
    EXPECT_EQ(kIndex.find(name), kRows.size()) << name.substr(0, 40);
  }
}

TEST(NameIndex, KnowsANameInAnyCase) {
  static constexpr NameIndex kNames(std::array<std::string_view, 2>{"te", "keep-alive"});
  EXPECT_TRUE(kNames.contains_in_any_case("TE"));
  EXPECT_TRUE(kNames.contains_in_any_case("Keep-Alive"));
  EXPECT_FALSE(kNames.contains_in_any_case("tf"));
  EXPECT_FALSE(kNames.contains_in_any_case("keep_alive"));
  EXPECT_FALSE(kNames.contains_in_any_case(""));
}

}  // namespace
}  // namespace tollgate
