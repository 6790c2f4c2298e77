// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_slice.hpp"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace tollgate::audit
