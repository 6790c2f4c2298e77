// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/capture.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "fake_recorder.hpp"

namespace tollgate::capture {
namespace {

Terms terms(config::AuditLevel level) { return {.level = level}; }

class CaptureTest : public testing::Test {
 protected:
  CaptureTest() { recorder_.memory().change_limit(1024 * 1024); }
  Exchange finish(Capture& capture) { return capture.finish(usage::UsageRecord()); }

  FakeRecorder recorder_;
};

TEST_F(CaptureTest, TakesRequestAndAnswer) {
  Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
  capture.take_request("application/json", R"({"a":1})");
  capture.begin_answer("application/json", "");
  capture.feed(R"({"b":)");
  capture.feed("2}");
  capture.answer_is_whole();
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.answer);
  EXPECT_EQ(out.request->body, R"({"a":1})");
  EXPECT_EQ(out.answer->answer.body, R"({"b":2})");
  EXPECT_FALSE(out.answer->answer.truncated);
  EXPECT_EQ(out.answered_by, source::kModel);
  EXPECT_FALSE(out.no_room);
}

// Nobody asks for it, and no rule finds what stands in it in pieces.
TEST_F(CaptureTest, AnAnswerInACodingThatIsNotKnownIsDescribed) {
  for (const char* const coding : {"br", "identity"}) {
    Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
    capture.begin_answer("text/plain", coding);
    capture.feed(
        "alice@ex\x03"
        "ample.com");
    capture.answer_is_whole();
    const Exchange out = finish(capture);
    ASSERT_TRUE(out.answer);
    const bool is_shown = out.answer->answer.body.find("alice") != std::string::npos;
    EXPECT_EQ(is_shown, std::string_view(coding) == "identity") << out.answer->answer.body;
    EXPECT_EQ(out.answer->content_type, "text/plain");
  }
}

// Sound, or a coding that nobody reads, whose first byte is a brace.
TEST_F(CaptureTest, WhatIsKnownForAFileIsDescribedWhateverItBeginsWith) {
  for (const std::string_view type : {"application/octet-stream", ""}) {
    for (const std::string_view coding : {"br", ""}) {
      Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
      const bool is_known = coding.empty();
      capture.begin_answer(type, coding,
                           is_known ? audit::AnswerKind::file : audit::AnswerKind::as_it_begins);
      capture.feed("{\"a\":\"alice\"}");
      capture.answer_is_whole();
      const Exchange out = finish(capture);
      ASSERT_TRUE(out.answer);
      EXPECT_EQ(out.answer->answer.body.find("alice"), std::string::npos) << type << coding;
      EXPECT_NE(out.answer->answer.body.find("sha256"), std::string::npos) << type << coding;
      capture.answer_instead("{}");
      EXPECT_EQ(finish(capture).answer->answer.body, "{}") << "the gateway's own is none";
    }
  }
}

TEST_F(CaptureTest, MetadataTakesNoContent) {
  Capture capture(recorder_, terms(config::AuditLevel::metadata), 10'000, "retail");
  capture.take_request("application/json", "{}");
  capture.begin_answer("application/json", "");
  capture.feed("{}");
  const Exchange out = finish(capture);
  EXPECT_FALSE(out.request || out.answer);
  EXPECT_EQ(out.hold.held(), 0U);
}

TEST_F(CaptureTest, WithoutRoomTheExchangeGoesOnWithoutContent) {
  recorder_.memory().change_limit(200 * 1024);
  Capture capture(recorder_, terms(config::AuditLevel::redacted), 1024 * 1024, "retail");
  capture.take_request("text/plain", std::string(60 * 1024, 'x'));
  capture.begin_answer("text/plain", "");
  for (int i = 0; i < 100; ++i) capture.feed(std::string(1024, 'y'));
  const Exchange out = finish(capture);
  EXPECT_TRUE(out.request);
  EXPECT_FALSE(out.answer);
  EXPECT_TRUE(out.no_room);
  EXPECT_LE(recorder_.memory().held(), 100U * 1024);
}

TEST_F(CaptureTest, AnotherClientFindsRoomBesideOneThatTakesAllItGets) {
  std::vector<Exchange> flood;
  do {
    Capture capture(recorder_, terms(config::AuditLevel::redacted), 1024 * 1024, "flood");
    capture.take_request("text/plain", std::string(60 * 1024, 'x'));
    flood.push_back(finish(capture));
  } while (!flood.back().no_room && flood.size() < 100);
  ASSERT_LT(flood.size(), 100U);
  Capture neighbour(recorder_, terms(config::AuditLevel::redacted), 1024 * 1024, "neighbour");
  neighbour.take_request("text/plain", std::string(60 * 1024, 'x'));
  EXPECT_FALSE(finish(neighbour).no_room);
}

TEST_F(CaptureTest, OfALongTextNoMoreIsHeldThanIsKept) {
  constexpr std::size_t kMost = 10'000;
  Capture capture(recorder_, terms(config::AuditLevel::redacted), kMost, "retail");
  const std::string body =
      R"({"messages":[{"role":"user","content":")" + std::string(900 * 1024, 'x') + R"("}]})";
  capture.take_request("application/json", body);
  EXPECT_EQ(recorder_.memory().held(), 64U * 1024);
  recorder_.shorten_request_of(capture);
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.request->shortened);
  EXPECT_EQ(out.request->body, "");
  EXPECT_LE(out.request->shortened->text.size(), kMost);
  EXPECT_TRUE(out.request->shortened->truncated);
  EXPECT_TRUE(out.request->shortened->json);
}

TEST_F(CaptureTest, ALongTextOfWhatEndedBeforeItWasReadIsKept) {
  constexpr std::size_t kMost = 10'000;
  Capture capture(recorder_, terms(config::AuditLevel::redacted), kMost, "retail");
  const std::string body(3 * kMost, 'x');
  capture.take_request("text/plain", body);
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.request->shortened);
  EXPECT_EQ(out.request->shortened->text, std::string(kMost, 'x'));
  EXPECT_TRUE(out.request->shortened->truncated);
}

