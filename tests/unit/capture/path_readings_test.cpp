// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "path_readings.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "made_rows.hpp"
#include "trail_world.hpp"

namespace tollgate::capture {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kFirst = "key sk-proj-abcdEF";
constexpr std::string_view kSecond = "GH1234567890ABCDxyz";

/// `%` in it becomes a piece.
std::string with(std::string_view form, std::string_view piece) {
  std::string out(form);
  out.replace(out.find('%'), 1, piece);
  return out;
}

std::string chat_event(std::string_view form, std::string_view piece) {
  std::string out =
      R"({"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4.1-mini",)";
  out.append(R"("choices":[{"index":0,"delta":{)").append(with(form, piece));
  return "data: " + out + "},\"finish_reason\":null}]}\n\n";
}

class PathReadingsTest : public testing::Test, protected TrailWorld {
 protected:
  PathReadingsTest() { memory_.change_limit(8 * 1024 * 1024); }

  /// The rows of the answer in both forms, one behind another.
  std::string kept(std::string_view type, const std::string& body) {
    static const redaction::Rules rules = redaction::Rules::compile({}).value();
    Exchange exchange(ContentHold(memory_, memory_.account(record_.client_name)));
    exchange.terms.level = config::AuditLevel::redacted;
    exchange.record = record_;
    exchange.replacer = std::make_shared<redaction::Replacer>();
    audit::AnswerAssembly assembly(type, config_.audit.max_body);
    assembly.feed(body);
    exchange.answer = CapturedAnswer{std::string(type), assembly.finish(true)};
    std::string out;
    for (const trail::AuditRow& row : made_rows(rules, config_.audit, std::move(exchange))) {
      if (row.kind == "response") out.append(row.content).append("\n");
    }
    return out;
  }
  std::string streamed(const std::string& body) { return kept("text/event-stream", body); }
  std::string answered(const std::string& body) { return kept("application/json", body); }

  void expect_hidden(const std::string& body) {
    const std::string rows = streamed(body);
    EXPECT_THAT(rows, HasSubstr("[OPENAI_KEY_1]")) << body;
    EXPECT_THAT(rows, Not(HasSubstr("abcdEF"))) << body;
    EXPECT_THAT(rows, Not(HasSubstr(kSecond))) << body;
  }

