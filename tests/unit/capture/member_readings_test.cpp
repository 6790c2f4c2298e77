// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "member_readings.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>

#include "text_readings.hpp"

namespace tollgate::capture {
namespace {

struct Redacted {
  std::string text;
  std::size_t looks = 0;
};

Redacted without_values(const std::string& text) {
  static const redaction::Rules rules = redaction::Rules::compile({}).value();
  redaction::Replacer replacer;
  redaction::ReadingsRedaction out(rules, replacer, text, text_readings(text));
  while (!out.step(64 * 1024)) {
  }
  return {out.take(), out.looks()};
}

/// Each name twice, with a value in each of its strings.
std::string of_names(std::size_t count) {
  std::string out = "\"choices\":\n";
  for (std::size_t i = 0; i < 2 * count; ++i) {
    const std::string name = std::to_string(i % count);
    out.append("{\"k").append(name).append("\":\"u").append(name).append("@b.example\"}\n");
  }
  return out;
}

TEST(MemberReadings, ValuesOfManyNamesAreEachPutTogetherOnce) {
  const std::size_t looks = without_values(of_names(150)).looks;
  EXPECT_GE(looks, 2 * 150U);
  EXPECT_LT(without_values(of_names(300)).looks, 3 * looks);
}

/// Pieces of as many choices, each in two.
std::string of_choices(std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < 2 * count; ++i) {
    const std::string index = std::to_string(i % count);
    out.append("{\"index\":").append(index);
    out.append(",\"delta\":\"u").append(index).append("@b.example\"}\n");
  }
  return out;
}

TEST(MemberReadings, ThereAreFewHoweverManyNamesOrChoices) {
  EXPECT_EQ(member_readings(of_names(150)).size(), 1U);
  EXPECT_EQ(member_readings(of_choices(150)).size(), 2U);
}

TEST(MemberReadings, ValuesOfManyChoicesAreEachPutTogetherOnce) {
  const std::size_t looks = without_values(of_choices(150)).looks;
  EXPECT_GE(looks, 2 * 150U);
  EXPECT_LT(without_values(of_choices(300)).looks, 3 * looks);
}

TEST(MemberReadings, StringsOfTwoNamesAreTwoTexts) {
  EXPECT_EQ(without_values(R"("choices" {"a":"card 4012 8888 ","b":"alice@exam"} )"
                           R"({"b":"ple.com","a":"8888 1881"})")
                .text,
            R"("choices" {"a":"card [PAYMENT_CARD_1]","b":"[EMAIL_1]"} {"b":"","a":""})");
  const std::string apart = R"("choices" {"a":"x","b":"ple.com"} {"b":"x","a":"alice@exam"})";
  EXPECT_EQ(without_values(apart).text, apart);
}

TEST(MemberReadings, PiecesOfEachItemAreReadApartWhateverNamesIt) {
  for (const std::string name : {R"("item_id":)", R"("output_index":)", R"("index":)"}) {
    const auto piece = [&](const std::string& which, const std::string& text) {
      return "{" + name + which + R"(,"delta":")" + text + "\"} so\n";
    };
    EXPECT_EQ(without_values(piece("\"1\"", "alice@exam") + piece("\"2\"", "none at all,") +
                             piece("\"1\"", "ple.com"))
                  .text,
              piece("\"1\"", "[EMAIL_1]") + piece("\"2\"", "none at all,") + piece("\"1\"", ""));
  }
}

// Each quote of such a line was read to the line's end: for hours.
TEST(MemberReadings, ALineOfEscapedQuotesIsReadOnce) {
  std::string line = "\"choices\" {\"";
  for (std::size_t i = 0; i < 1'000'000; ++i) line += "\\\"";
  EXPECT_TRUE(member_readings(line).empty());
}

TEST(MemberReadings, BehindAQuoteThatNoneFollowsInItsLineStringsAreReadAgain) {
  EXPECT_EQ(
      without_values("\"choices\" {\"a\":\"alice@exam\"} {\"a \\\"\n{\"a\":\"ple.com\"}").text,
      "\"choices\" {\"a\":\"[EMAIL_1]\"} {\"a \\\"\n{\"a\":\"\"}");
}

// Each line without text went over the blanks in front of the one before once more: for hours.
TEST(CaptionReadings, LinesWithoutTextBehindBlanksAreReadOnce) {
  const std::string text =
      "00:01 --> 00:02\n<b>" + std::string(500'000, ' ') + "x" + std::string(500'000, '\n') + "y";
  redaction::NextReading next = text_readings(text);
  const auto reading = next(text);
  ASSERT_TRUE(reading);
  EXPECT_EQ(text[reading->back().begin], 'y');
}

}  // namespace
}  // namespace tollgate::capture
