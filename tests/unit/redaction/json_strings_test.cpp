// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/json_strings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::redaction {
namespace {

using testing::ElementsAre;

/// Every text that is asked for, in order.
std::vector<std::string> texts_of(std::string_view body) {
  std::vector<std::string> out;
  const std::string same = rewrite_json_strings(body, [&](std::string_view text) {
    out.emplace_back(text);
    return std::optional<std::string>();
  });
  EXPECT_EQ(same, body) << "to the byte";
  return out;
}

std::string with_x_for(const std::string& body, const std::string& text) {
  return rewrite_json_strings(body, [&](std::string_view one) {
    return one == text ? std::optional<std::string>("X \"y\"\n") : std::nullopt;
  });
}

TEST(JsonStrings, AreGivenAsWhatTheySpell) {
  EXPECT_THAT(texts_of(R"( {"a": "J\u00f6rg \"J\"", "b":[1, "x\ny", true,""]} )"),
              ElementsAre("J\xC3\xB6rg \"J\"", "x\ny", ""));
}

TEST(JsonStrings, JsonInAStringIsJsonWithItsNames) {
  EXPECT_THAT(texts_of(R"({"arguments":"{\"Jane Doe\":[\"in \\\"Rome\\\"\",7]}"})"),
              ElementsAre("Jane Doe", "in \"Rome\""));
  EXPECT_THAT(texts_of(R"({"arguments":"{\"Jane Doe\":"})"), ElementsAre(R"({"Jane Doe":)"))
      << "what was cut off is text";
}

TEST(JsonStrings, WhatIsNoJsonIsOneText) {
  EXPECT_THAT(texts_of("hello there"), ElementsAre("hello there"));
  EXPECT_THAT(texts_of(""), ElementsAre(""));
  EXPECT_THAT(texts_of(R"({"a":"b")"), ElementsAre(R"({"a":"b")"));
  EXPECT_EQ(with_x_for("hello", "hello"), "X \"y\"\n");
}

TEST(JsonStrings, AreWrittenAsJsonAndNothingElseChanges) {
  EXPECT_EQ(with_x_for(R"({ "a" : "J\u006f" ,"b":"\u0062"})", "Jo"),
            R"({ "a" : "X \"y\"\n" ,"b":"\u0062"})");
  EXPECT_EQ(with_x_for(R"({"a":"{\"n\": \"Jo\"}"})", "Jo"),
            R"({"a":"{\"n\": \"X \\\"y\\\"\\n\"}"})");
  EXPECT_EQ(with_x_for(R"({"Jo":1,"a":"{\"Jo\":1}"})", "Jo"),
            R"({"Jo":1,"a":"{\"X \\\"y\\\"\\n\":1}"})")
      << "the API's own names stay";
}

TEST(JsonStrings, NestingEndsSomewhere) {
  std::string body = R"(["deep"])";
  for (int i = 0; i < 8; ++i) {
    std::string escaped;
    for (const char c : body)
      escaped += c == '"' || c == '\\' ? std::string("\\") + c : std::string(1, c);
    body = "[\"" + escaped + "\"]";
  }
  EXPECT_EQ(texts_of(body).size(), 1U);
}

}  // namespace
}  // namespace tollgate::redaction
