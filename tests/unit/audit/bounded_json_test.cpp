// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "bounded_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "usage/every_way.hpp"

namespace tollgate::audit {
namespace {

/// `text: ` or `json: `, what is kept, and ` (cut)`.
std::string kept(std::string_view text, std::size_t bound = 10'000,
                 BoundedJson::Halves halves = BoundedJson::Halves::mended) {
  return usage::read_every_way(text, [&](const usage::Pieces& pieces) {
    BoundedJson json(bound, halves);
    for (const std::string_view piece : pieces) json.feed(piece);
    const BoundedJson::Kept result = json.finish();
    return (result.json ? "json: " : "text: ") + result.text + (result.cut ? " (cut)" : "");
  });
}

TEST(BoundedJson, WellFormedJsonStaysToTheByte) {
  for (const std::string_view text :
       {R"({"a":[1,-2.5e+3,true,false,null,""],"b":{},"c":[]})", R"( [ 1 , "x" ] )",
        R"("\"\\\/\b\f\n\r\té\uD83D\ude00")", "12", "\"\xF0\x9F\x98\x80\"", "null"}) {
    EXPECT_EQ(kept(text), "json: " + std::string(text));
  }
}

TEST(BoundedJson, WhatIsNoJsonIsText) {
  for (const std::string_view text : {"hello", "12 monkeys", "{a:1}", "[1,]", "{\"a\":1}{\"b\":2}",
                                      "[DONE]", "{\"a\" 1}", "[01]", "tru", "[1}", "{\"a\":nul}"}) {
    EXPECT_EQ(kept(text), "text: " + std::string(text));
  }
}

TEST(BoundedJson, WhatBreaksOffIsClosed) {
  EXPECT_EQ(kept(R"({"a":"x)"), R"(json: {"a":""} (cut))");
  EXPECT_EQ(kept(R"({"a":"x\)"), R"(json: {"a":""} (cut))");
  EXPECT_EQ(kept(R"({"a":"x\u12)"), R"(json: {"a":""} (cut))");
  EXPECT_EQ(kept(R"({"a":1,"b)"), R"(json: {"a":1} (cut))");
  EXPECT_EQ(kept(R"({"a":1,"b":)"), R"(json: {"a":1} (cut))");
  EXPECT_EQ(kept(R"({"a":1,"b":12)"), R"(json: {"a":1} (cut))");
  EXPECT_EQ(kept(R"([{"a":[1,)"), R"(json: [{"a":[1]}] (cut))");
  EXPECT_EQ(kept(R"([)"), R"(json: [] (cut))");
  EXPECT_EQ(kept("\"abc"), "json: \"\" (cut)") << "it may have been half a value";
}

TEST(BoundedJson, EveryBoundGivesWellFormedJsonWithinIt) {
  const std::string text =
      R"({"a":"é\ud83d\ude00\n","b":[[1,22,{"c":"xyz"}],null,true],"d":{"e":"\u0000"}})";
  for (std::size_t bound = 2; bound < text.size(); ++bound) {
    const std::string result = kept(text, bound);
    ASSERT_TRUE(result.starts_with("json: ")) << result;
    const std::string json = result.substr(6, result.size() - 12);
    EXPECT_LE(json.size(), bound);
    EXPECT_TRUE(nlohmann::json::accept(json)) << json;
  }
  EXPECT_EQ(kept(text, text.size() + 1), "json: " + text);
}

TEST(BoundedJson, StringsAreMended) {
  EXPECT_EQ(kept("\"a\xFF\""), "json: \"a\xEF\xBF\xBD\"");
  EXPECT_EQ(kept("\"\xE2\x82\""), "json: \"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(kept("\"a\nb\x01\""), R"(json: "a\u000ab\u0001")");
  EXPECT_EQ(kept(R"("\x \u12g4 \u")"), R"(json: "\\x \\u12g4 \\u")");
  EXPECT_EQ(kept(R"("\ud83d \ude00 \ud83d\ud83d\ude00 \ud83d\n \ud83dA")"),
            R"(json: "\ufffd \ufffd \ufffd\ud83d\ude00 \ufffd\n \ufffdA")");
  EXPECT_EQ(kept(R"("\ud83d")", 100, BoundedJson::Halves::stay), R"(json: "\ud83d")");
}

TEST(BoundedJson, WhatNestsTooDeepIsNull) {
  const auto nested = [](std::size_t levels, std::string_view inside) {
    return std::string(levels, '[') + std::string(inside) + std::string(levels, ']');
  };
  const std::string deepest = nested(BoundedJson::kDeepest, "");
  EXPECT_EQ(kept(deepest), "json: " + deepest);
  EXPECT_EQ(kept(nested(BoundedJson::kDeepest, R"([{"\"]":["]\\"]}],1)")),
            "json: " + nested(BoundedJson::kDeepest, "null,1") + " (cut)");
}

}  // namespace
}  // namespace tollgate::audit
