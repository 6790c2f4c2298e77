// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <string>

#include "failover_test.hpp"

// The Responses API: a 200 that is a 429, and state that binds a request to the backend that has
// it.
namespace tollgate::integration {
namespace {

const std::string kStreamHead =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nRetry-After: 4\r\n"
    "Transfer-Encoding: chunked\r\n\r\n";
const std::string kCreated =
    "event: response.created\ndata: {\"type\":\"response.created\",\"response\":"
    "{\"id\":\"resp_1\",\"status\":\"in_progress\",\"usage\":null}}\n\n";
const std::string kError =
    "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"too_many_requests\","
    "\"code\":\"rate_limit_exceeded\",\"message\":\"slow down\"}}\n\n";
const std::string kFailed =
    "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":{\"id\":\"resp_1\","
    "\"status\":\"failed\",\"error\":null,\"usage\":null}}\n\n";
const std::string kDelta =
    "event: response.output_text.delta\ndata: {\"type\":\"response.output_text.delta\","
    "\"delta\":\"Blue\"}\n\n";
const std::string kCompleted =
    "event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":"
    "{\"id\":\"resp_1\",\"status\":\"completed\",\"usage\":{\"input_tokens\":7,"
    "\"output_tokens\":5,\"total_tokens\":12}}}\n\n";

class Responses : public FailoverTest {
 protected:
  static ClientRequest request(const std::string& more = {}, bool stream = true) {
    return {.line = "POST /openai/v1/responses HTTP/1.1",
            .body = R"({"model":"gpt-4o","input":"hi","stream":)" +
                    std::string(stream ? "true" : "false") + more + "}"};
  }
  static std::string stored(const std::string& id) {
    return answer("", R"({"id":")" + id + R"(","object":"response","status":"completed",)" +
                          R"("usage":{"input_tokens":7,"output_tokens":5,"total_tokens":12}})");
  }
  /// Leaves a response on east, and then east throttled.
  void store_on_east_and_throttle_it() {
    RawConnection client = ask(request({}, false));
    receive(east(), "east").connection.write(stored("resp_kept"));
    EXPECT_EQ(client.read_response().status(), 200);
    take_record();
    RawConnection other = ask(request({}, false));
    receive(east(), "east").connection.write(status_answer(429, "Retry-After: 50\r\n"));
    receive(west(), "west").connection.write(stored("resp_west"));
    EXPECT_EQ(other.read_response().status(), 200);
    take_record();
  }
};

TEST_F(Responses, AThrottled200IsTakenElsewhereBeforeAnythingIsSeen) {
  for (const std::string& events : {kCreated + kError + kFailed, kCreated + kFailed + kError}) {
    start();
    RawConnection client = ask(request());
    RawConnection& refusing = receive(east(), "east").connection;
    refusing.write(kStreamHead + chunk(events.substr(0, 150)));
    gateway().settle();
    EXPECT_FALSE(client.readable(milliseconds(0)));
    refusing.write(chunk(events.substr(150)) + "0\r\n\r\n");
    const std::string good = kStreamHead + chunk(kCreated + kDelta + kCompleted) + "0\r\n\r\n";
    receive(west(), "west").connection.write(good);
    EXPECT_EQ(client.read_response().wire, good);
    const usage::UsageRecord record = take_record();
    EXPECT_EQ(text_of(record.attempts), "east 429 rate_limit_exceeded after 4000, west 200");
    EXPECT_EQ(record.tokens.total, 12);
    EXPECT_EQ(record.outcome, usage::Outcome::completed);
    RawConnection next = ask(request({}, false));  // and east rests
    receive(west(), "west").connection.write(stored("resp_2"));
    EXPECT_EQ(next.read_response().status(), 200);
    take_record();
  }
}

TEST_F(Responses, AGoodStreamIsRelayedUnchangedFromWhereTheModelBegins) {
  start();
  RawConnection client = ask(request());
  RawConnection& backend = receive(east(), "east").connection;
  backend.write(kStreamHead);
  backend.write(chunk(kCreated));
  gateway().settle();
  EXPECT_FALSE(client.readable(milliseconds(0)));
  backend.write(chunk(kDelta));
  // What had been held back comes with what showed that the model is at work.
  EXPECT_TRUE(client.read_through("Blue").ends_with("Blue"));
  backend.write(chunk(kCompleted) + "0\r\n\r\n");
  EXPECT_NE(client.read_through("\r\n0\r\n\r\n").find("output_tokens"), std::string::npos);
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(record.tokens.total, 12);
  EXPECT_EQ(text_of(record.attempts), "east 200");
}

TEST_F(Responses, TheBytesOfAHeldBackStreamAreThoseOfTheBackend) {
  start();
  RawConnection client = ask(request());
  RawConnection& backend = receive(east(), "east").connection;
  const std::string stream = kStreamHead + chunk(kCreated + kDelta + kCompleted) + "0\r\n\r\n";
  send(backend, stream, Delivery::random_pieces);
  const Message response = client.read_response();
  EXPECT_TRUE(response.complete);
  EXPECT_EQ(response.head, kStreamHead);
  EXPECT_EQ(response.body, kCreated + kDelta + kCompleted);
  take_record();
}

TEST_F(Responses, TheLastThrottled200GoesToTheClientAsItIs) {
  start([](config::Config& config) { config.models[0].targets.pop_back(); });
  RawConnection client = ask(request());
  const std::string body = chunk(kCreated + kError + kFailed) + "0\r\n\r\n";
  receive(east(), "east").connection.write(kStreamHead + body);
  receive(west(), "west").connection.write(kStreamHead + body);
  const Message response = client.read_response();
  EXPECT_EQ(response.status(), 200);
  EXPECT_EQ(response.body, kCreated + kError + kFailed);
  EXPECT_EQ(response.field("x-should-retry"), "false");
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts),
            "east 429 rate_limit_exceeded after 4000, west 429 rate_limit_exceeded after 4000");
  EXPECT_EQ(record.outcome, usage::Outcome::backend_error);
}

TEST_F(Responses, AFailedStreamThatReportsUsageIsNotDoneAgain) {
  start();
  RawConnection client = ask(request());
  const std::string billed =
      kCreated +
      "event: response.failed\ndata: {\"type\":\"response.failed\",\"response\":"
      "{\"id\":\"resp_1\",\"status\":\"failed\",\"error\":{\"code\":"
      "\"server_error\"},\"usage\":{\"input_tokens\":7,\"output_tokens\":1,"
      "\"total_tokens\":8}}}\n\n";
  receive(east(), "east").connection.write(kStreamHead + chunk(billed) + "0\r\n\r\n");
  EXPECT_EQ(client.read_response().body, billed);
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(record.tokens.total, 8);
  EXPECT_EQ(record.attempts.size(), 1U);
}

TEST_F(Responses, AStreamThatBreaksAtOnceIs502AndNotRepeated) {
  start();
  RawConnection client = ask(request());
  RawConnection& backend = receive(east(), "east").connection;
  backend.write(kStreamHead + chunk(kCreated));
  gateway().settle();
  backend.reset();
  expect_refusal(client.read_response(), 502);
  const usage::UsageRecord record = take_record();
  EXPECT_EQ(text_of(record.attempts), "east 0 protocol");
  EXPECT_EQ(record.usage_reason, "no_answer");
}

TEST_F(Responses, WhatRefersToAStoredResponseIsRefusedRatherThanMoved) {
  start();
  store_on_east_and_throttle_it();
  RawConnection bound = ask(request(R"(,"previous_response_id":"resp_kept")", false));
  const Message response = bound.read_response();
  expect_refusal(response, 429);
  EXPECT_GT(std::stoi(response.field("retry-after")), 40);
  RawConnection free = ask(request({}, false));
  receive(west(), "west").connection.write(stored("resp_3"));
  EXPECT_EQ(free.read_response().status(), 200);
  take_record();
  // One that lives on west goes there though east is the first.
  RawConnection other = ask(request(R"(,"previous_response_id":"resp_west")", false));
  receive(west(), "west").connection.write(stored("resp_4"));
  EXPECT_EQ(other.read_response().status(), 200);
  take_record();
}

TEST_F(Responses, AFailureUnderAStoredResponseIsNotTakenElsewhere) {
  start();
  RawConnection client = ask(request({}, false));
  receive(east(), "east").connection.write(stored("resp_kept"));
  EXPECT_EQ(client.read_response().status(), 200);
  take_record();
  RawConnection bound = ask(request(R"(,"previous_response_id":"resp_kept")", false));
  receive(east(), "east").connection.write(status_answer(503));
  EXPECT_EQ(bound.read_response().wire, status_answer(503));
  EXPECT_EQ(text_of(take_record().attempts), "east 503");
}

TEST_F(Responses, ReadingAStoredResponseGoesOnWhileItsDeploymentIsThrottled) {
  start();
  store_on_east_and_throttle_it();
  RawConnection reader = gateway().connect();
  reader.write("GET /openai/v1/responses/resp_kept HTTP/1.1\r\nHost: gw\r\napi-key: " +
               std::string(kClientKey) + "\r\n\r\n");
  Arrival arrival = east().receive();
  EXPECT_TRUE(arrival.request.wire.starts_with("GET /openai/v1/responses/resp_kept "));
  arrival.connection.write(stored("resp_kept"));
  EXPECT_EQ(reader.read_response().status(), 200);
  EXPECT_EQ(text_of(take_record().attempts), "east 200");
}

}  // namespace
}  // namespace tollgate::integration
