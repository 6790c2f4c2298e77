// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "plain_json.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include <nlohmann/json.hpp>

#include "bounded_json.hpp"

namespace tollgate::audit {
namespace {

constexpr std::size_t kDeep = 4;

TEST(PlainJson, IsStrictJsonWithoutAnythingToMend) {
  EXPECT_EQ(plain_json_depth("{}", kDeep), 1U);
  EXPECT_EQ(plain_json_depth("[1,{\"a\":[true, null ,-1.5e+3]}] \n", kDeep), 3U);
  EXPECT_EQ(plain_json_depth(R"({"a\u0041\/\n":"\ud7ff\ue000 \u00e9 e"})", kDeep), 1U);
  EXPECT_EQ(plain_json_depth("[\"\xC3\xA9\xF0\x9F\x98\x80\"]", kDeep), 1U);
  EXPECT_EQ(plain_json_depth("[[[[]]]]", kDeep), 4U);
  for (const std::string_view other : {"",
                                       "1",
                                       "\"a\"",
                                       " {}",
                                       "{",
                                       "{}x",
                                       "{}{}",
                                       "[1,]",
                                       "[,1]",
                                       "{\"a\"}",
                                       "{\"a\":}",
                                       "{\"a\":1,}",
                                       "{\"a\" 1}",
                                       "{a:1}",
                                       "[01]",
                                       "[1.]",
                                       "[tru]",
                                       "[truer]",
                                       "[1 2]",
                                       "[\"a]",
                                       "[\"\\\"]",
                                       "[\"\\x\"]",
                                       "[\"\\u12\"]",
                                       "[\"\\u12g4\"]",
                                       "[\"\\ud83d\\ude00\"]",
                                       "[\"\\uDE00\"]",
                                       "[\"\n\"]",
                                       "[\"\xFF\"]",
                                       "[\"\xC3\"]",
                                       "[\xC3\xA9]",
                                       "{]",
                                       "[}",
                                       "[[[[[]]]]]",
                                       "\xEF\xBB\xBF{}"}) {
    EXPECT_EQ(plain_json_depth(other, kDeep), std::nullopt) << other;
  }
}

/// Read byte by byte it is never taken whole.
BoundedJson::Kept kept(const std::string& text, std::size_t most, bool whole) {
  BoundedJson json(most);
  if (whole) json.feed(text);
  for (std::size_t i = 0; !whole && i < text.size(); ++i) json.feed(text.substr(i, 1));
  return json.finish();
}

/// A plain text with a byte changed, within every bound.
TEST(PlainJson, IsKeptAsItWouldBeStepByStep) {
  const std::string plain = R"([{"a":[1,"\u0041b\\",{}],"\"":-2.5},[[],null], "\u00e9" ] )";
  std::mt19937 random(20261129);
  std::size_t taken = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string text = plain;
    if (i > 0) text[random() % text.size()] = "{}[]\"\\,:a1 \xFF\n"[random() % 13];
    if (!plain_json_depth(text, BoundedJson::kDeepest)) continue;
    ++taken;
    ASSERT_TRUE(nlohmann::json::accept(text)) << text;
    const std::size_t most = i % 4 == 0 ? 1'000 : 2 + random() % (text.size() + 8);
    const BoundedJson::Kept whole = kept(text, most, true);
    const BoundedJson::Kept steps = kept(text, most, false);
    ASSERT_EQ(whole.text, steps.text) << text << " in " << most;
    ASSERT_EQ(whole.json, steps.json) << text << " in " << most;
    ASSERT_EQ(whole.cut, steps.cut) << text << " in " << most;
  }
  EXPECT_GT(taken, 200U);
}

}  // namespace
}  // namespace tollgate::audit
