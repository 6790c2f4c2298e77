// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "operation_exits.hpp"

// What limits do to a request, and what becomes of what it was given of them. That nothing stays
// reserved is looked at behind every test (OperationExits::TearDown).
namespace tollgate::proxy {
namespace {

using quotas::Measure;
using quotas::Mode;
using quotas::Period;

class QuotaExits : public OperationExits {
 protected:
  void only(quotas::Limit limit) { config_.clients[0].limits = {{"", std::move(limit)}}; }
  quotas::LimitState state() { return quotas_.states(quotas::Moment::now()).at(0); }
  bool asked_nobody() const { return dialers_[0]->lines.empty(); }
  void expect_refused(const std::string& status, const std::string& code) {
    expect_over(Afterwards::keep);
    EXPECT_EQ(client_got().substr(9, 3), status) << client_got();
    EXPECT_NE(client_got().find("\"code\":\"" + code + "\""), std::string::npos) << client_got();
    EXPECT_TRUE(entries_.empty()) << "no record";
    EXPECT_TRUE(asked_nobody());
    EXPECT_EQ(state().refusals, 1U);
  }
  bool has_line(const std::string& line) const {
    return client_got().find("\r\n" + line) != std::string::npos;
  }
};

const std::string kCapped = R"({"messages":[{"role":"user","content":"Hi"}],"max_tokens":50})";

TEST_F(QuotaExits, ARateThatIsUsedUpSaysHowLongToWait) {
  quotas::Limit rate = limit(Measure::tokens, Period::minute, 60);
  rate.burst = 100;
  only(rate);
  ask(kCapped);
  backend_says(kHead + kBody);
  EXPECT_EQ(client_got().substr(9, 3), "200");
  client_->sent.clear();
  over_ = false;
  ask(R"({"messages":[{"role":"user","content":"Hi"}],"max_tokens":90})");
  expect_over(Afterwards::keep);
  EXPECT_EQ(client_got().substr(9, 3), "429") << client_got();
  EXPECT_TRUE(has_line("Retry-After: "));
  EXPECT_TRUE(has_line("retry-after-ms: "));
  EXPECT_NE(client_got().find("\"code\":\"rate_limit_exceeded\""), std::string::npos);
  EXPECT_NE(client_got().find("\"type\":\"rate_limit_exceeded\""), std::string::npos);
  EXPECT_NE(client_got().find("client retail: 60 tokens per minute"), std::string::npos);
}

TEST_F(QuotaExits, AnExhaustedWindowIsNotWorthARetry) {
  only(limit(Measure::requests, Period::month, 0));
  config_.quotas.contact = "Ask ai-team@example.com.";
  ask();
  expect_refused("400", "request_too_large");
}

TEST_F(QuotaExits, AWindowWithNothingLeft) {
  only(limit(Measure::requests, Period::month, 1));
  config_.quotas.contact = "Ask ai-team@example.com.";
  ask();
  backend_says(kHead + kBody);
  client_->sent.clear();
  over_ = false;
  ask();
  expect_over(Afterwards::keep);
  EXPECT_EQ(client_got().substr(9, 3), "429") << client_got();
  EXPECT_TRUE(has_line("x-should-retry: false"));
  EXPECT_NE(client_got().find("\"code\":\"insufficient_quota\""), std::string::npos);
  EXPECT_NE(client_got().find("Ask ai-team@example.com."), std::string::npos);
  EXPECT_NE(client_got().find("T00:00:00Z"), std::string::npos) << "the window's end";
}

// By its bytes it is too large for the minute; by its tokens it is not.
TEST_F(QuotaExits, AnExhaustedWindowIsNotTakenForARequestThatIsTooLarge) {
  config_.clients[0].limits = {{"", limit(Measure::requests, Period::month, 1)},
                               {"", limit(Measure::tokens, Period::minute, 65)}};
  ask(kCapped);
  backend_says(kHead + kBody);
  client_->sent.clear();
  over_ = false;
  ask(kCapped);
  expect_over(Afterwards::keep);
  EXPECT_NE(client_got().find("\"code\":\"insufficient_quota\""), std::string::npos)
      << client_got();
}

TEST_F(QuotaExits, TheStatusOfAnExhaustedWindowIsTheOperators) {
  only(limit(Measure::requests, Period::month, 1));
  config_.quotas.exhausted_status = 403;
  ask();
  backend_says(kHead + kBody);
  client_->sent.clear();
  over_ = false;
  ask();
  EXPECT_EQ(client_got().substr(9, 3), "403");
}

TEST_F(QuotaExits, WhatCanNeverPassIsRefusedForGood) {
  only(limit(Measure::tokens, Period::month, 40));
  ask(kCapped);
  expect_refused("400", "request_too_large");
}

TEST_F(QuotaExits, WhatDoesNotFitByItsBytesIsCounted) {
  // 82 bytes, 10 tokens: with the 50 that its answer may have it fits.
  only(limit(Measure::tokens, Period::month, 65));
  ask(kCapped);
  EXPECT_FALSE(asked_nobody());
  EXPECT_LE(state().reserved, 65);
  backend_says(kHead + kBody);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(state().used, 12);
}

TEST_F(QuotaExits, AGuessOfTheAnswersLengthIsNoReasonToRefuseForGood) {
  only(limit(Measure::tokens, Period::month, 40));
  ask();
  EXPECT_FALSE(asked_nobody());
  EXPECT_LE(state().reserved, 40);
  backend_says(kHead + kBody);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(state().used, 12);
}

TEST_F(QuotaExits, ShadowRefusesNothing) {
  quotas::Limit shadow = limit(Measure::tokens, Period::month, 1);
  shadow.mode = Mode::shadow;
  only(shadow);
  ask(kCapped);
  backend_says(kHead + kBody);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(state().used, 12);
  EXPECT_EQ(state().refusals, 0U);
  EXPECT_EQ(state().shadow_hits, 1U);
}

TEST_F(QuotaExits, AnswersSayWhatIsLeftWhereThatIsLessThanTheBackendSays) {
  only(limit(Measure::requests, Period::month, 5));
  ask();
  backend_says(
      "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
      "x-ratelimit-remaining-requests: 90\r\nx-ratelimit-remaining-tokens: 80\r\n"
      "Content-Length: " +
      std::to_string(kBody.size()) + "\r\n\r\n" + kBody);
  EXPECT_TRUE(has_line("x-ratelimit-limit-requests: 5\r\n")) << client_got();
  EXPECT_TRUE(has_line("x-ratelimit-remaining-requests: 4\r\n")) << client_got();
  EXPECT_TRUE(has_line("x-ratelimit-remaining-tokens: 80\r\n")) << client_got();
  EXPECT_FALSE(has_line("x-ratelimit-remaining-requests: 90\r\n")) << client_got();
}

TEST_F(QuotaExits, OtherRefusalsSayWhatIsLeftToo) {
  only(limit(Measure::requests, Period::month, 5));
  ask(kCapped, "/openai/v1/nothing");
  EXPECT_EQ(client_got().substr(9, 3), "404") << client_got();
  EXPECT_TRUE(has_line("x-ratelimit-limit-requests: 5\r\n")) << client_got();
  EXPECT_TRUE(has_line("x-ratelimit-remaining-requests: 5\r\n")) << client_got();
}

TEST_F(QuotaExits, ARefusalBySomeLimitSaysItOnce) {
  only(limit(Measure::requests, Period::month, 0));
  ask();
  expect_refused("400", "request_too_large");
  const std::string line = "x-ratelimit-remaining-requests: 0\r\n";
  const std::size_t first = client_got().find(line);
  ASSERT_NE(first, std::string::npos) << client_got();
  EXPECT_EQ(client_got().find(line, first + 1), std::string::npos);
}

TEST_F(QuotaExits, WhatNoTargetTakesGivesItsPermitBack) {
  only(limit(Measure::requests, Period::month, 5));
  ask();
  for (const std::size_t target : {0U, 1U}) {
    backend_says("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n",
                 target);
  }
  expect_over(Afterwards::keep);
  const std::int64_t used = state().used;
  over_ = false;
  client_->sent.clear();
  ask();
  expect_over(Afterwards::keep);
  EXPECT_NE(client_got().find("throttled"), std::string::npos) << "refused before it began";
  EXPECT_EQ(state().used, used);
  EXPECT_EQ(state().reserved, 0);
}

TEST_F(QuotaExits, AsManyInFlightAsAreAllowed) {
  only(limit(Measure::in_flight, Period::none, 1));
  const auto other = quotas_.apply(config::quota_rules(config_), {}, quotas::Moment::now());
  const quotas::LimitSet limits = quotas_.limits_of("retail", {}, "gpt-4o");
  quotas::Reserved held = quotas_.reserve(limits, {}, quotas::Moment::now());
  ASSERT_FALSE(held.exceeded);
  ask();
  expect_refused("429", "rate_limit_exceeded");
  held.reservation.release(quotas::Moment::now());
}

TEST_F(QuotaExits, AnUnpricedModelUnderALimitOfMoney) {
  only(limit(Measure::cost, Period::month, 1'000'000'000));
  ask();
  expect_refused("403", "PriceNotKnown");
}

TEST_F(QuotaExits, AnAssumedPriceStandsInForAMissingOne) {
  quotas::Limit money = limit(Measure::cost, Period::month, 1'000'000'000);
  money.assume = quotas::AssumedPrice{1'000'000'000, 2'000'000'000};
  only(money);
  ask(kCapped);
  backend_says(kHead + kBody);
  expect_told_once(usage::Outcome::completed);
  EXPECT_EQ(state().used, 7 * 1000 + 5 * 2000);
}

TEST_F(QuotaExits, MoneyWaitsForTheLedgerThatCannotBeRead) {
  quotas::Limit money = limit(Measure::cost, Period::month, 1'000'000'000);
  money.assume = quotas::AssumedPrice{1'000'000'000, 2'000'000'000};
  only(money);
  ask(kCapped);
  backend_says(kHead + kBody);
  quotas_.hold({key_of(*state().rule)});
  client_->sent.clear();
  over_ = false;
  ask(kCapped);
  expect_over(Afterwards::keep);
  EXPECT_EQ(client_got().substr(9, 3), "503") << client_got();
  EXPECT_TRUE(has_line("Retry-After: 10"));
  EXPECT_NE(client_got().find("\"code\":\"quota_not_restored\""), std::string::npos);
  EXPECT_EQ(state().reserved, 0);
}

TEST_F(QuotaExits, WorkThatGoesOnIsSettledWhenItEnds) {
  ask(R"({"model":"gpt-4o","input":"Hi","background":true,"max_output_tokens":30})",
      "/openai/v1/responses");
  const std::string body = R"({"id":"resp_1","object":"response","status":"queued"})";
  backend_says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  expect_over(Afterwards::keep);
  ASSERT_FALSE(record().follow_path.empty());
  EXPECT_EQ(quotas_.parked(), 1U);
  usage::UsageRecord settled = record();
  settled.follow_path.clear();
  settled.usage_basis = usage::UsageBasis::reported;
  settled.usage_reason.clear();
  settled.tokens.prompt = 3;
  settled.tokens.completion = 4;
  EXPECT_TRUE(
      quotas_.settle_parked(settled.record_id, quotas::use_of(settled), quotas::Moment::now()));
  for (auto& entry : entries_) entry.record = settled;  // for what is looked at behind the test
}

}  // namespace
}  // namespace tollgate::proxy