  ContentMemory memory_;
};

TEST_F(PathReadingsTest, PiecesOfOneMemberAreReadTogetherInWhateverArraysTheyCame) {
  constexpr std::array<const char*, 13> kForms{
      R"("content":[{"type":"thinking","thinking":[{"type":"text","text":"%"}]}])",
      R"("content":[{"type":"thinking","thinking":"%"}])",
      R"("content":[{"type":"text","text":{"value":"%"}}])",
      R"("content":[["%"]])",
      R"("content":["%"])",
      R"("context":{"messages":[{"role":"tool","content":"%"}]})",
      R"("annotations":[{"type":"url_citation","url_citation":{"title":"%"}}])",
      R"("annotations":[{"quote":"%"}])",
      R"("reasoning_details":[{"type":"reasoning.summary","summary":"%"}])",
      R"("reasoning_details":[{"type":"reasoning.encrypted","data":"%"}])",
      R"("reasoning":[{"summary":"%"}])",
      R"("unheard_of":[{"value":"%"}])",
      R"("unheard_of":[{"deep":[[{"value":["%"]}]]}])"};
  for (const char* const form : kForms)
    expect_hidden(chat_event(form, kFirst) + chat_event(form, kSecond) + "data: [DONE]\n\n");
}

TEST_F(PathReadingsTest, PiecesOfEventsThatNoneKnowsAreReadTogether) {
  constexpr std::array<const char*, 4> kForms{
      R"({"type":"response.thing.delta","output_index":0,"delta":[{"piece":"%"}]})", R"(["%"])",
      R"([{"word2":"%"}])", R"({"id":"%","odd":[{"way":["%"]}]})"};
  for (const char* const form : kForms) {
    const auto event = [&](const char* id, std::string_view piece) {
      std::string data(form);
      if (data.find('%') != data.rfind('%')) data = with(data, id);
      return "data: " + with(data, piece) + "\n\n";
    };
    expect_hidden(event("1", kFirst) + event("2", kSecond) +
                  R"(data: {"type":"response.completed","response":{"id":"r","output":[]}})" +
                  "\n\n");
  }
}

TEST_F(PathReadingsTest, ShortPiecesOfAnAnswerWithoutAStreamAreReadTogether) {
  for (const auto& [before, behind] :
       {std::pair{"[\"", "\"]"}, {"{\"piece\":\"", "\"}"}, {"{\"a\":[\"", "\"]}"}}) {
    std::string parts;
    for (const char* const piece : {"jane", "@exam", "ple.", "com"})
      parts.append(parts.empty() ? "" : ",").append(before).append(piece).append(behind);
    const std::string rows = answered(
        R"({"choices":[{"index":0,"message":{"role":"assistant","content":[)" + parts + "]}}]}");
    EXPECT_THAT(rows, HasSubstr("[EMAIL_1]")) << before;
    EXPECT_THAT(rows, Not(HasSubstr("@exam"))) << before;
  }
}

// A list of whole values is no text in pieces.
TEST_F(PathReadingsTest, LongStringsOfAnAnswerWithoutAStreamStandByThemselves) {
  EXPECT_THAT(answered(R"({"data":[{"mail":"jane@example.com"},{"mail":"john@example.org"}]})"),
              HasSubstr(R"([{"mail":"[EMAIL_1]"},{"mail":"[EMAIL_2]"}])"));
}

TEST_F(PathReadingsTest, NoEscapeIsCut) {
  for (const std::string escape : {R"(\n)", R"(\u000a)", R"(\t)", R"(\\n)", R"(\")", R"(\u2028)"}) {
    const auto event = [](const std::string& piece) {
      return chat_event(R"("content":[{"thinking":"%"}])", piece);
    };
    const std::string rows = streamed(event("mail" + escape + "jane@exam") +
                                      event("ple.com" + escape + "abc") + "data: [DONE]\n\n");
    EXPECT_THAT(rows, Not(HasSubstr("jane"))) << escape;
    EXPECT_THAT(rows, Not(HasSubstr("ple.com"))) << escape;
    EXPECT_TRUE(nlohmann::json::accept(rows.substr(0, rows.find('\n')))) << rows;
  }
}

TEST(PathReadings, ThereAreNoneWithoutTwoStringsOfOneMember) {
  EXPECT_TRUE(path_readings(R"({"a":"x","b":{"a":"y"},"c":["z"],"d":[{"e":"p"},{"f":""}]})",
                            Pieces::of_a_stream)
                  .empty());
  EXPECT_TRUE(
      path_readings(R"({"d":[{"e":"longer than eight"},{"e":"x"}]})", Pieces::short_ones).empty());
  EXPECT_TRUE(
      path_readings(R"({"logprobs":{"content":[{"token":"a"},{"token":"b"}]}})", Pieces::short_ones)
          .empty())
      << "they are dropped";
}

TEST(PathReadings, EachMembersStringsAreATextApart) {
  const std::string text = R"([{"a":"1","b":["2","\"]"]},{"a":"4","b":["5"]}])";
  const auto readings = path_readings(text, Pieces::of_a_stream);
  ASSERT_EQ(readings.size(), 1U);
  std::string read;
  for (const redaction::ReadPiece& piece : readings.front()) {
    if (piece.apart) read += '|';
    read += text.substr(piece.begin, piece.end - piece.begin);
  }
  EXPECT_EQ(read, R"(|14|2\"]5)");
}

}  // namespace
}  // namespace tollgate::capture