TEST_F(CaptureTest, ALongTextIsReadInTurnsAndNobodyWaitsForIt) {
  constexpr std::size_t kMost = 300 * 1024;
  Capture capture(recorder_, terms(config::AuditLevel::redacted), kMost, "retail");
  std::string body(2 * kMost, 'x');
  boost::asio::io_context worker;
  capture.take_request("text/plain", body);
  capture.begin_shortening(worker.get_executor());
  int turns = 0;
  while (worker.poll_one() > 0) ++turns;
  EXPECT_GE(turns, 2) << "others come in between";
  body.assign(body.size(), 'y');  // it was read: what becomes of it is of no interest any more
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.request->shortened);
  EXPECT_EQ(out.request->shortened->text, std::string(kMost, 'x'));
}

TEST_F(CaptureTest, ATurnThatComesWhenTheExchangeIsGoneReadsNothing) {
  boost::asio::io_context worker;
  {
    const std::string body(30'000, 'x');
    Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
    capture.take_request("text/plain", body);
    capture.begin_shortening(worker.get_executor());
  }
  EXPECT_EQ(worker.poll(), 1U);
}

TEST_F(CaptureTest, WhatIsLeftOfALongTextIsReadAtTheEnd) {
  constexpr std::size_t kMost = 400 * 1024;
  Capture capture(recorder_, terms(config::AuditLevel::redacted), kMost, "retail");
  const std::string body(2 * kMost, 'x');
  boost::asio::io_context worker;
  capture.take_request("text/plain", body);
  capture.begin_shortening(worker.get_executor());
  EXPECT_EQ(worker.poll_one(), 1U);
  recorder_.shorten_request_of(capture);
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.request->shortened);
  EXPECT_EQ(out.request->shortened->text, std::string(kMost, 'x'));
}

TEST_F(CaptureTest, BehindALongFileTheWordsAreKept) {
  Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
  std::string file = "iVBORw0KGgo";
  while (file.size() < 900UL * 1024) file += "AAECAwQFBgcICQoLDA0ODw";
  file.resize(file.size() / 4 * 4);
  const std::string body = R"({"messages":[{"role":"user","content":[{"type":"image_url",)"
                           R"("image_url":{"url":"data:image/png;base64,)" +
                           file + R"("}},{"type":"text","text":"What is this?"}]}]})";
  capture.take_request("application/json", body);
  recorder_.shorten_request_of(capture);
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.request && out.request->shortened);
  EXPECT_NE(out.request->shortened->text.find("What is this?"), std::string::npos);
  EXPECT_FALSE(out.request->shortened->truncated);
}

