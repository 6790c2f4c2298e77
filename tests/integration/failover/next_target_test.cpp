// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

#include "failover_test.hpp"

// When the next target is tried and when it is not: what each backend receives, what the client
// sees, and that one record lists every attempt (faults.md U3, U8).
namespace tollgate::integration {
namespace {

constexpr milliseconds kPause{300};

/// Breakers would end the variety of failures too early.
void without_breaker(config::Config& config) {
  for (config::Backend& backend : config.backends) {
    backend.breaker = {.consecutive_failures = 0, .failure_ratio = 0};
  }
}

class NextTarget : public FailoverTest {};

TEST_F(NextTarget, EveryStatusThatSaysSoLeadsThereAndNoOther) {
  start(without_breaker);
  for (const int status : {401, 403, 408, 429, 500, 502, 503, 504}) {
    SCOPED_TRACE(status);
    RawConnection client = ask();
    receive(east(), "east").connection.write(status_answer(status, "retry-after-ms: 1\r\n"));
    receive(west(), "west").connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
    const usage::UsageRecord record = take_record();
    EXPECT_EQ(text_of(record.attempts), "east " + std::to_string(status) + " after 1, west 200");
    EXPECT_EQ(record.outcome, usage::Outcome::completed);
    EXPECT_EQ(record.status_code, 200);
    EXPECT_EQ(record.tokens.total, 12);
    EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
    EXPECT_EQ(record.backend, "west");
    EXPECT_EQ(record.backend_deployment, "gpt-4o-west");
    EXPECT_EQ(record.backend_region, "westus");
    EXPECT_EQ(record.attempts[0].region, "eastus");
    EXPECT_EQ(record.attempts[1].deployment, "gpt-4o-west");
    EXPECT_TRUE(record.attempts[0].sent);
    const auto rested = std::chrono::steady_clock::now() + milliseconds(5);
    while (std::chrono::steady_clock::now() < rested) continue;
  }
  for (const int status : {400, 404, 409, 422, 501, 505}) {
    SCOPED_TRACE(status);
    RawConnection client = ask();
    receive(east(), "east").connection.write(status_answer(status));
    const Message response = client.read_response();
    EXPECT_EQ(response.wire, status_answer(status));
    EXPECT_EQ(text_of(take_record().attempts), "east " + std::to_string(status));
  }
}

TEST_F(NextTarget, WithoutAConnectionItIsTheNext) {
  // A bound socket that does not listen: nobody else can take its port.
  const int closed = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{
      .sin_family = AF_INET, .sin_port = 0, .sin_addr = {htonl(INADDR_LOOPBACK)}, .sin_zero = {}};
  socklen_t size = sizeof(address);
  ASSERT_EQ(::bind(closed, reinterpret_cast<sockaddr*>(&address), size), 0);
  ::getsockname(closed, reinterpret_cast<sockaddr*>(&address), &size);
  start([&](config::Config& config) {
    config.backends[0].endpoint = "https://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  });
  expect_served_by(west(), "west");
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 0 unavailable unsent, west 200");
  EXPECT_EQ(record.backend, "west");
  ::close(closed);
}

TEST_F(NextTarget, AfterAFailedHandshakeItIsTheNextAndNothingWasSent) {
  start();
  RawConnection client = ask();
  RawConnection& accepted = east().accept_without_handshake();
  ASSERT_TRUE(accepted.readable(kPatience))
      << "the handshake has begun: before, it were no connection";
  accepted.reset();
  receive(west(), "west").connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(text_of(take_record().attempts), "east 0 tls unsent, west 200");
}

TEST_F(NextTarget, TheyAreTriedInOrderAndTheLastAnswerGoesToTheClient) {
  start();
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(503));
  receive(west(), "west").connection.write(status_answer(429, "Retry-After: 7\r\n"));
  receive(north(), "north")
      .connection.write(status_answer(500, "apim-request-id: n-1\r\nx-should-retry: true\r\n",
                                      R"({"error":{"code":"oops"}})"));
  const Message response = client.read_response();
  EXPECT_EQ(response.status(), 500);
  EXPECT_EQ(response.body, R"({"error":{"code":"oops"}})");
  EXPECT_EQ(response.field("apim-request-id"), "n-1");
  EXPECT_EQ(response.field("x-should-retry"), "false");
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 503, west 429 after 7000, north 500");
  EXPECT_EQ(record.outcome, usage::Outcome::backend_error);
  EXPECT_EQ(record.backend, "north");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record.usage_reason, "error_answer");
  EXPECT_EQ(record.error_code, "oops");
}

TEST_F(NextTarget, OneAttemptMeansNoFailoverAndTheClientMayRetry) {
  start([](config::Config& config) { config.models[0].retry.attempts = 1; });
  RawConnection client = ask();
  const std::string refusal = status_answer(429, "Retry-After: 7\r\nretry-after-ms: 6500\r\n");
  receive(east(), "east").connection.write(refusal);
  EXPECT_EQ(client.read_response().wire, refusal);
  EXPECT_EQ(text_of(take_record().attempts), "east 429 after 6500");
}

TEST_F(NextTarget, WithNoAnswerAtAllTheClientIsToldNotToRetry) {
  start([](config::Config& config) { config.models[0].targets.pop_back(); });
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(429, "Retry-After: 7\r\n"));
  RawConnection& accepted = west().accept_without_handshake();
  ASSERT_TRUE(accepted.readable(kPatience));
  accepted.reset();
  const Message response = client.read_response();
  expect_refusal(response, 502);
  EXPECT_EQ(response.field("x-should-retry"), "false");
  EXPECT_EQ(response.field("retry-after"), "7");  // what is left of the targets asked for it
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 429 after 7000, west 0 tls unsent");
  EXPECT_EQ(record.backend, "west");
  EXPECT_EQ(record.usage_reason, "error_answer");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
}

TEST_F(NextTarget, AResetUnderTheRequestIsNotRepeatedElsewhere) {
  start();
  RawConnection client = ask();
  receive(east(), "east").connection.reset();
  const Message response = client.read_response();
  expect_refusal(response, 502);
  EXPECT_EQ(response.field("x-should-retry"), "false") << "asking again might pay twice";
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 0 protocol");
  EXPECT_EQ(record.usage_reason, "no_answer");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);  // it may have been worked on
}

