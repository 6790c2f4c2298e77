// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "json_cursor.hpp"

#include <gtest/gtest.h>

#include <string>

#include "every_way.hpp"

namespace tollgate::usage {
namespace {

/// "key=value;..." for each member, then "!" when the text was malformed and "|rest" for what
/// stands behind.
std::string walk(std::string_view text, std::size_t at = 0) {
  // In a buffer of its own size: the cursor may not read past the end of its text.
  const CutInput copy(text, [&] { return text.size(); });
  if (!copy.pieces().empty()) text = copy.pieces().front();
  JsonCursor cursor(text, at);
  if (!cursor.enter()) return "no object";
  std::string out;
  while (const auto member = cursor.next()) {
    EXPECT_EQ(text[member->key_begin], '"');
    out.append(member->raw_key).append("=");
    out.append(text, member->value_begin, member->value_end - member->value_begin).append(";");
  }
  if (cursor.failed()) return out + "!";
  const std::string_view rest = text.substr(cursor.position());
  EXPECT_EQ(cursor.at_end(), rest.find_first_not_of(" \t\r\n") == rest.npos);
  return out + (rest.empty() ? "" : "|" + std::string(rest));
}

TEST(JsonCursor, ReportsEachMemberAsItStands) {
  EXPECT_EQ(walk(R"({"a":1,"b":"x,}\"","c":{"d":[1,{"e":2}]},"f":[],"g":null})"),
            R"(a=1;b="x,}\"";c={"d":[1,{"e":2}]};f=[];g=null;)");
  EXPECT_EQ(walk(" \r\n{\t\"a\" : -1.5e+3 ,\n\"b\":true } "), "a=-1.5e+3;b=true;| ");
  EXPECT_EQ(walk("{}"), "");
  EXPECT_EQ(walk(R"({"\u0061\\":"\\"})"), R"(\u0061\\="\\";)");
}

TEST(JsonCursor, StartsWhereItIsTold) {
  EXPECT_EQ(walk(R"(data: {"a":1}tail)", 5), "a=1;|tail");
  EXPECT_EQ(walk(R"({"a":{"b":2},"c":3})", 5), R"(b=2;|,"c":3})");
}

TEST(JsonCursor, StopsWhereMembersCannotBeToldApart) {
  for (const char* const text :
       {"{",           R"({")",           R"({"a)",      R"({"a\)",          R"({"a")",
        R"({"a":)",    R"({"a":"x)",      R"({"a":"x\)", R"({"a":1)",        R"({"a":1,)",
        R"({"a":1,})", R"({,"a":1})",     R"({"a" 1})",  R"({"a":})",        R"({"a":[1)",
        R"({"a":[1})", R"({"a":{]})",     R"({"a":[}])", R"({"a":1 "b":2})", R"({a:1})",
        R"({'a':1})",  R"({"a":1;"b":2})"}) {
    EXPECT_EQ(walk(text).back(), '!') << text;
  }
  for (const char* const text : {"", " ", "[]", "1", "\"{\"", "\xEF\xBB\xBF{}"}) {
    EXPECT_EQ(walk(text), "no object") << text;
  }
}

TEST(JsonCursor, StepsOverAnyNestingWithoutRecursion) {
  const std::string nested = std::string(100'000, '[') + std::string(100'000, ']');
  EXPECT_TRUE(walk("{\"a\":" + nested + ",\"b\":1}") == "a=" + nested + ";b=1;");
  EXPECT_TRUE(walk("{\"a\":[" + nested + ",\"b\":1}") == "!") << "one bracket is left open";
}

TEST(JsonCursor, SpellsEscapedText) {
  EXPECT_EQ(unescape_json(R"(plain)"), "plain");
  EXPECT_EQ(unescape_json(R"(\"\\\/\n\u00e4\ud83d\ude00)"), "\"\\/\n\xC3\xA4\xF0\x9F\x98\x80");
  EXPECT_EQ(unescape_json(R"(\ud800)"), "") << "half of a surrogate pair is no text";
  EXPECT_TRUE(key_is(R"(mo\u0064el)", "model"));
  EXPECT_FALSE(key_is(R"(mo\\u0064el)", "model"));
  EXPECT_FALSE(key_is("models", "model"));
}

}  // namespace
}  // namespace tollgate::usage
