// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_slice.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::audit {
namespace {

TEST(JsonSlice, ATextIsComparedAsWhatItSpells) {
  EXPECT_TRUE(JsonSlice(R"("role")").is_text("role"));
  EXPECT_TRUE(JsonSlice(R"("r\u006fle")").is_text("role"));
  EXPECT_TRUE(JsonSlice(R"("\u0072\u006f\u006c\u0065")").is_text("role"));
  EXPECT_TRUE(JsonSlice(R"("\"")").is_text("\""));
  EXPECT_TRUE(JsonSlice(R"("")").is_text(""));
  for (const char* other : {R"("rolf")", R"("rol")", R"("roles")", R"("rol\n")", "7", "null", "[]"})
    EXPECT_FALSE(JsonSlice(other).is_text("role")) << other;
  EXPECT_FALSE(JsonSlice("7").is_text(""));
  EXPECT_FALSE(JsonSlice(R"("\b")").is_text("\\b")) << "as long, and spells something else";
}

TEST(JsonSlice, AWholeValueIsTakenAsItIs) {
  EXPECT_EQ(JsonSlice::whole(R"("a\"b")").text(), "a\"b");
  EXPECT_EQ(JsonSlice::whole("12").integer(), 12);
}

/// Whatever stands where it is read in one piece.
TEST(JsonSlice, AContainerEndsWithItsOwnBracketWhereverItStands) {
  for (std::size_t before = 0; before < 130; ++before) {
    const std::string filling(before, ' ');
    for (const std::string inner :
         {R"("a")", R"("\\")", R"("\"")", R"("}]")", R"("\\\"]}")", R"("Y_y{[")", R"([1,{"b":[]}])",
          R"("\\\\")", R"({"c":"\\","d":"\""})", "{}"}) {
      const std::string list = "[" + filling + inner + ",\"" + filling + "\"," + inner + "]";
      const std::string member = R"({"x":)" + list + R"(,"y":1})";
      EXPECT_EQ(JsonSlice(" " + member + "\n ").raw(), member);
      EXPECT_EQ(JsonSlice(member)["x"].raw(), list) << member;
      EXPECT_EQ(JsonSlice(member)["y"].integer(), 1) << member;
    }
  }
}

}  // namespace
}  // namespace tollgate::audit
