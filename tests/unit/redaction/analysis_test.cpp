// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redaction/analysis.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::redaction {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::IsEmpty;

json finding(const json& start, const json& end, const json& type = "PERSON",
             const json& score = 0.85) {
  return {{"entity_type", type}, {"start", start}, {"end", end}, {"score", score}};
}

TEST(Analysis, AsksInTheFormOfTheService) {
  EXPECT_EQ(json::parse(analysis_request("I am J\xC3\xB6rg", {"de", {}, 0.5})),
            json({{"text", "I am J\xC3\xB6rg"}, {"language", "de"}, {"score_threshold", 0.5}}));
  EXPECT_EQ(json::parse(analysis_request("x", {"en", {"PERSON"}, 0}))["entities"],
            json({"PERSON"}));
  EXPECT_EQ(json::parse(analysis_request("a\xFFz\xED\xA0\x80", {"en", {}, 0}))["text"],
            "a\xEF\xBF\xBDz\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD")
      << "one for each byte, so that places agree";
}

TEST(Analysis, PlacesAreCodePoints) {
  const std::string text = "\xF0\x9F\x98\x80 J\xC3\xB6rg \xFF Ann";  // 1+1+4+1+1+1+3
  const auto found = read_analysis(json({finding(9, 12), finding(2, 6)}).dump(), text);
  ASSERT_TRUE(found) << found.error().message;
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ(text.substr((*found)[0].begin, (*found)[0].end - (*found)[0].begin), "J\xC3\xB6rg");
  EXPECT_EQ(text.substr((*found)[1].begin, (*found)[1].end - (*found)[1].begin), "Ann");
  EXPECT_EQ((*found)[0].rule, "external_person");
}

TEST(Analysis, NothingFoundIsAnAnswer) {
  EXPECT_THAT(read_analysis("[]", "text").value(), IsEmpty());
  EXPECT_THAT(read_analysis("[]", "").value(), IsEmpty());
}

TEST(Analysis, WhatOverlapsGoesWhole) {
  const auto found = read_analysis(
      json({finding(5, 9, "URL"), finding(0, 6), finding(0, 4, "NRP"), finding(9, 10, "DATE")})
          .dump(),
      "0123456789");
  EXPECT_THAT(found.value(), ElementsAre(AnalysisFinding{0, 9, "external_person"},
                                         AnalysisFinding{9, 10, "external_date"}));
}

TEST(Analysis, AnAnswerThatIsWrongAnywhereIsNotBelievedAtAll) {
  const json good = finding(0, 4);
  const std::vector<json> wrong{finding(0, 11),
                                finding(3, 3),
                                finding(4, 3),
                                finding(-1, 3),
                                finding(0.5, 3),
                                finding("0", 3),
                                finding(0, nullptr),
                                finding(0, 18446744073709551615U),
                                finding(0, 4, ""),
                                finding(0, 4, "A B"),
                                finding(0, 4, 7),
                                finding(0, 4, std::string(65, 'A')),
                                finding(0, 4, "P", 1.1),
                                finding(0, 4, "P", -0.1),
                                finding(0, 4, "P", "1"),
                                finding(0, 4, "P", nullptr),
                                json(7),
                                json::array(),
                                json::object(),
                                json(nullptr)};
  for (const json& one : wrong) {
    const auto found = read_analysis(json({good, one}).dump(), "0123456789");
    ASSERT_FALSE(found) << one;
    EXPECT_EQ(found.error().code, Errc::protocol);
    EXPECT_EQ(found.error().message.find("0123"), std::string::npos);
  }
  for (const char* const none : {"", "{}", "null", "[", "<html>", "[{]", "\"[]\""})
    EXPECT_FALSE(read_analysis(none, "0123456789")) << none;
  json many = json::array();
  for (int i = 0; i < 10'001; ++i) many.push_back(good);
  EXPECT_FALSE(read_analysis(many.dump(), "0123456789"));
}

TEST(Analysis, PiecesCoverATextAndOverlap) {
  std::string text;
  for (int i = 0; text.size() < 100'000; ++i) text += "w\xC3\xB6rd" + std::to_string(i) + " ";
  std::size_t covered = 0;
  for (const TextPiece& piece : analysis_pieces(text)) {
    ASSERT_LE(piece.begin, covered);
    ASSERT_GT(piece.end, covered);
    ASSERT_LE(piece.end - piece.begin, 16U * 1024U);
    if (covered > 0) {
      EXPECT_GE(covered - piece.begin, 250U) << "what stands at a cut is in both";
    }
    for (const std::size_t at : {piece.begin, piece.end}) {
      if (at < text.size()) {
        EXPECT_NE(static_cast<unsigned char>(text[at]) & 0xC0, 0x80);
      }
    }
    covered = piece.end;
  }
  EXPECT_EQ(covered, text.size());
  EXPECT_THAT(analysis_pieces("short"), ElementsAre(TextPiece{0, 5}));
  EXPECT_THAT(analysis_pieces(""), IsEmpty());
  const std::string solid(50'000, '\x80');
  EXPECT_EQ(analysis_pieces(solid).back().end, solid.size())
      << "also where there is no place to cut";
}

// From each piece's end a blank was looked for back to the text's begin: for minutes.
TEST(Analysis, ALongTextWithoutBlanksIsReadOnce) {
  const std::string solid(64 << 20, 'x');
  EXPECT_EQ(analysis_pieces(solid).back().end, solid.size());
}

}  // namespace
}  // namespace tollgate::redaction
