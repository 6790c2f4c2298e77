// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "row_maker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "made_rows.hpp"
#include "making.hpp"
#include "tollgate/capture/caller.hpp"
#include "tollgate/capture/names_in_rows.hpp"
#include "trail_world.hpp"

namespace tollgate::capture {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPrompt =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"I am alice\u0040example.com"}]})";
constexpr const char* kAnswer =
    R"({"id":"chatcmpl-1","model":"gpt-4o","choices":[{"index":0,"message":{"role":"assistant",)"
    R"("content":"Hello alice@example.com"},"finish_reason":"stop"}]})";

class RowMakerTest : public testing::Test, protected TrailWorld {
 protected:
  RowMakerTest() { memory_.change_limit(1024 * 1024); }

  Exchange exchange(config::AuditLevel level = config::AuditLevel::redacted) {
    Exchange out(ContentHold(memory_, memory_.account(record_.client_name)));
    out.terms.level = level;
    out.record = record_;
    out.request = CapturedRequest{"application/json", kPrompt};
    audit::AnswerAssembly assembly("application/json", config_.audit.max_body);
    assembly.feed(kAnswer);
    out.answer = CapturedAnswer{"application/json", assembly.finish(true)};
    out.replacer = std::make_shared<redaction::Replacer>();
    return out;
  }
  std::vector<trail::AuditRow> rows(Exchange exchange) {
    // Once: compiling them takes as long as all that is tested here.
    static const redaction::Rules rules = redaction::Rules::compile({}).value();
    return made_rows(rules, config_.audit, std::move(exchange));
  }

  ContentMemory memory_;
};

TEST_F(RowMakerTest, BothSidesStandInBothFormsWithoutWhatTheRulesFind) {
  const auto out = rows(exchange());
  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(out[0].kind, "request");
  EXPECT_EQ(out[0].form, "raw");
  EXPECT_EQ(out[1].form, "messages");
  EXPECT_EQ(out[2].kind, "response");
  for (const trail::AuditRow& row : out) {
    EXPECT_THAT(row.content, Not(HasSubstr("alice"))) << row.kind << row.form;
    EXPECT_THAT(row.content, HasSubstr("[EMAIL_1]")) << row.kind << row.form;
    EXPECT_EQ(row.record_id, record_.record_id.to_string());
    EXPECT_EQ(row.level, "redacted");
    EXPECT_EQ(row.content_bytes, static_cast<std::int64_t>(row.content.size()));
  }
  EXPECT_EQ(json::parse(out[0].redactions.text), json({{"email", 1}}));
  EXPECT_EQ(out[1].redactions.text, "") << "counted once a side";
  EXPECT_EQ(json::parse(out[2].redactions.text), json({{"email", 1}}));
  EXPECT_EQ(json::parse(out[2].finish_reasons.text), json({"stop"}));
}

TEST_F(RowMakerTest, WhyContentIsMissingStandsInItsRow) {
  Exchange crowded = exchange();
  crowded.answer.reset();
  crowded.no_room = true;
  auto out = rows(std::move(crowded));
  EXPECT_EQ(out.front().content_missing, "");
  EXPECT_EQ(out.back().kind, "response");
  EXPECT_EQ(out.back().content_missing, "memory");
  Exchange unanswered = exchange();
  unanswered.answer.reset();
  out = rows(std::move(unanswered));
  EXPECT_EQ(out.back().content_missing, "") << "there was none";
  Exchange lost = exchange();
  lost.request.reset();
  lost.conversation = std::make_shared<Conversation>();
  lost.conversation->request = RequestFate::lost;
  out = rows(std::move(lost));
  EXPECT_EQ(out.front().content_missing, "failure") << "it was to be stored before, and was not";
  EXPECT_EQ(out.back().content_missing, "");
}

TEST_F(RowMakerTest, OfSmallFilesNoHashIsShown) {
  Exchange pictures = exchange();
  const std::string hash(64, 'a');
  const auto file = [&](int bytes) {
    return R"({"type":"image/png","bytes":)" + std::to_string(bytes) + R"(,"sha256":")" + hash +
           "\"}";
  };
  pictures.request->body = R"({"messages":[{"role":"user","content":[{"type":"image_url",)"
                           R"("image_url":{"url":)" +
                           file(100) +
                           R"(}},{"type":"image_url",)"
                           R"("image_url":{"url":)" +
                           file(5000) + "}}]}]}";
  const auto out = rows(std::move(pictures));
  EXPECT_THAT(out.at(0).content, HasSubstr(R"("bytes":100,"file":"BINARY_1"})"));
  EXPECT_THAT(out.at(0).content, HasSubstr(R"("bytes":5000,"sha256":"aaaa)"));
  EXPECT_THAT(out.at(1).content, HasSubstr("urn:tollgate:file:BINARY_1"));
}

