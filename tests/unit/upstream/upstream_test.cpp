// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/upstream.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

#include "memory_dialer.hpp"
#include "routing/test_route.hpp"
#include "telemetry/quiet_log.hpp"

// Attempts at backends whose connections are in memory.
namespace tollgate::upstream {
namespace {

using End = net::MemoryLine::End;

constexpr const char* kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
constexpr const char* kThrottled =
    "HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\n{}";

struct Log : AttemptLog {
  std::vector<usage::Attempt>& attempts() override { return list; }
  void moving_on(const routing::Candidate& next) override { moves.push_back(next.backend->name); }
  void credential_refused(const routing::Candidate&) override { ++refused; }
  void target_changed(const routing::Candidate& candidate,
                      const routing::TargetNews& news) override {
    changes.push_back(candidate.backend->name + (news.over ? " back" : " rests"));
  }
  std::vector<usage::Attempt> list;
  std::vector<std::string> moves;
  std::vector<std::string> changes;
  int refused = 0;
};

class UpstreamTest : public testing::Test {
 protected:
  UpstreamTest() {
    for (const routing::Candidate& candidate : route_.route.candidates) {
      auto dialer = std::make_unique<MemoryDialer>(*context_);
      dialers_.push_back(dialer.get());
      links_.push_back(
          {std::make_unique<ConnectionPool>(*candidate.backend, std::move(dialer)), &authorizer_});
    }
    upstream_ =
        std::make_unique<Upstream>(std::move(links_), FieldFilter(config::Authentication{}));
    head_.method = "POST";
    target_ = operations::parse_target(
                  "POST", "/openai/deployments/m/chat/completions?api-version=2024-10-21")
                  .value();
    request_ = {.client = &head_, .target = &target_, .body = "{}"};
  }
  ~UpstreamTest() override { context_.reset(); }

  void send() {
    answer_.reset();
    failover_.emplace(route_.board, route_.route, head_.method, std::chrono::steady_clock::now(),
                      1);
    lease_ = failover_->first(std::chrono::steady_clock::now());
    ASSERT_TRUE(lease_);
    boost::asio::co_spawn(*context_,
                          upstream_->send(request_, *failover_, *lease_, log_, cancellation_),
                          [this](const std::exception_ptr&, Result<Answer> answer) {
                            answer_.emplace(std::move(answer));
                          });
    run();
  }
  void run() {
    context_->restart();
    context_->poll();
  }
  void says(std::string_view bytes, std::size_t backend = 0) {
    line(backend).arrives(bytes);
    run();
  }
  net::MemoryLine& line(std::size_t backend = 0) { return *dialers_[backend]->lines.back(); }
  /// One exchange whose connection goes back to its pool.
  void use_a_connection() {
    send();
    says(kOk);
    (*answer_)->connection.keep();
    log_.list.clear();
  }
  Errc error() { return answer_ && !*answer_ ? answer_->error().code : Errc::internal; }

  telemetry::QuietLog quiet_;
  std::unique_ptr<boost::asio::io_context> context_ = std::make_unique<boost::asio::io_context>();
  routing::TestRoute route_{{{"east", 1}, {"west", 2}}};
  ScriptedAuthorizer authorizer_;
  std::vector<Upstream::BackendLink> links_;
  std::vector<MemoryDialer*> dialers_;
  std::unique_ptr<Upstream> upstream_;
  http::RequestHead head_;
  operations::RequestTarget target_;
  OutboundRequest request_;
  Cancellation cancellation_;
  Log log_;
  std::optional<routing::Failover> failover_;
  std::optional<routing::Lease> lease_;
  std::optional<Result<Answer>> answer_;
};

TEST_F(UpstreamTest, SendsTheRequestWithTheGatewaysCredential) {
  send();
  EXPECT_NE(line().sent.find("api-key: backend-key\r\n"), std::string::npos);
  EXPECT_TRUE(line().sent.ends_with("\r\n\r\n{}"));
  says(kOk);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->head.status, 200);
  ASSERT_EQ(log_.list.size(), 1U);
  EXPECT_EQ(log_.list[0].status, 200);
  EXPECT_TRUE(log_.list[0].sent);
}

TEST_F(UpstreamTest, GoesOnToTheNextTargetWhenOneIsThrottled) {
  send();
  says(kThrottled);
  EXPECT_EQ(log_.moves, std::vector<std::string>{"west"});
  says(kOk, 1);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->candidate.backend->name, "west");
  ASSERT_EQ(log_.list.size(), 2U);
  EXPECT_EQ(log_.list[0].retry_after_ms, 7000);
}

class UnderALabel : public UpstreamTest, public testing::WithParamInterface<const char*> {};

// Called JSON, it was relayed as served: its target did not rest, and nothing went elsewhere.
TEST_P(UnderALabel, ARefusalInAStreamIsOne) {
  target_ = operations::parse_target("POST", "/openai/v1/responses").value();
  send();
  says(std::string("HTTP/1.1 200 OK\r\n") + GetParam() + "Connection: close\r\n\r\n" +
       "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"too_many_requests\"}}\n\n");
  line().ends();
  run();
  ASSERT_EQ(log_.list.size(), 2U);
  EXPECT_EQ(log_.list[0].status, 429);
  says(kOk, 1);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->candidate.backend->name, "west");
}

INSTANTIATE_TEST_SUITE_P(UpstreamTest, UnderALabel,
                         testing::Values("Content-Type: text/event-stream\r\n",
                                         "Content-Type: text/plain\r\n",
                                         "Content-Type: application/json; charset=utf-8\r\n", ""));