TEST_F(NextTarget, SilenceIsNotRepeatedUnlessTheModelSaysSo) {
  for (const bool on_timeout : {false, true}) {
    SCOPED_TRACE(on_timeout);
    start([&](config::Config& config) {
      config.models[0].retry.on_timeout = on_timeout;
      config.backends[0].timeouts.first_byte = kPause;
    });
    RawConnection client = ask();
    receive(east(), "east");
    if (on_timeout) {
      receive(west(), "west").connection.write(answer());
      EXPECT_EQ(client.read_response().wire, answer());
      const usage::UsageRecord record = take_record();
      EXPECT_EQ(text_of(record.attempts), "east 0 timeout, west 200");
      EXPECT_EQ(record.tokens.total, 12);
    } else {
      expect_refusal(client.read_response(), 504);
      EXPECT_EQ(text_of(take_record().attempts), "east 0 timeout");
    }
    east().drop_connections();
  }
}

TEST_F(NextTarget, TheTotalTimeBoundsAllAttempts) {
  start([](config::Config& config) {
    config.models[0].retry = {.attempts = 3, .total_timeout = kPause, .on_timeout = true};
  });
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(503));
  receive(west(), "west");  // which keeps silent until there is no time left for another
  expect_refusal(client.read_response(), 504);
  EXPECT_EQ(text_of(take_record().attempts), "east 503, west 0 timeout");
}

TEST_F(NextTarget, ABodyThatBreaksIsNeverRepeated) {
  start([](config::Config& config) { config.backends[0].breaker.consecutive_failures = 1; });
  RawConnection client = ask();
  Arrival arrival = receive(east(), "east");
  arrival.connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nbegun");
  EXPECT_TRUE(client.read_through("begun").ends_with("begun"));
  arrival.connection.reset();
  client.read_to_end();
  EXPECT_EQ(client.end(), End::reset);
  EXPECT_EQ(text_of(take_record().attempts), "east 200");
  expect_served_by(west(), "west");  // the break was a failure: the breaker spares east the next
  take_record();
}

TEST_F(NextTarget, AFailureThatReportsUsageIsNotDoneAgain) {
  start();
  RawConnection client = ask();
  const std::string billed = status_answer(
      500, "Content-Type: application/json\r\n",
      R"({"error":{"code":"x"},"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})");
  receive(east(), "east").connection.write(billed);
  EXPECT_EQ(client.read_response().wire, billed);
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 500");
  EXPECT_EQ(record.tokens.total, 12);
  EXPECT_EQ(record.outcome, usage::Outcome::backend_error);
}

TEST_F(NextTarget, ForAClientThatHasGoneNothingMoreIsTried) {
  start();
  RawConnection client = ask();
  Arrival arrival = receive(east(), "east");
  client.close();
  gateway().settle();
  arrival.connection.write(status_answer(429, "Retry-After: 3\r\n"));
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 429 after 3000");
  EXPECT_EQ(record.outcome, usage::Outcome::client_aborted);
}

TEST_F(NextTarget, ARefusalThatCameWholeLeavesItsConnectionToTheNext) {
  start();
  for (int i = 0; i < 3; ++i) {
    RawConnection client = ask();
    receive(east(), "east").connection.write(status_answer(400));
    EXPECT_EQ(client.read_response().status(), 400);
    RawConnection other = ask();
    receive(east(), "east").connection.write(status_answer(500));
    receive(west(), "west").connection.write(answer());
    EXPECT_EQ(other.read_response().wire, answer());
  }
  EXPECT_EQ(east().accepted(), 1U);
  EXPECT_EQ(west().accepted(), 1U);
  EXPECT_EQ(gateway().take_records(6).size(), 6U);
}

TEST_F(NextTarget, ACrashInTheMiddleLeavesARecordOfWhatWasTried) {
  start();
  RawConnection client = ask();
  receive(east(), "east").connection.write(status_answer(503));
  Arrival second = receive(west(), "west");
  const auto copy = gateway().copy_ledger();
  const auto records = recover_ledger(*copy);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::interrupted);
  EXPECT_EQ(records[0].backend, "west");
  EXPECT_EQ(text_of(records[0].attempts), "east 503");
  second.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  take_record();
}

TEST_F(NextTarget, AFullQueueForConnectionsLeadsThereAndIsNoFailure) {
  start([](config::Config& config) {
    config.backends[0].connections.max = 1;
    config.backends[0].connections.queue = 0;
    config.backends[0].breaker.consecutive_failures = 1;
  });
  RawConnection first = ask();
  Arrival busy = receive(east(), "east");
  expect_served_by(west(), "west");
  EXPECT_EQ(text_of(take_record().attempts), "east 0 too_large unsent, west 200");
  busy.connection.write(answer());
  EXPECT_EQ(first.read_response().wire, answer());
  take_record();
  expect_served_by(east(), "east");
  take_record();
}

}  // namespace
}  // namespace tollgate::integration
