// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shared_gateway_test.hpp"

// What happens on one client connection over several requests, and how it ends (faults.md H6, H9,
// H10, H13 to H16, H21).
namespace tollgate::integration {
namespace {

std::string expected(const BackendImposter& backend, std::string body = std::string(kBody)) {
  return ForwardedRequest{.authority = backend.authority(), .body = std::move(body)}.bytes();
}

class ClientConnection : public SharedGatewayTest {
 protected:
  /// A good request is still answered on the connection.
  void expect_served(RawConnection& client) {
    client.write(ClientRequest().bytes());
    serve(expected(backend()));
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }
};

TEST_F(ClientConnection, H16_TenRequestsInOneSegmentAreAnsweredInOrder) {
  RawConnection client = gateway().connect();
  std::string sent;
  const auto body = [](int i) { return "{\"n\":" + std::to_string(i) + "}"; };
  for (int i = 0; i < 10; ++i) sent.append(ClientRequest{.body = body(i)}.bytes());
  client.write(sent);
  for (int i = 0; i < 10; ++i) {
    const std::string reply = answer({}, body(i));
    serve(expected(backend(), body(i)), reply);
    EXPECT_EQ(client.read_response().wire, reply);
  }
  EXPECT_EQ(gateway().take_records(10).size(), 10U);
  EXPECT_EQ(backend().accepted(), 1U);
}

TEST_F(ClientConnection, H16_AnErrorInThePipelineLetsTheOnesBeforeItThrough) {
  RawConnection client = gateway().connect();
  const std::string good = ClientRequest().bytes();
  client.write(good + good + "GET /bad HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" + good);
  for (int i = 0; i < 2; ++i) {
    serve(expected(backend()));
    EXPECT_EQ(client.read_response().wire, answer());
  }
  expect_refusal(client.read_response(), 400);
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
}

struct Refusal {
  std::string name;
  int status;
  std::string bytes;
};
void PrintTo(const Refusal& c, std::ostream* out) { *out << c.name; }

class RefusedInOrder : public ClientConnection, public testing::WithParamInterface<Refusal> {};

TEST_P(RefusedInOrder, KeepsTheConnectionForTheNextRequest) {
  for (const Delivery delivery : {Delivery::whole, Delivery::byte_by_byte}) {
    RawConnection client = gateway().connect();
    ASSERT_TRUE(send(client, GetParam().bytes, delivery));
    const Message response = client.read_response();
    expect_refusal(response, GetParam().status);
    EXPECT_FALSE(response.has_field("connection"));
    EXPECT_TRUE(backend().is_quiet());
    expect_served(client);
  }
}

std::string v1(std::string body) {
  return ClientRequest{.line = "POST /openai/v1/chat/completions HTTP/1.1", .body = std::move(body)}
      .bytes();
}

std::string without_body(std::string line, std::string_view key = kClientKey) {
  return ClientRequest{.line = std::move(line), .body = "", .with_length = false, .key = key}
      .bytes();
}

INSTANTIATE_TEST_SUITE_P(
    Edge, RefusedInOrder,
    testing::Values(Refusal{"no_such_caller", 401,
                            without_body("POST " + std::string(kTarget) + " HTTP/1.1", "x")},
                    Refusal{"no_such_path", 404, without_body("POST /nothing HTTP/1.1")},
                    Refusal{"H9_get", 405,
                            without_body("GET " + std::string(kTarget) + " HTTP/1.1")},
                    Refusal{"no_such_model", 404, v1(R"({"model":"gpt-5"})")},
                    Refusal{"no_model", 400, v1(R"({"messages":[]})")},
                    Refusal{"no_json", 400, v1("not json")},
                    Refusal{"J2_model_twice", 400, v1(R"({"model":"gpt-4o","model":"gpt-5"})")},
                    Refusal{"J2_stream_twice", 400,
                            ClientRequest{.body = R"({"stream":true,"stream":false})"}.bytes()}),
    [](const auto& info) { return info.param.name; });

TEST_F(ClientConnection, H9_HeadIsAnsweredWithoutABodyAndWithTheMethodsAllowed) {
  RawConnection client = gateway().connect();
  client.write(without_body("HEAD " + std::string(kTarget) + " HTTP/1.1"));
  const Message response = read_message(client, Kind::response_to_head);
  EXPECT_EQ(response.status(), 405);
  EXPECT_EQ(response.field("allow"), "POST");
  expect_served(client);  // a body would stand in front of its answer
}

TEST_F(ClientConnection, H10_Http10IsServedOnceAndWithoutChunks) {
  RawConnection client = gateway().connect();
  const std::string line = "POST " + std::string(kTarget) + " HTTP/1.0";
  client.write(ClientRequest{.line = line}.bytes() + ClientRequest().bytes());
  serve(expected(backend()),
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(kAnswerBody) + "0\r\n\r\n");
  EXPECT_EQ(client.read_to_end(),
            "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + std::string(kAnswerBody));
  EXPECT_EQ(client.end(), End::closed);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ClientConnection, H15_AnAnswerBeforeTheCloseSurvivesBytesThatComeAfterTheRequest) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.fields = "Connection: close\r\n"}.bytes());
  Arrival arrival = backend().receive();
  client.write("\r\n" + ClientRequest().bytes());  // unread when the answer is out
  const std::string body(1024 * 1024, 'x');  // more than the client's side takes before it reads
  arrival.connection.write(answer({}, body));
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
  EXPECT_FALSE(arrival.connection.readable(milliseconds(50)));  // time for a hasty close
  EXPECT_EQ(client.read_to_end(), answer("Connection: close\r\n", body));
  EXPECT_EQ(client.end(), End::closed);
}

