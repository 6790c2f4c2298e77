// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "shared_gateway_test.hpp"

// Clients that take their time on purpose (faults.md H12, H14): deadlines are absolute, so that a
// byte now and then does not move them.
namespace tollgate::integration {
namespace {

using Clock = std::chrono::steady_clock;

constexpr milliseconds kDeadline{300};
/// A deadline is looked at every 50 ms; the rest is for a machine that is busy.
constexpr milliseconds kLatest{4000};
constexpr milliseconds kDrip{10};

class SlowClient : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.limits.head_timeout = kDeadline;
      config.limits.body_idle_timeout = kDeadline;
      config.limits.client_write_timeout = kDeadline;
    });
  }

  void SetUp() override { begun_ = Clock::now(); }

  void expect_at_deadline() const {
    const auto taken = Clock::now() - begun_;
    EXPECT_GE(taken, kDeadline);
    EXPECT_LT(taken, kLatest);
  }

  /// Sends a byte every 10 ms until the gateway has had enough, or the text is out.
  static void drip(RawConnection& client, std::string_view text) {
    for (std::size_t i = 0; i < text.size() && !client.readable(kDrip); ++i) {
      client.write(text.substr(i, 1));
    }
  }

  Clock::time_point begun_;
};

TEST_F(SlowClient, HeadIsDueAtOneDeadlineHoweverItDrips) {
  RawConnection client = gateway().connect();
  drip(client, ClientRequest().bytes());
  expect_refusal(client.read_response(), 408);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), End::closed);
  expect_at_deadline();
}

TEST_F(SlowClient, AConnectionThatSaysNothingIsClosedWithoutAWord) {
  RawConnection client = gateway().connect();
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(client.end(), End::closed);
  expect_at_deadline();
}

TEST_F(SlowClient, BodyThatStopsIsRefused) {
  RawConnection client = gateway().connect();
  const std::string request = ClientRequest().bytes();
  client.write(std::string_view(request).substr(0, request.size() - 1));
  expect_refusal(client.read_response(), 408);
  EXPECT_EQ(client.read_to_end(), "");
  expect_at_deadline();
}

TEST_F(SlowClient, BodyThatDripsIsRefusedAsWell) {
  RawConnection client = gateway().connect();
  const std::string request = ClientRequest{.body = std::string(100'000, 'x')}.bytes();
  const std::size_t head = request.find("\r\n\r\n") + 4;
  client.write(std::string_view(request).substr(0, head));
  drip(client, std::string_view(request).substr(head, 150));
  expect_refusal(client.read_response(), 408);
  EXPECT_EQ(client.read_to_end(), "");
  expect_at_deadline();
}

TEST_F(SlowClient, BodyPromisedWithExpectButNeverSentIsRefused) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{
      .fields = "Expect: 100-continue\r\nContent-Length: 5\r\n", .body = "", .with_length = false}
                   .bytes());
  EXPECT_EQ(client.read_response().wire, "HTTP/1.1 100 Continue\r\n\r\n");
  expect_refusal(client.read_response(), 408);
  expect_at_deadline();
}

constexpr std::size_t kEventSize = 16 * 1024;
/// More than the buffers of four sockets hold.
constexpr std::size_t kFlood = 256 * 1024 * 1024;
/// What those buffers and the gateway may take before the backend feels the client's pause.
constexpr std::size_t kBuffers = 32 * 1024 * 1024;

TEST_F(SlowClient, OneThatStopsReadingPausesItsBackendAndIsThenGivenUp) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.body = R"({"messages":[],"stream":true})"}.bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string event = chunk("data: {\"x\":\"" + std::string(kEventSize, 'x') + "\"}\n\n");
  const std::size_t taken =
      arrival.connection.write_until_blocked(event, kFlood, milliseconds(100));
  EXPECT_LT(taken, kBuffers) << "the gateway buffers for a client that does not read";
  // Given up, it is read on for, as its policy says; a whole piece must be finished first.
  arrival.connection.write(std::string_view(event).substr(taken % event.size()));
  arrival.connection.write(chunk("data: "
                                 "{\"choices\":[],\"usage\":{\"prompt_tokens\":4,\"completion_"
                                 "tokens\":5,\"total_tokens\":9}}\n\n") +
                           chunk("data: [DONE]\n\n") + "0\r\n\r\n");
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(records[0].tokens.total, 9);
  client.read_to_end();
  EXPECT_EQ(client.end(), End::reset) << "what was cut off must not look whole";
}

}  // namespace
}  // namespace tollgate::integration