TEST_F(CaptureTest, TheGatewaysOwnAnswerTakesTheBackendsPlace) {
  Capture capture(recorder_, terms(config::AuditLevel::redacted), 10'000, "retail");
  capture.begin_answer("text/event-stream", "");
  capture.feed("data: {\"id\":");
  capture.answer_instead(R"({"error":{}})");
  const Exchange out = finish(capture);
  ASSERT_TRUE(out.answer);
  EXPECT_EQ(out.answer->answer.body, R"({"error":{}})");
  EXPECT_EQ(out.answered_by, source::kGateway);
}

TEST_F(CaptureTest, WhatWaitsIsStoredBeforeAndGivesItsMemoryAway) {
  Terms waiting = terms(config::AuditLevel::redacted);
  waiting.on_failure = config::OnFailure::fail_closed;
  Capture capture(recorder_, waiting, 10'000, "retail");
  capture.take_request("application/json", "{}");
  ASSERT_TRUE(recorder_.keeps_request_of(capture));
  ASSERT_EQ(recorder_.kept.size(), 1U);
  EXPECT_TRUE(recorder_.kept[0].request_alone);
  EXPECT_TRUE(recorder_.kept[0].request);
  const Exchange out = finish(capture);
  EXPECT_EQ(request_fate(out), RequestFate::stored);
  EXPECT_FALSE(out.request);
}

TEST_F(CaptureTest, WhatBecameOfARequestThatWasToBeStoredBeforeIsKnown) {
  Terms waiting = terms(config::AuditLevel::redacted);
  waiting.on_failure = config::OnFailure::fail_closed;
  recorder_.failure = Error{Errc::unavailable, "the redactor is away"};
  for (const bool stored : {false, true}) {
    recorder_.stores_all_the_same = stored;
    Capture capture(recorder_, waiting, 10'000, "retail");
    capture.take_request("application/json", "{}");
    EXPECT_FALSE(recorder_.keeps_request_of(capture));
    const Exchange out = finish(capture);
    EXPECT_EQ(request_fate(out), stored ? RequestFate::stored : RequestFate::lost)
        << "its rows are not written twice";
  }
}

TEST_F(CaptureTest, OfARequestThatNobodyWaitsForToTheEndItsOwnEndSaysWhatBecameOfIt) {
  Terms waiting = terms(config::AuditLevel::redacted);
  waiting.on_failure = config::OnFailure::fail_closed;
  recorder_.keeps_it_waiting = true;
  for (const bool stored : {false, true}) {
    Capture capture(recorder_, waiting, 10'000, "retail");
    capture.take_request("application/json", "{}");
    EXPECT_FALSE(recorder_.keeps_request_of(capture));
    const Exchange out = finish(capture);
    EXPECT_EQ(request_fate(out), RequestFate::underway);
    if (stored) recorder_.kept.back().unstored.stored();
    recorder_.kept.clear();
    EXPECT_EQ(request_fate(out), stored ? RequestFate::stored : RequestFate::lost)
        << "whatever took it away";
  }
}

TEST_F(CaptureTest, ARequestIsLostWithWhatIsThrownWhereItIsHandedOver) {
  Terms waiting = terms(config::AuditLevel::redacted);
  waiting.on_failure = config::OnFailure::fail_closed;
  recorder_.throws = true;
  Capture capture(recorder_, waiting, 10'000, "retail");
  capture.take_request("application/json", "{}");
  EXPECT_THROW(recorder_.keeps_request_of(capture), std::bad_alloc);
  const Exchange out = finish(capture);
  EXPECT_EQ(request_fate(out), RequestFate::lost) << "the answer's rows say so, and wait for none";
}

TEST_F(CaptureTest, ARequestThatFindsNoRoomIsNotSent) {
  recorder_.memory().change_limit(0);
  Terms waiting = terms(config::AuditLevel::redacted);
  waiting.on_failure = config::OnFailure::fail_closed;
  Capture capture(recorder_, waiting, 10'000, "retail");
  capture.take_request("application/json", "{}");
  EXPECT_FALSE(recorder_.keeps_request_of(capture));
  EXPECT_TRUE(recorder_.kept.empty());
}

}  // namespace
}  // namespace tollgate::capture
