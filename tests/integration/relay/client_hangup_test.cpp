// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <future>
#include <string>
#include <tuple>

#include "shared_gateway_test.hpp"

// Clients that hang up while their answer is on its way, under both policies: what the backend sees
// and what the record says.
namespace tollgate::integration {
namespace {

/// What has reached the client when it goes.
enum class Phase { waiting, head, half_a_body, half_a_stream };
enum class Manner { close, reset };

const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kFirstEvent =
    chunk("data: {\"choices\":[{\"delta\":{\"content\":\"mark\"}}]}\n\n");
const std::string kLastEvents =
    chunk(
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":5,"
        "\"total_tokens\":12}}\n\n") +
    chunk("data: [DONE]\n\n") + "0\r\n\r\n";

/// The answer in two parts, cut where the client hangs up, and the last bytes of the first.
struct Script {
  std::string before;
  std::string after;
  std::string mark;
};

Script script_of(Phase phase) {
  const std::string whole = answer();
  const std::size_t body = whole.size() - kAnswerBody.size();
  switch (phase) {
    case Phase::waiting:
      return {"", whole, ""};
    case Phase::head:
      return {whole.substr(0, body), whole.substr(body), "\r\n\r\n"};
    case Phase::half_a_body:
      return {whole.substr(0, body + 9), whole.substr(body + 9), "{\"id\":\"x\""};
    case Phase::half_a_stream:
      return {kStreamHead + kFirstEvent, kLastEvents, "mark"};
  }
  return {};
}

class ClientHangup : public SharedGatewayTest,
                     public testing::WithParamInterface<std::tuple<Phase, Manner>> {
 protected:
  Script script_ = script_of(std::get<Phase>(GetParam()));

  /// Sends the request, receives the first part and goes.
  Arrival hang_up_halfway(std::string_view key) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.body = R"({"messages":[]})", .key = key}.bytes());
    Arrival arrival = backend().receive();
    arrival.connection.write(script_.before);
    client.read_through(script_.mark);
    gateway().settle();
    std::get<Manner>(GetParam()) == Manner::close ? client.close() : client.reset();
    gateway().settle();
    return arrival;
  }

  usage::UsageRecord take_record() {
    auto records = gateway().take_records(1);
    EXPECT_EQ(records.size(), 1U);
    return records.empty() ? usage::UsageRecord() : records.front();
  }
};

TEST_P(ClientHangup, UnderDrainTheAnswerIsReadOnAndItsTokensCount) {
  Arrival arrival = hang_up_halfway(kClientKey);
  ASSERT_TRUE(arrival.connection.write(script_.after));
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(record.outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.tokens.prompt, 7);
  EXPECT_EQ(record.tokens.completion, 5);
  EXPECT_EQ(record.tokens.total, 12);
  EXPECT_EQ(record.client_name, "drains");

  const std::size_t connections = backend().accepted();
  RawConnection next = gateway().connect();  // the backend's connection was left clean
  next.write(ClientRequest().bytes());
  serve(ForwardedRequest{.authority = backend().authority()}.bytes());
  EXPECT_EQ(next.read_response().wire, answer());
  EXPECT_EQ(backend().accepted(), connections);
  take_record();
}

