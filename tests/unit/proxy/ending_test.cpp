// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ending.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "telemetry/quiet_log.hpp"
#include "tollgate/operations/request_target.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {
namespace {

namespace asio = boost::asio;
using usage::UsageBasis;

/// Has no room for what it is to do.
struct FullExecutor {
  asio::execution_context* context;

  asio::execution_context& query(asio::execution::context_t) const noexcept { return *context; }
  static constexpr asio::execution::blocking_t query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  FullExecutor require(asio::execution::blocking_t::never_t) const noexcept { return *this; }
  template <typename Work>
  void execute(Work&&) const {
    throw std::bad_alloc();
  }
  bool operator==(const FullExecutor&) const noexcept = default;
};

usage::Attempt attempt(int status, std::optional<std::int64_t> retry_after_ms = std::nullopt) {
  usage::Attempt out;
  out.status = status;
  out.retry_after_ms = retry_after_ms;
  out.sent = true;
  return out;
}

class EndingTest : public testing::Test {
 protected:
  EndingTest() {
    target_ = operations::parse_target("POST", "/openai/v1/chat/completions").value();
    request_.target = &target_;
    record_.model = "gpt-4o";
  }

  /// How it ends when no backend answered, for this reason.
  Ending unanswered(Error error) {
    const Result<upstream::Answer> none = std::move(error);
    std::optional<Relay> relay;
    return note_outcome(record_, request_, none, relay, arrival_, cancellation_);
  }

  /// True: it came to its end.
  bool count(std::string body, const asio::any_io_executor& background) {
    bool over = false;
    std::exception_ptr thrown;
    const Ending ending{.to_be_counted = true};
    asio::co_spawn(context_,
                   count_ourselves(record_, ending, *target_.operation->api, std::move(body),
                                   background, cancellation_),
                   [&](const std::exception_ptr& exception) {
                     thrown = exception;
                     over = true;
                   });
    context_.run();
    context_.restart();
    return over && !thrown;
  }
  static std::string body_of(std::size_t words) {
    std::string text;
    for (std::size_t i = 0; i < words; ++i) text += "word ";
    return R"({"model":"gpt-4o","messages":[{"role":"user","content":")" + text + R"("}]})";
  }

  telemetry::QuietLog quiet_;
  asio::io_context context_;
  operations::RequestTarget target_;
  upstream::OutboundRequest request_;
  usage::UsageRecord record_;
  Arrival arrival_;
  Cancellation cancellation_;
};

TEST_F(EndingTest, WithoutAnAttemptTheClientMayTryAgainAndNothingIsCounted) {
  const Ending ending = unanswered({Errc::unavailable, "no target"});
  ASSERT_TRUE(ending.instead);
  EXPECT_EQ(record_.status_code, ending.instead->status);
  EXPECT_FALSE(ending.to_be_counted);
  EXPECT_EQ(ending.instead->extra_fields.find("x-should-retry"), std::string::npos);
}

// The client's own retries would multiply the gateway's.
TEST_F(EndingTest, AfterSeveralAttemptsTheClientIsToldNotToRetryAndHowLongToWait) {
  record_.attempts = {attempt(429, 4000), attempt(429, 2500)};
  const Ending ending = unanswered({Errc::unavailable, "all refused"});
  ASSERT_TRUE(ending.instead);
  EXPECT_NE(ending.instead->extra_fields.find("x-should-retry: false\r\n"), std::string::npos);
  EXPECT_NE(ending.instead->extra_fields.find("2500"), std::string::npos) << "the shorter one";
}

TEST_F(EndingTest, WhatMayHaveBeenBegunIsCountedAndNotAskedForAgain) {
  record_.attempts = {attempt(0)};
  record_.attempts.back().error = to_string(Errc::timeout);
  const Ending ending = unanswered({Errc::timeout, "silent"});
  EXPECT_EQ(record_.usage_reason, usage::reason::kNoAnswer);
  EXPECT_TRUE(ending.to_be_counted);
  EXPECT_NE(ending.instead->extra_fields.find("x-should-retry: false\r\n"), std::string::npos);
}

TEST_F(EndingTest, WhoHasLeftIsToldNothing) {
  cancellation_.client_left();
  const Ending ending = unanswered({Errc::cancelled, "left"});
  EXPECT_EQ(record_.outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(ending.instead->status, no_answer().status);
}

TEST_F(EndingTest, ASmallBodyIsCountedHere) {
  ASSERT_TRUE(count(body_of(100), FullExecutor{&context_}));
  EXPECT_EQ(record_.usage_basis, UsageBasis::estimated);
}

TEST_F(EndingTest, ALargeBodyIsCountedElsewhere) {
  asio::io_context elsewhere;
  std::exception_ptr thrown;
  bool over = false;
  const Ending ending{.to_be_counted = true};
  asio::co_spawn(context_,
                 count_ourselves(record_, ending, *target_.operation->api, body_of(20'000),
                                 elsewhere.get_executor(), cancellation_),
                 [&](const std::exception_ptr&) { over = true; });
  context_.poll();
  EXPECT_FALSE(over);
  EXPECT_EQ(elsewhere.run(), 1U);
  context_.restart();
  context_.run();
  EXPECT_TRUE(over);
  EXPECT_EQ(record_.usage_basis, UsageBasis::estimated);
}

// What is known of a settled operation went with a guess that threw.
TEST_F(EndingTest, ACountThatThrowsLeavesTheRecordAsItWas) {
  record_.usage_reason = usage::reason::kNoAnswer;
  const usage::UsageRecord before = record_;
  EXPECT_TRUE(count(body_of(20'000), FullExecutor{&context_}));
  EXPECT_EQ(record_, before);
}

}  // namespace
}  // namespace tollgate::proxy