TEST_F(ClientConnection, H14_ContinueIsSaidOnceAndOnlyToAClientThatWaits) {
  RawConnection client = gateway().connect();
  const ClientRequest request{.fields = "Expect: 100-Continue\r\n"};
  const std::string bytes = request.bytes();
  const std::size_t body = bytes.size() - kBody.size();
  client.write(std::string_view(bytes).substr(0, body));
  EXPECT_EQ(client.read_response().wire, "HTTP/1.1 100 Continue\r\n\r\n");
  client.write(kBody);
  serve(expected(backend()));
  EXPECT_EQ(client.read_response().wire, answer());

  client.write(bytes);  // the body comes unasked, in the same segment
  serve(expected(backend()));
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
}

TEST_F(ClientConnection, H14_NobodyIsToldToContinueWithoutABodyOrOverHttp10) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.fields = "Expect: 100-continue\r\n", .body = ""}.bytes());
  serve(expected(backend(), ""));
  EXPECT_EQ(client.read_response().wire, answer());

  RawConnection old = gateway().connect();
  const std::string bytes = ClientRequest{.line = "POST " + std::string(kTarget) + " HTTP/1.0",
                                          .fields = "Expect: 100-continue\r\n"}
                                .bytes();
  old.write(std::string_view(bytes).substr(0, bytes.size() - 1));
  EXPECT_FALSE(old.readable(milliseconds(50)));
  old.write(bytes.substr(bytes.size() - 1));
  serve(expected(backend()));
  EXPECT_EQ(old.read_response().status(), 200);
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
}

TEST_F(ClientConnection, H14_NobodyIsToldToContinueWithABodyThatWouldBeRefused) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.fields = "Expect: 100-continue\r\nContent-Length: 999999999\r\n",
                             .body = "",
                             .with_length = false}
                   .bytes());
  expect_refusal(client.read_response(), 413);
  EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(ClientConnection, H21_AResetAnywhereInARequestLeavesNothingBehind) {
  const std::string bytes = ClientRequest().bytes();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    RawConnection client = gateway().connect();
    client.write(std::string_view(bytes).substr(0, size));
    client.reset();
  }
  RawConnection client = gateway().connect();
  expect_served(client);
}

TEST_F(ClientConnection, H21_AHalfCloseInsideARequestEndsIt) {
  const std::string bytes = ClientRequest().bytes();
  for (const std::size_t size : {std::size_t{0}, std::size_t{20}, bytes.size() - 1}) {
    RawConnection client = gateway().connect();
    client.write(std::string_view(bytes).substr(0, size));
    client.shutdown_send();
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), End::open);
  }
}

TEST_F(ClientConnection, H21_AHalfCloseBehindARequestCountsAsGone) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  client.shutdown_send();
  Arrival arrival = backend().receive();
  gateway().settle();
  arrival.connection.write(answer());
  client.read_to_end();
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].outcome, usage::Outcome::client_aborted);
  EXPECT_EQ(records[0].tokens.total, 12);
}

class SmallBodies : public ClientConnection {
 protected:
  static constexpr std::size_t kLimit = 1000;
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>(
        [](config::Config& config) { config.limits.request_body = kLimit; });
  }
  static std::string in_chunks(const std::string& body) {
    return ClientRequest{.fields = "Transfer-Encoding: chunked\r\n",
                         .body = chunk(body) + "0\r\n\r\n",
                         .with_length = false}
        .bytes();
  }
};

TEST_F(SmallBodies, H13_TheLimitIsTheLastSizeThatPasses) {
  const std::string most = R"({"x":")" + std::string(kLimit - 8, 'x') + "\"}";
  for (const std::string& bytes : {ClientRequest{.body = most}.bytes(), in_chunks(most)}) {
    RawConnection client = gateway().connect();
    client.write(bytes);
    serve(expected(backend(), most));
    EXPECT_EQ(client.read_response().wire, answer());
  }
  EXPECT_EQ(gateway().take_records(2).size(), 2U);
  for (const std::string& bytes :
       {ClientRequest{.body = most + "x"}.bytes(), in_chunks(most + "x")}) {
    RawConnection client = gateway().connect();
    client.write(bytes);
    expect_refusal(client.read_response(), 413);
    EXPECT_EQ(client.read_to_end(), "");
  }
}

TEST_F(SmallBodies, H13_AnEndlessBodyIsRefusedWhileItComes) {
  RawConnection client = gateway().connect();
  client.write(
      ClientRequest{.fields = "Transfer-Encoding: chunked\r\n", .body = "", .with_length = false}
          .bytes());
  const std::string piece = chunk(std::string(100, 'x'));
  while (!client.readable(milliseconds(0)) && client.write(piece)) continue;
  expect_refusal(client.read_response(), 413);
}

TEST_F(ClientConnection, H5_AHundredThousandChunksWithExtensionsAreOneBody) {
  RawConnection client = gateway().connect();
  constexpr int kChunks = 100'000;
  const std::string body = R"({"x":")" + std::string(kChunks - 8, 'x') + "\"}";
  std::string wire;
  for (const char c : body) wire.append("1;name=value\r\n").append(1, c).append("\r\n");
  client.write(ClientRequest{
      .fields = "Transfer-Encoding: chunked\r\n", .body = wire + "0\r\n\r\n", .with_length = false}
                   .bytes());
  serve(expected(backend(), body));
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

}  // namespace
}  // namespace tollgate::integration