TEST_P(ClientHangup, UnderDrainABackendThatBreaksOffLeavesARecordAllTheSame) {
  Arrival arrival = hang_up_halfway(kClientKey);
  arrival.connection.reset();
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(record.outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
}

TEST_P(ClientHangup, UnderCancelTheBackendIsLeftAtOnce) {
  Arrival arrival = hang_up_halfway(kCancellingClientKey);
  EXPECT_EQ(arrival.connection.read_to_end(), "");
  EXPECT_NE(arrival.connection.end(), End::open);
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(record.outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(record.client_name, "cancels");
}

std::string case_name(const testing::TestParamInfo<std::tuple<Phase, Manner>>& info) {
  static constexpr const char* kPhases[] = {"waiting", "head", "half_a_body", "half_a_stream"};
  return std::string(kPhases[static_cast<int>(std::get<Phase>(info.param))]) +
         (std::get<Manner>(info.param) == Manner::close ? "_close" : "_reset");
}

INSTANTIATE_TEST_SUITE_P(All, ClientHangup,
                         testing::Combine(testing::Values(Phase::waiting, Phase::head,
                                                          Phase::half_a_body, Phase::half_a_stream),
                                          testing::Values(Manner::close, Manner::reset)),
                         case_name);

class GatewayStop : public testing::Test {
 protected:
  TestGateway gateway_;
  RawConnection client_ = gateway_.connect();

  Arrival begin() {
    client_.write(ClientRequest().bytes());
    return gateway_.backend().receive();
  }

  usage::Outcome outcome() {
    const auto records = gateway_.take_records(1);
    EXPECT_EQ(records.size(), 1U);
    return records.at(0).outcome;
  }
};

class LastEvent : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() { gateway_ = std::make_unique<TestGateway>(); }

  /// Leaves once `seen` of the stream has come; the rest comes after that.
  usage::Outcome outcome_of_leaving_after(const std::string& seen, const std::string& rest) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.body = R"({"messages":[]})"}.bytes());
    Arrival arrival = backend().receive();
    arrival.connection.write(kStreamHead + kFirstEvent + seen);
    client.read_through(seen.empty() ? "mark" : "[DONE]\n\n");
    gateway().settle();
    client.close();
    gateway().settle();
    arrival.connection.write(rest);
    const auto records = gateway().take_records(1);
    EXPECT_EQ(records.size(), 1U);
    EXPECT_EQ(records.at(0).tokens.total, 12);
    EXPECT_EQ(records.at(0).usage_basis, usage::UsageBasis::reported);
    return records.at(0).outcome;
  }
};

// The official SDKs hang up upon [DONE]; the chunks' own end is none of their business.
TEST_F(LastEvent, AClientThatLeavesUponItHasTheWholeAnswer) {
  const std::string events = kLastEvents.substr(0, kLastEvents.size() - 5);
  EXPECT_EQ(outcome_of_leaving_after(events, "0\r\n\r\n"), usage::Outcome::completed);
}

TEST_F(LastEvent, AClientThatLeavesBeforeItHasNot) {
  EXPECT_EQ(outcome_of_leaving_after("", kLastEvents), usage::Outcome::client_aborted);
}

TEST_F(GatewayStop, E13_AnExchangeInProgressMayFinishWithinTheGrace) {
  Arrival arrival = begin();
  auto stopped =
      std::async(std::launch::async, [this] { gateway_.gateway().stop(milliseconds(5000)); });
  EXPECT_THROW(
      {
        for (;;) gateway_.connect();  // until nobody listens any more
      },
      std::runtime_error);
  arrival.connection.write(answer());
  EXPECT_EQ(client_.read_to_end(), answer("Connection: close\r\n"));
  EXPECT_EQ(client_.end(), End::closed);
  stopped.get();
  EXPECT_EQ(outcome(), usage::Outcome::completed);
}

TEST_F(GatewayStop, E13_WhatIsLeftAfterTheGraceIsInterruptedAndRecorded) {
  Arrival arrival = begin();
  arrival.connection.write(answer().substr(0, 80));
  client_.read_through("\r\n");
  gateway_.gateway().stop(milliseconds(0));
  client_.read_to_end();
  EXPECT_EQ(client_.end(), End::reset);
  EXPECT_EQ(outcome(), usage::Outcome::interrupted);
}

TEST_F(GatewayStop, E13_WhatWaitsForItsAnswerAfterTheGraceIsInterruptedAndNotItsClientsDoing) {
  const Arrival arrival = begin();
  gateway_.gateway().stop(milliseconds(0));
  EXPECT_EQ(client_.read_to_end(), "");
  const auto records = gateway_.take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::interrupted);
  EXPECT_EQ(records[0].status_code, 0);
  // The request left, so the backend may bill it.
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(records[0].usage_reason, "no_answer");
}

TEST_F(GatewayStop, E13_IdleConnectionsDoNotHoldItUp) {
  client_.write(ClientRequest().bytes());
  gateway_.backend().receive().connection.write(answer());
  client_.read_response();
  gateway_.gateway().stop(milliseconds(5000));
  EXPECT_EQ(client_.read_to_end(), "");
  EXPECT_EQ(client_.end(), End::closed);
  EXPECT_EQ(outcome(), usage::Outcome::completed);
}

}  // namespace
}  // namespace tollgate::integration
