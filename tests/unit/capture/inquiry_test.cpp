// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "inquiry.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "row_maker.hpp"

namespace tollgate::capture {
namespace {

using redaction::AnalysisFinding;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

PreparedExchange prepared(std::string request, std::string answer) {
  PreparedExchange out;
  out.request = {.kind = "request", .text = std::move(request), .kept = true};
  out.answer = Side{.kind = "response", .text = std::move(answer), .kept = true};
  out.replacer = std::make_shared<redaction::Replacer>();
  return out;
}

/// As a service that knows these names would answer.
Inquiry::Findings find(const Inquiry& inquiry, const std::vector<std::string>& names) {
  Inquiry::Findings out;
  for (const std::string& piece : inquiry.pieces()) {
    std::vector<AnalysisFinding>& found = out.emplace_back();
    for (const std::string& name : names) {
      for (std::size_t at = piece.find(name); at != std::string::npos;
           at = piece.find(name, at + 1))
        found.push_back({at, at + name.size(), "external_person"});
    }
    found = redaction::merge_findings(std::move(found));
  }
  return out;
}

TEST(Inquiry, AsksAboutEachDifferentStringOnceAndAboutNoWordOfTheApi) {
  const Inquiry inquiry(prepared(
      R"({"model":"gpt-4o","messages":[{"role":"user","content":"I am Ann"},{"role":"user","content":"I am Ann"}]})",
      R"({"id":"chatcmpl-1","choices":[{"message":{"content":"Hello Ann"}}]})"));
  EXPECT_THAT(inquiry.pieces(), ElementsAre("I am Ann", "Hello Ann"));
  EXPECT_FALSE(inquiry.too_much());
}

TEST(Inquiry, AConversationThatIsCalledByWhatIsFoundIsHiddenInItsOwnName) {
  PreparedExchange content = prepared(R"({"metadata":{"session_id":"Ann Lee"}})", "{}");
  content.conversation_name = "Ann Lee";
  const std::string before = conversation_in(content);
  const Inquiry inquiry(content);
  inquiry.take_out(find(inquiry, {"Ann"}), content);
  const Secret key("a key");
  hide_changed_conversation(content, before, key);
  EXPECT_THAT(content.conversation_name, testing::StartsWith("[CONVERSATION:"));
  const std::string hidden = content.conversation_name;
  hide_changed_conversation(content, conversation_in(content), key);
  EXPECT_EQ(content.conversation_name, hidden) << "nothing more was taken out";
}

TEST(Inquiry, TakesOutWhatIsFoundAndCountsItBySide) {
  PreparedExchange content = prepared(R"({"content":"I am Ann \"A\" Lee, Ann"})",
                                      R"({"arguments":"{\"name\":\"Ann\",\"Ann\":1}"})");
  content.request.redactions["email"] = 2;
  const Inquiry inquiry(content);
  inquiry.take_out(find(inquiry, {"Ann", "Lee"}), content);
  EXPECT_EQ(
      content.request.text,
      R"({"content":"I am [EXTERNAL_PERSON_1] \"A\" [EXTERNAL_PERSON_2], [EXTERNAL_PERSON_1]"})");
  EXPECT_EQ(content.answer->text,
            R"({"arguments":"{\"name\":\"[EXTERNAL_PERSON_1]\",\"[EXTERNAL_PERSON_1]\":1}"})");
  EXPECT_EQ(content.request.redactions,
            (redaction::Replacer::Counts{{"email", 2}, {"external_person", 3}}));
  EXPECT_EQ(content.answer->redactions, (redaction::Replacer::Counts{{"external_person", 2}}));
}

TEST(Inquiry, ReplacementsOfTheRulesStay) {
  PreparedExchange content =
      prepared("[EMAIL_1] and [EMAIL:9f3a6c21d0b54e77] of Ann [EMAIL_2], ANN", "");
  const Inquiry inquiry(content);
  inquiry.take_out(find(inquiry, {"EMAIL_1", "[EMAIL:9f3a6c21d0b54e77]", "Ann [EMAIL_2]", "ANN"}),
                   content);
  EXPECT_EQ(content.request.text,
            "[EMAIL_1] and [EMAIL:9f3a6c21d0b54e77] of [EXTERNAL_PERSON_1], [EXTERNAL_PERSON_2]");
}

TEST(Inquiry, LongTextsAreAskedAboutInPiecesAndNamesAtTheirCutsAreFoundOnce) {
  std::string text;
  while (text.size() < 40'000) text += "Ann met Lee again ";
  PreparedExchange content = prepared(text, "");
  const Inquiry inquiry(content);
  EXPECT_GT(inquiry.pieces().size(), 2U);
  inquiry.take_out(find(inquiry, {"Ann", "Lee"}), content);
  EXPECT_EQ(content.request.text.find("Ann"), std::string::npos);
  EXPECT_EQ(content.request.text.find("Lee"), std::string::npos);
  EXPECT_EQ(content.request.redactions.at("external_person"), 2 * (text.size() / 18));
}

TEST(Inquiry, NothingIsAskedOfWhatIsFullOrStoredOrNotKept) {
  PreparedExchange full = prepared("I am Ann", "Hello Ann");
  full.redacted = false;
  EXPECT_THAT(Inquiry(full).pieces(), IsEmpty());
  PreparedExchange stored = prepared("I am Ann", "Hello Ann");
  stored.request_is_stored = true;
  EXPECT_THAT(Inquiry(stored).pieces(), ElementsAre("Hello Ann"));
  PreparedExchange left_out = prepared("I am Ann", "Hello Ann");
  left_out.request.kept = left_out.answer->kept = false;
  EXPECT_THAT(Inquiry(left_out).pieces(), IsEmpty());
}

TEST(Inquiry, HasABound) {
  std::string many = "[";
  for (int i = 0; i < 2'001; ++i) many += "\"Ann " + std::to_string(i) + "\",";
  many.back() = ']';
  EXPECT_TRUE(Inquiry(prepared(many, "")).too_much());
  std::string large;
  for (int i = 0; large.size() < Inquiry::kMostBytes + 1; ++i) large += "Ann " + std::to_string(i);
  EXPECT_TRUE(Inquiry(prepared(large, "")).too_much());
}

TEST(Inquiry, GivingUpIsSaidInTheRows) {
  PreparedExchange dropped = prepared("I am Ann", "Hello Ann");
  dropped.request.redactions["email"] = 1;
  give_up(config::RedactorFailure::drop_content, dropped);
  PreparedExchange kept = prepared("I am Ann", "Hello Ann");
  give_up(config::RedactorFailure::keep_internal, kept);
  for (const trail::AuditRow& row : make_rows(dropped)) {
    EXPECT_EQ(row.content, "");
    EXPECT_FALSE(row.content_bytes);
    EXPECT_THAT(row.redactions.text, HasSubstr(R"("external_dropped":1)"));
  }
  EXPECT_THAT(make_rows(dropped).at(0).redactions.text, HasSubstr(R"("email":1)"));
  EXPECT_EQ(make_rows(kept).at(0).content, "I am Ann");
  EXPECT_EQ(make_rows(kept).at(0).redactions.text, R"({"external_missing":1})");
}

}  // namespace
}  // namespace tollgate::capture
