// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_escape.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::redaction {
namespace {

std::string around(const std::string& json, std::size_t at) {
  const JsonEscape escape = json_escape_around(json, at);
  return json.substr(escape.begin, escape.end - escape.begin);
}

TEST(JsonEscape, APlaceInsideOfOneIsToldFromThoseBesideIt) {
  const std::string json = R"("a\n\\u0041\u0041u1234")";
  for (std::size_t at = 1; at < json.size(); ++at) {
    const bool in_line_feed = at == 3;
    const bool in_backslash = at == 5;
    const bool in_long = at > 11 && at < 17;
    EXPECT_EQ(around(json, at), in_line_feed   ? R"(\n)"
                                : in_backslash ? R"(\\)"
                                : in_long      ? R"(\u0041)"
                                               : "")
        << at;
  }
}

TEST(JsonEscape, OfAnEvenNumberOfBackslashesNoneIsLeft) {
  EXPECT_EQ(around(R"("\\\\n")", 5), "");
  EXPECT_EQ(around(R"("\\\\\n")", 6), R"(\n)");
}

}  // namespace
}  // namespace tollgate::redaction