TEST_F(RowMakerTest, FullKeepsItAsItWas) {
  Exchange full = exchange(config::AuditLevel::full);
  full.terms.reason = "incident 4711";
  const auto out = rows(std::move(full));
  EXPECT_EQ(out.at(0).level_reason, "incident 4711");
  EXPECT_EQ(out.at(0).content, kPrompt);
  EXPECT_THAT(out.at(1).content, HasSubstr(R"(alice\u0040example.com)")) << "as it came";
  EXPECT_EQ(out.at(0).redactions.text, "");
}

TEST_F(RowMakerTest, MetadataHasARowForEachSideWithoutContent) {
  const auto out = rows(exchange(config::AuditLevel::metadata));
  ASSERT_EQ(out.size(), 2U);
  for (const trail::AuditRow& row : out) {
    EXPECT_EQ(row.content, "");
    EXPECT_EQ(row.content_missing, "level");
    EXPECT_FALSE(row.content_bytes);
    EXPECT_EQ(row.outcome, "completed");
    EXPECT_EQ(row.status_code, 200);
  }
}

TEST_F(RowMakerTest, WhatIsLeftOutBySamplingHasItsMetadata) {
  Exchange left_out = exchange();
  left_out.terms.sample = 0;
  const auto out = rows(std::move(left_out));
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].level, "redacted");
  EXPECT_EQ(out[0].content_missing, "sampling");
  EXPECT_FALSE(out[0].content_bytes);
}

TEST_F(RowMakerTest, ARequestAloneSaysNothingOfItsEndAndIsNotRepeated) {
  Exchange request = exchange();
  request.request_alone = true;
  request.answer.reset();
  const auto first = rows(std::move(request));
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].outcome, "");
  EXPECT_FALSE(first[0].status_code);
  Exchange rest = exchange();
  rest.request.reset();
  rest.conversation = std::make_shared<Conversation>();
  rest.conversation->request = RequestFate::stored;
  const auto then = rows(std::move(rest));
  ASSERT_EQ(then.size(), 2U);
  EXPECT_EQ(then[0].kind, "response");
}

