// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/usage/json_lexemes.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>

#include <nlohmann/json.hpp>

// Against an independent reader of JSON, whatever pieces the bytes come in.
namespace tollgate::usage {
namespace {

bool takes_scalar(std::string_view text, std::size_t piece) {
  JsonScalar scalar;
  if (text.empty() || !scalar.begin(text.front())) return false;
  for (std::size_t at = 1; at < text.size(); at += piece) {
    if (!scalar.take(text.substr(at, piece))) return false;
  }
  return scalar.complete();
}

TEST(JsonScalar, TakesEveryScalarAndNoOther) {
  std::mt19937 random(3);
  int taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text;
    for (std::size_t size = 1 + random() % 7; size > 0; --size) {
      text.push_back("0123-+.eE1truefalsn"[random() % 19]);
    }
    const std::size_t exponent = std::min(text.find_first_of("eE"), text.size());
    if (text.size() - exponent > 3)
      continue;  // what is too large for a double is JSON all the same
    const bool expected = nlohmann::json::accept(text);
    taken += expected ? 1 : 0;
    ASSERT_EQ(takes_scalar(text, 1), expected) << text;
    ASSERT_EQ(takes_scalar(text, 100), expected) << text;
  }
  EXPECT_GT(taken, 10'000);
  for (const char* text : {"true", "false", "null", "0", "-0", "-12.50e-07", "1E+2"}) {
    EXPECT_TRUE(takes_scalar(text, 1)) << text;
    EXPECT_TRUE(takes_scalar(text, 2)) << text;
  }
  for (const char* text : {"nan", "infinity", "True", "tru", "truex", "01", "+1", ".5", "1.", "0x1",
                           "1_0", "--1", "1e", "nulll", "-"}) {
    EXPECT_FALSE(takes_scalar(text, 1)) << text;
  }
}

bool takes_escape(std::string_view behind) {
  JsonEscape escape;
  escape.begin();
  for (const char c : behind) {
    if (!escape.is_open() || !escape.take(c)) return false;
  }
  return !escape.is_open();
}

TEST(JsonEscape, TakesThoseOfTheStandard) {
  for (int c = 0; c < 256; ++c) {
    const std::string one(1, static_cast<char>(c));
    const bool known = std::string("\"\\/bfnrt").find(one) != std::string::npos;
    EXPECT_EQ(takes_escape(one), known) << c;
    const bool hex = c < 128 && std::isxdigit(c) != 0;
    EXPECT_EQ(takes_escape("u00a" + one), hex) << c;
  }
  EXPECT_TRUE(takes_escape("uD83d")) << "half a character, as clients that cut text send it";
  EXPECT_FALSE(takes_escape("u12"));
  EXPECT_FALSE(takes_escape("U0041"));
}

bool takes_utf8(std::string_view text, std::size_t piece) {
  Utf8Check check;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    if (!check.take(text.substr(at, piece))) return false;
  }
  return check.complete();
}

TEST(Utf8Check, TakesEveryCharacterAndNoOther) {
  std::mt19937 random(5);
  constexpr std::string_view kEdges =
      "\x41\x7F\x80\x8F\x90\x9F\xA0\xBF\xC0\xC1\xC2\xDF\xE0\xE1\xEC\xED\xEE\xEF\xF0\xF1\xF3\xF4\xF5"
      "\xFF";
  int taken = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text(random() % 3 == 0 ? 15 + random() % 4 : 0, 'x');
    for (std::size_t size = 1 + random() % 4; size > 0; --size) {
      text.push_back(kEdges[random() % kEdges.size()]);
    }
    const bool expected = nlohmann::json::accept("\"" + text + "\"");
    taken += expected ? 1 : 0;
    ASSERT_EQ(takes_utf8(text, 1), expected);
    ASSERT_EQ(takes_utf8(text, 100), expected);
  }
  EXPECT_GT(taken, 5'000);
}

}  // namespace
}  // namespace tollgate::usage
