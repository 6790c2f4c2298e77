// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "clean_words.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tollgate/redaction/json_redaction.hpp"
#include "tollgate/redaction/rules.hpp"

namespace tollgate::redaction {
namespace {

TEST(CleanWords, KnowAWordUnderItsMembersNameAlone) {
  CleanWords words;
  EXPECT_FALSE(words.has("role", "user"));
  words.add("role", "user");
  EXPECT_TRUE(words.has("role", "user"));
  EXPECT_FALSE(words.has("password", "user"));
  EXPECT_FALSE(words.has("", "user"));
  EXPECT_FALSE(words.has("role", "use"));
}

TEST(CleanWords, HoldLittleOfWhatPeopleWrite) {
  CleanWords words;
  for (const char* text : {"Ann", "two words", "\xC3\xA4", "a@b"}) {
    words.add("content", text);
    EXPECT_FALSE(words.has("content", text)) << text;
  }
  const std::string longer(CleanWords::kLongest + 1, 'a');
  words.add("", longer);
  words.add(longer, "a");
  EXPECT_FALSE(words.has("", longer) || words.has(longer, "a"));
}

TEST(CleanWords, AreNoMoreThanTheirBound) {
  CleanWords words;
  words.add("", "first");
  for (std::size_t i = 0; i <= CleanWords::kMost; ++i) words.add("", std::to_string(i));
  EXPECT_FALSE(words.has("", "first"));
  EXPECT_TRUE(words.has("", std::to_string(CleanWords::kMost)));
}

// What was clean as one member's value is searched anew as another's.
TEST(CleanWords, AWordThatIsASecretByItsNameIsFound) {
  const Rules rules = Rules::compile({}).value();
  for (int i = 0; i < 2; ++i) {
    Replacer replacer;
    EXPECT_EQ(
        redact_json(rules, replacer, R"({"name":"correct4horse","client_secret":"correct4horse"})"),
        R"({"name":"correct4horse","client_secret":"[ASSIGNED_SECRET_1]"})");
  }
}

}  // namespace
}  // namespace tollgate::redaction
