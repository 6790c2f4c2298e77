// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_words.hpp"

#include <gtest/gtest.h>

#include "capture/fake_recorder.hpp"
#include "operation_exits.hpp"

namespace tollgate::proxy {
namespace {

class RefusedWordsTest : public testing::Test {
 protected:
  RefusedWords words(config::AuditLevel level) {
    config_.audit.level = level;
    return {&recorder_, config_, client_, UtcTime()};
  }

  capture::FakeRecorder recorder_;
  config::Config config_;
  config::Client client_;
};

TEST_F(RefusedWordsTest, AnUnknownModelIsShownIfItHasTheFormOfAName) {
  const RefusedWords redacted = words(config::AuditLevel::redacted);
  EXPECT_EQ(redacted.model("gpt-4o-2024-08-06.ft-1:x/y"), "gpt-4o-2024-08-06.ft-1:x/y");
  EXPECT_EQ(redacted.model("Ann Lee"), "(no model's name)");
  EXPECT_EQ(redacted.model("a@b.example"), "(no model's name)");
  EXPECT_EQ(redacted.model(std::string(129, 'm')), "(no model's name)");
  EXPECT_EQ(redacted.model(""), "");
  EXPECT_EQ(redacted.text("a@b.example"), "[EMAIL]");
}

TEST_F(RefusedWordsTest, OtherLevelsLeaveTheLineAsItIs) {
  for (const auto level : {config::AuditLevel::off, config::AuditLevel::metadata}) {
    EXPECT_EQ(words(level).model("Ann Lee"), "Ann Lee");
    EXPECT_EQ(words(level).text("a@b.example"), "a@b.example");
  }
  EXPECT_EQ(RefusedWords().text("a@b.example"), "a@b.example");
  EXPECT_EQ(RefusedWords(nullptr, config_, client_, UtcTime()).model("Ann Lee"), "Ann Lee");
}

TEST(ClientWords, HoldNoValueWhereverTheyStand) {
  const capture::FakeRecorder recorder;
  usage::UsageRecord record;
  for (std::string* const text : client_words(record)) *text = "a@b.example";
  redact_client_words(record, recorder);
  EXPECT_EQ(record.api_version, "[EMAIL]");
  EXPECT_EQ(record.requested_service_tier, "[EMAIL]");
  EXPECT_EQ(usage::to_json(record).find('@'), std::string::npos) << usage::to_json(record);
}

TEST(ClientWords, AreCutWhenWhatTheRulesFindIsOutOfThem) {
  const capture::FakeRecorder recorder;
  usage::UsageRecord record;
  record.end_user = std::string(kLongestWord - 4, 'x') + " a@b.example";
  redact_client_words(record, recorder);
  EXPECT_EQ(record.end_user.find("a@"), std::string::npos) << record.end_user;
  EXPECT_LE(record.end_user.size(), kLongestWord);
}

// Replacements may be shorter: what stood at the very end of a cut word comes nearer.
TEST(ClientWords, NothingOfTheEndOfALongerWordIsKept) {
  EXPECT_EQ(kept_word("short", 5), "short");
  EXPECT_EQ(kept_word(std::string(kLongestWordSeen, 'x'), kLongestWordSeen).size(), kLongestWord);
  EXPECT_EQ(kept_word("[EMAIL] and half a", kLongestWordSeen), "");
  EXPECT_EQ(kept_word("[EMAIL] " + std::string(kLongestWord, 'h'), kLongestWordSeen), "[EMAIL] ");
}

TEST(ClientWords, ACustomIdIsTheCallersNameOnlyWhereItIsTheProof) {
  const capture::FakeRecorder recorder;
  for (const auto& [method, written] : {std::pair("api_key", "[EMAIL]"),
                                        {"entra", "[EMAIL]"},
                                        {"custom_header", "a@b.example"},
                                        {"client_certificate", "a@b.example"}}) {
    usage::UsageRecord record;
    record.auth_method = method;
    record.caller_proof = "verified";
    record.caller_custom_id = "a@b.example";
    redact_client_words(record, recorder);
    EXPECT_EQ(record.caller_custom_id, written) << method;
  }
}

/// Its rules find something in every text.
class EagerRecorder : public capture::FakeRecorder {
 public:
  std::string redacted(std::string) const override { return "[X]"; }
};

TEST(ClientWords, ATierByWhichAPriceIsFoundIsNobodysValue) {
  const EagerRecorder recorder;
  for (const auto& [asked, written] : {std::pair("priority", "priority"), {"ann", "[X]"}}) {
    usage::UsageRecord record;
    record.requested_service_tier = asked;
    redact_client_words(record, recorder);
    EXPECT_EQ(record.requested_service_tier, written);
  }
}

class RecordedWords : public OperationExits {};

TEST_F(RecordedWords, WhatABackendSaysGoesNowhereWithAValueInIt) {
  ask();
  const std::string body =
      R"({"id":"resp-a@b.example","model":"m-a@b.example","service_tier":"t@b.example","choices":[)"
      R"({"index":0,"finish_reason":"f@b.example"}],"usage":{"prompt_tokens":7,)"
      R"("completion_tokens":5,"total_tokens":12}})";
  backend_says(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\napim-request-id: a@b.example"
      "\r\nx-ms-deployment-name: d@b.example\r\nContent-Length: " +
      std::to_string(body.size()) + "\r\n\r\n" + body);
  expect_over(Afterwards::keep);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(usage::to_json(record()).find('@'), std::string::npos) << usage::to_json(record());
  EXPECT_EQ(record().model, "[EMAIL]");
  EXPECT_NE(client_got().find("m-a@b.example"), std::string::npos) << "the client's traffic stays";
}

TEST_F(RecordedWords, ThePriceIsFoundByTheWordsAsTheyCame) {
  pricing::PriceEntry entry;
  entry.model = "m@b.example";
  entry.from = pricing::parse_date("2020-01-01").value();
  entry.rates[index_of(pricing::PriceClass::input)] =
      pricing::make_rate(pricing::parse_price("4").value(), pricing::kPerMillion);
  config_.prices.list = {"USD", {entry}, {}};
  ask();
  const std::string body =
      R"({"id":"r","model":"m@b.example","choices":[{"index":0,"finish_reason":"stop"}],)"
      R"("usage":{"prompt_tokens":7,"completion_tokens":0,"total_tokens":7}})";
  backend_says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  expect_over(Afterwards::keep);
  EXPECT_EQ(record().cost_nano, 28'000) << record().cost_reason;
  EXPECT_EQ(record().model, "[EMAIL]");
}

TEST_F(RecordedWords, AnErrorsCodeGoesNowhereWithAValueInIt) {
  ask();
  const std::string body = R"({"error":{"code":"no a@b.example"}})";
  backend_says("HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  expect_told_once(usage::Outcome::refused);
  EXPECT_EQ(record().error_code, "[EMAIL]");
}

}  // namespace
}  // namespace tollgate::proxy