TEST_F(RowMakerTest, LongContentIsCutIntoParts) {
  Exchange large = exchange();
  large.request->body =
      R"({"messages":[{"role":"user","content":")" + std::string(100'000, 'x') + R"("}]})";
  large.answer.reset();
  const auto out = rows(std::move(large));
  std::string raw;
  for (const trail::AuditRow& row : out) {
    if (row.kind == "request" && row.form == "raw") raw += row.content;
  }
  EXPECT_THAT(raw, HasSubstr(std::string(100'000, 'x')));
  EXPECT_EQ(out.at(0).parts, 4);
}

TEST_F(RowMakerTest, CallersStandUnderPseudonymsWhereThereIsAKey) {
  record_.caller_ip_address = "10.0.0.7";
  EXPECT_EQ(rows(exchange()).at(0).caller_id, "user-1");
  EXPECT_EQ(rows(exchange()).at(0).caller_ip_address, "10.0.0.7");
  config_.audit.caller_key = Secret("key");
  const auto out = rows(exchange());
  EXPECT_EQ(out.at(0).caller_id.size(), 64U);
  EXPECT_EQ(out.at(0).caller_id, caller_pseudonym("user-1", config_.audit));
  EXPECT_EQ(out.at(0).caller_ip_address, "");
}

TEST_F(RowMakerTest, WhatIsNoJsonIsRedactedAsText) {
  Exchange text = exchange();
  text.request = CapturedRequest{"text/plain", "call alice@example.com"};
  EXPECT_EQ(rows(std::move(text)).at(0).content, "call [EMAIL_1]");
}

TEST_F(RowMakerTest, CuesOfCaptionsAreReadAsOne) {
  const std::string from = "00:00:01,000 --> 00:00:02,000\n";
  const std::string then = "\n\n2\n00:00:02,000 --> 00:00:03,000\n";
  Exchange spoken = exchange();
  spoken.request = CapturedRequest{"application/x-subrip",
                                   "1\n" + from + "card 4012 8888" + then + "8888 1881 so\n"};
  EXPECT_EQ(rows(std::move(spoken)).at(0).content,
            "1\n" + from + "card [PAYMENT_CARD_1]" + then + " so\n");
}

TEST_F(RowMakerTest, LinesOfAnUploadedFileAreRedactedAsJsonIs) {
  Exchange upload = exchange();
  upload.request = CapturedRequest{
      "multipart/form-data; boundary=B",
      "--B\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jsonl\"\r\n\r\n"
      R"({"body":{"messages":[{"content":"alice\u0040example.com"}]}})"
      "\nalice%40example.com\n\r\n--B--\r\n"};
  const std::string content = rows(std::move(upload)).at(0).content;
  EXPECT_THAT(
      content,
      HasSubstr(R"("lines":[{"body":{"messages":[{"content":"[EMAIL_1]"}]}},"[EMAIL_1]"])"));
}

// What the client says of its conversation goes before what follows from an object, and that before
// the step that the request names.
TEST_F(RowMakerTest, AConversationThatFollowsFromAnObjectGoesBehindTheClientsWord) {
  const auto conversation = [this](const std::string& body, bool named) {
    Exchange next = exchange();
    next.request->body = body;
    next.record.conversation_id = "resp_1";
    next.names_conversation = named;
    return rows(std::move(next)).at(1).conversation_id;
  };
  const std::string said = R"({"previous_response_id":"resp_2","metadata":{"session_id":"s"}})";
  EXPECT_EQ(conversation(said, true), "resp_1");
  EXPECT_EQ(conversation(said, false), "s");
  EXPECT_EQ(conversation(R"({"previous_response_id":"resp_2"})", false), "resp_1");
}

// Rows of a request that is stored before its answer have what the request says.
TEST_F(RowMakerTest, ARequestAloneIsOfTheConversationThatItNames) {
  const auto conversation = [this](const std::string& body, const char* known, bool named) {
    Exchange alone = exchange();
    alone.conversation = std::make_shared<Conversation>();
    alone.request_alone = true;
    alone.answer.reset();
    alone.request->body = body;
    alone.record.conversation_id = known;
    alone.names_conversation = named;
    const std::shared_ptr<Conversation> shared = alone.conversation;
    std::string id = rows(std::move(alone)).at(0).conversation_id;
    EXPECT_EQ(shared->id, id) << "its answer's rows have the same";
    return id;
  };
  EXPECT_EQ(conversation("{}", "header", true), "header");
  EXPECT_EQ(conversation(R"({"conversation":{"id":"c"}})", "", false), "c");
  EXPECT_EQ(conversation(R"({"thread_id":"t"})", "", false), "t");
  EXPECT_EQ(conversation(R"({"metadata":{"session_id":"s"}})", "", false), "s");
  EXPECT_EQ(conversation(R"({"previous_response_id":"resp_2"})", "resp_1", false), "resp_1");
  EXPECT_EQ(conversation(R"({"previous_response_id":"resp_2"})", "", false), "resp_2");
  EXPECT_EQ(conversation("{}", "", false), "") << "it begins one, whose id is the answer's";
}

// They were all called [EMAIL_1]: those of two persons looked like one, and nobody found either.
TEST_F(RowMakerTest, ConversationsThatAreCalledByPersonsInTheBodyAreToldApart) {
  const auto conversation = [this](const std::string& before, const std::string& name) {
    Exchange named = exchange();
    named.request->body =
        R"({"input":")" + before + R"(","metadata":{"session_id":")" + name + R"("}})";
    named.names_conversation = false;
    const std::vector<trail::AuditRow> out = rows(std::move(named));
    EXPECT_THAT(out[0].content, Not(HasSubstr("example.com")));
    EXPECT_EQ(out[0].conversation_id, out.back().conversation_id);
    return out[0].conversation_id;
  };
  const std::string alice = conversation("Hello", "alice@example.com");
  EXPECT_EQ(alice, name_in_rows(config_.audit, "alice@example.com").value())
      << "as a search has it";
  EXPECT_EQ(conversation("Write to carol@example.com", "alice@example.com"), alice);
  EXPECT_NE(conversation("Hello", "bob@example.com"), alice);
  EXPECT_EQ(conversation("Hello", "order 17"), "order 17");
}

// Records have 256 bytes of a name: of a value that goes on there the rules saw the first half
// only.
TEST_F(RowMakerTest, ANameThatWasCutIsHiddenWholly) {
  const redaction::Rules rules = redaction::Rules::compile({}).value();
  const Secret key = Making::key_of_words(config_.audit);
  const auto word = [&](std::string text) {
    text.resize(std::min<std::size_t>(text.size(), usage::kLongestWord));
    return Making::redacted_word(rules, key, std::move(text));
  };
  const std::string card = std::string(240, 'a') + " 4111 1111 1111 1111";
  EXPECT_THAT(word(card), testing::StartsWith("[LONG:"));
  EXPECT_EQ(word(card), name_in_rows(config_.audit, card).value()) << "as a search has it";
  EXPECT_EQ(word(word(card)), word(card));
  EXPECT_NE(word(std::string(300, 'b')), word(card));
  EXPECT_EQ(word(std::string(252, 'b')), std::string(252, 'b')) << "nothing can be missing";
  Exchange named = exchange();
  named.request->body = R"({"metadata":{"session_id":")" + card + R"("}})";
  named.names_conversation = false;
  const std::string id = made_rows(rules, config_.audit, std::move(named)).at(0).conversation_id;
  EXPECT_THAT(id, Not(HasSubstr("4111")));
}

TEST_F(RowMakerTest, AConversationOfWhichOnlyTheContentsRulesKnowIsHiddenWholly) {
  const auto drops = redaction::Rules::compile({.drop = {"$.metadata.conversation_id"}}).value();
  const auto conversation = [&](const std::string& secret) {
    Exchange named = exchange();
    named.request->body = R"({"metadata":{"conversation_id":")" + secret + R"("}})";
    named.names_conversation = false;
    return made_rows(drops, config_.audit, std::move(named)).at(0).conversation_id;
  };
  const std::string hidden = conversation("open sesame");
  EXPECT_THAT(hidden, testing::StartsWith("[CONVERSATION:"));
  EXPECT_EQ(conversation("open sesame"), hidden);
  EXPECT_NE(conversation("open barley"), hidden);
}

// Its request was stored before the response had an id.
TEST_F(RowMakerTest, AnAnswerIsOfTheConversationThatItBegins) {
  const auto shared = std::make_shared<Conversation>();
  Exchange request = exchange();
  request.conversation = shared;
  request.request_alone = true;
  request.answer.reset();
  EXPECT_EQ(rows(std::move(request)).at(0).conversation_id, "");
  Exchange rest = exchange();
  rest.conversation = shared;
  rest.request.reset();
  shared->request = RequestFate::stored;
  rest.record.conversation_id = "resp_1";
  rest.names_conversation = false;
  EXPECT_EQ(rows(std::move(rest)).at(0).conversation_id, "resp_1");
}

TEST_F(RowMakerTest, ATypeHasNoParametersInWhichAnythingCouldStand) {
  Exchange typed = exchange();
  typed.request->content_type = "application/json; note=alice@example.com";
  EXPECT_EQ(rows(std::move(typed)).front().content_type, "application/json");
}

// The rest of a card would be four digits that anybody can try.
TEST_F(RowMakerTest, NoHalfOfAValueStaysWhereATextIsCut) {
  config_.audit.max_body = 4096;
  const std::string filler(4096 - 800, 'x');
  for (int before = 0; before < 24; ++before) {
    Exchange cut = exchange();
    const std::string blanks(780 + static_cast<std::size_t>(before), ' ');
    cut.request = CapturedRequest{"text/plain", filler + blanks + "4012888888881881 and more"};
    const trail::AuditRow row = rows(std::move(cut)).front();
    EXPECT_TRUE(row.truncated);
    EXPECT_THAT(row.content, Not(HasSubstr("4012"))) << before;
  }
}

TEST_F(RowMakerTest, BothSidesOfASampledConversationAreKeptOrNeither) {
  int kept = 0;
  for (int i = 0; i < 64; ++i) {
    record_.record_id = make_uuid_v7(record_.event_time);
    const auto conversation = std::make_shared<Conversation>();
    Exchange request = exchange();
    request.terms.sample = 0.5;
    request.conversation = conversation;
    request.request->body = R"({"messages":[{"role":"user","content":"hello )" + std::to_string(i) +
                            R"("}],"metadata":{"conversation_id":"c)" + std::to_string(i) +
                            R"("}})";
    request.request_alone = true;
    request.answer.reset();
    Exchange answer = exchange();
    answer.terms.sample = 0.5;
    answer.conversation = conversation;
    answer.request.reset();
    conversation->request = RequestFate::stored;
    const trail::AuditRow first = rows(std::move(request)).front();
    const trail::AuditRow second = rows(std::move(answer)).front();
    EXPECT_EQ(first.content_bytes.has_value(), second.content_bytes.has_value()) << i;
    if (first.content_bytes) {
      EXPECT_EQ(first.conversation_id, second.conversation_id);
      ++kept;
    }
  }
  EXPECT_GT(kept, 10);
  EXPECT_LT(kept, 54);
}

}  // namespace
}  // namespace tollgate::capture