// The length had it taken for a body that was ready as a whole.
TEST_F(UpstreamTest, ARefusalInAStreamThatWasAskedForIsOneAlsoWithALength) {
  target_ = operations::parse_target("POST", "/openai/v1/responses").value();
  usage::RequestScan scan;
  scan.stream = true;
  request_.scan = &scan;
  send();
  const std::string refusal =
      "data: {\"type\":\"error\",\"error\":{\"type\":\"too_many_requests\"}}\n\n";
  says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
       std::to_string(refusal.size()) + "\r\n\r\n" + refusal);
  ASSERT_EQ(log_.list.size(), 2U);
  EXPECT_EQ(log_.list[0].status, 429);
  says(kOk, 1);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->candidate.backend->name, "west");
}

// Its length shows that it was ready as a whole.
TEST_F(UpstreamTest, JsonWithALengthIsTakenAtItsWord) {
  target_ = operations::parse_target("POST", "/openai/v1/responses").value();
  send();
  says("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n");
  ASSERT_TRUE(answer_ && *answer_) << "nothing of its body was waited for";
  EXPECT_FALSE((*answer_)->may_be_stream());
}

TEST_F(UpstreamTest, ReplacesAKeptConnectionThatHadBeenClosed) {
  use_a_connection();
  send();
  line().ends();  // it ended while the request was on its way
  run();
  ASSERT_EQ(dialers_[0]->lines.size(), 2U);
  says(kOk);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ(log_.list.size(), 2U) << "both tries are listed";
}

TEST_F(UpstreamTest, DoesNotSendTwiceIntoANewConnectionThatBreaks) {
  send();
  line().ends(End::reset);
  run();
  EXPECT_EQ(error(), Errc::protocol);
  EXPECT_EQ(dialers_[0]->lines.size(), 1U);
  EXPECT_TRUE(dialers_[1]->lines.empty()) << "it may have been worked on";
}

// A backend that answered one request twice: the next request must not get that answer.
TEST_F(UpstreamTest, UnaskedBytesOnAKeptConnectionAreNobodysAnswer) {
  use_a_connection();
  line().arrives("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nanswer");
  send();
  ASSERT_EQ(dialers_[0]->lines.size(), 2U) << "another connection";
  EXPECT_EQ(dialers_[0]->lines[0]->own, End::closed);
  says(kOk);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->bytes, kOk);
}

// The same, coming while the next request is being written: its client got the other's answer.
TEST_F(UpstreamTest, AnAnswerBeforeTheRequestIsWholeIsNotItsOwn) {
  use_a_connection();
  const std::string body(40'000, ' ');
  request_.body = body;
  line().reads(false);
  send();
  line().arrives("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nothers");
  line().reads(true);
  run();
  EXPECT_EQ(error(), Errc::protocol);
  EXPECT_EQ(dialers_[0]->lines[0]->own, End::closed);
}

TEST_F(UpstreamTest, ARefusalBeforeTheRequestIsWholeIsItsOwn) {
  const std::string body(40'000, ' ');
  request_.body = body;
  use_a_connection();
  line().reads(false);
  send();
  line().arrives("HTTP/1.1 413 Large\r\nContent-Length: 2\r\n\r\n{}");
  line().reads(true);
  run();
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->head.status, 413);
  EXPECT_EQ(line().sent.substr(line().sent.size() - body.size()), body) << "sent whole";
}

TEST_F(UpstreamTest, AnInterimAnswerMayComeBeforeTheRequestIsWhole) {
  const std::string body(40'000, ' ');
  request_.body = body;
  use_a_connection();
  line().reads(false);
  send();
  line().arrives("HTTP/1.1 100 Continue\r\n\r\n");
  line().reads(true);
  run();
  says(kOk);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->head.status, 200);
}

TEST_F(UpstreamTest, ASilentBackendIsATimeout) {
  send();
  line().runs_late();
  run();
  EXPECT_EQ(error(), Errc::timeout);
}

TEST_F(UpstreamTest, WaitsForTheHeadAsLongAsTheCandidateMay) {
  route_.route.candidates[0].timeouts.first_byte = seconds(77);
  const SteadyTime begun = std::chrono::steady_clock::now();
  send();
  EXPECT_GE(line().deadline, begun + seconds(77));
  EXPECT_LT(line().deadline, begun + seconds(87));
}

TEST_F(UpstreamTest, WhatIsUnderWayGoesOnForAClientThatHasLeftAndNothingNewBegins) {
  struct ReadOn : Cancellation::Leaving {
    Cancellation::OnLeaving decide() override { return Cancellation::OnLeaving::read_on; }
  } read_on;
  cancellation_.ask_on_leaving(&read_on);
  send();
  cancellation_.client_left();
  run();
  EXPECT_FALSE(answer_);
  says(kThrottled);
  ASSERT_TRUE(answer_ && *answer_);
  EXPECT_EQ((*answer_)->head.status, 429);
  EXPECT_TRUE(dialers_[1]->lines.empty());
}

TEST_F(UpstreamTest, NothingIsSentForAClientThatHasLeftBefore) {
  cancellation_.client_left();
  send();
  EXPECT_EQ(error(), Errc::cancelled);
  EXPECT_TRUE(dialers_[0]->lines.empty() || line().sent.empty());
  EXPECT_FALSE(log_.list.at(0).sent);
}

TEST_F(UpstreamTest, AStopEndsTheWait) {
  send();
  cancellation_.stop();
  run();
  EXPECT_EQ(error(), Errc::cancelled);
}

}  // namespace
}  // namespace tollgate::upstream
