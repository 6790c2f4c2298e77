// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/nearest_name.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate {
namespace {

TEST(NearestName, CountsCharacters) {
  EXPECT_EQ(edit_distance("sweden", "sweden"), 0U);
  EXPECT_EQ(edit_distance("sweden", "swedn"), 1U);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
}

TEST(NearestName, IsTwoCharactersAwayAtMost) {
  const std::vector<std::string> names{"sweden", "france", "gpt-4o"};
  EXPECT_EQ(nearest_name("swedn", names), "sweden");
  EXPECT_EQ(nearest_name("frnace", names), "france");
  EXPECT_EQ(nearest_name("spain", names), "");
  EXPECT_EQ(did_you_mean("gpt4o", names), "; did you mean gpt-4o?");
  EXPECT_EQ(did_you_mean("norway", names), "");
  EXPECT_EQ(nearest_name("west", std::vector<std::string>{"east"}), "");
  EXPECT_EQ(nearest_name("eu", std::vector<std::string>{"us", "uk"}), "")
      << "of short names nearly every other is two characters away";
}

}  // namespace
}  // namespace tollgate
