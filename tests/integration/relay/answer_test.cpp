// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Answers in every form the protocol allows: exactly what the client receives, and whether the
// backend's connection is used again (faults.md U6, U8, P3).
namespace tollgate::integration {
namespace {

/// How the backend ends the answer.
enum class Ending { as_framed, close };

struct Case {
  std::string name;
  std::string sent;
  std::string received;
  Ending ending = Ending::as_framed;
  bool reused = true;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

const std::string kBodyText(kAnswerBody);
const std::string kLength = "Content-Length: " + std::to_string(kAnswerBody.size()) + "\r\n";
const std::string kOk = "HTTP/1.1 200 OK\r\n";
const std::string kChunked = "Transfer-Encoding: chunked\r\n";

Case with_fields(std::string name, const std::string& sent, const std::string& received) {
  return {std::move(name), kOk + sent + kLength + "\r\n" + kBodyText,
          kOk + received + kLength + "\r\n" + kBodyText};
}

Case unchanged(std::string name, const std::string& bytes) {
  return {std::move(name), bytes, bytes};
}

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append(text);
  return out;
}

class RelayedAnswer : public SharedGatewayTest, public testing::WithParamInterface<Case> {};

TEST_P(RelayedAnswer, ReachesTheClientByteForByte) {
  const Case& c = GetParam();
  for (const Delivery delivery :
       {Delivery::whole, Delivery::byte_by_byte, Delivery::random_pieces}) {
    SCOPED_TRACE(static_cast<int>(delivery));
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    Arrival arrival = backend().receive();
    const std::size_t connections = backend().accepted();
    send(arrival.connection, c.sent, delivery);  // bytes behind the message may find no taker
    if (c.ending == Ending::close) arrival.connection.close();
    const Message response = client.read_response();
    EXPECT_TRUE(response.complete);
    EXPECT_EQ(response.head + response.body, c.received);

    client.write(ClientRequest().bytes());  // the client's connection goes on in any case
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(backend().accepted() == connections, c.reused);
    const auto records = gateway().take_records(2);
    ASSERT_EQ(records.size(), 2U);
    EXPECT_EQ(records[0].status_code, response.status());
    EXPECT_EQ(records[0].usage_basis == usage::UsageBasis::reported, response.body == kAnswerBody);
    EXPECT_EQ(records[0].response_bytes, static_cast<std::int64_t>(response.body.size()));
  }
}

const std::string kHints = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n";
const std::string kJoined = kOk + kChunked + "\r\n" + kBodyText;
const std::string kLong = "X-Long: " + std::string(60 * 1024, 'v') + "\r\n";

INSTANTIATE_TEST_SUITE_P(
    Framing, RelayedAnswer,
    testing::Values(
        with_fields("length", "", ""), unchanged("no_body", kOk + "Content-Length: 0\r\n\r\n"),
        unchanged("status_204", "HTTP/1.1 204 No Content\r\nX-A: b\r\n\r\n"),
        unchanged("status_304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n"),
        Case{"one_chunk", kOk + kChunked + "\r\n" + chunk(kAnswerBody) + "0\r\n\r\n", kJoined},
        Case{"chunks_with_extensions",
             kOk + kChunked + "\r\n1;a=b\r\n{\r\n" + chunk(kAnswerBody.substr(1)) + "0;c\r\n\r\n",
             kJoined},
        Case{"trailers_are_dropped",
             kOk + kChunked + "\r\n" + chunk(kAnswerBody) + "0\r\nX-Sum: 1\r\n\r\n", kJoined},
        Case{"until_close", kOk + "\r\n" + kBodyText, kJoined, Ending::close, false},
        Case{"until_close_over_http10", "HTTP/1.0 200 OK\r\n\r\n" + kBodyText, kJoined,
             Ending::close, false},
        Case{"http10_with_length", "HTTP/1.0 200 OK\r\n" + kLength + "\r\n" + kBodyText,
             kOk + kLength + "\r\n" + kBodyText, Ending::as_framed, false},
        Case{"http10_kept_alive",
             "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" + kLength + "\r\n" + kBodyText,
             kOk + kLength + "\r\n" + kBodyText},
        Case{"connection_close", kOk + "Connection: close\r\n" + kLength + "\r\n" + kBodyText,
             kOk + kLength + "\r\n" + kBodyText, Ending::close, false},
        Case{"connection_close_without_closing",
             kOk + "Connection: close\r\n" + kLength + "\r\n" + kBodyText,
             kOk + kLength + "\r\n" + kBodyText, Ending::as_framed, false},
        Case{"closed_behind_a_length", kOk + kLength + "\r\n" + kBodyText,
             kOk + kLength + "\r\n" + kBodyText, Ending::close, false},
        Case{"U6_length_too_short", kOk + kLength + "\r\n" + kBodyText + "HTTP/1.1 200 OK\r\n\r\n",
             kOk + kLength + "\r\n" + kBodyText, Ending::as_framed, false},
        Case{"U6_bytes_behind_the_last_chunk",
             kOk + kChunked + "\r\n" + chunk(kAnswerBody) + "0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
             kJoined, Ending::as_framed, false},
        Case{"U6_body_with_a_204", "HTTP/1.1 204 No Content\r\n" + kLength + "\r\n" + kBodyText,
             "HTTP/1.1 204 No Content\r\n" + kLength + "\r\n", Ending::as_framed, false}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Head, RelayedAnswer,
    testing::Values(
        with_fields(
            "azures_own_fields_pass",
            "x-ms-region: East US\r\napim-request-id: a-1\r\nx-ratelimit-remaining-tokens: 9\r\n"
            "x-ms-served-model: gpt-4o\r\nStrict-Transport-Security: max-age=1\r\n"
            "X-Repeated: 1\r\nX-Repeated: 2\r\nDate: x\r\n",
            "x-ms-region: East US\r\napim-request-id: a-1\r\nx-ratelimit-remaining-tokens: 9\r\n"
            "x-ms-served-model: gpt-4o\r\nStrict-Transport-Security: max-age=1\r\n"
            "X-Repeated: 1\r\nX-Repeated: 2\r\nDate: x\r\n"),
        with_fields("values_are_not_touched",
                    "X-Note: gr\xC3\xBC\xDF\r\nX-Pad:  a  b \r\nX-Empty:\r\n",
                    "X-Note: gr\xC3\xBC\xDF\r\nX-Pad: a  b\r\nX-Empty: \r\n"),
        with_fields("hop_by_hop_fields_stop",
                    "Connection: keep-alive, X-Mine\r\nKeep-Alive: timeout=5\r\nX-Mine: 1\r\n"
                    "Upgrade: h2c\r\nProxy-Authenticate: Basic\r\nTrailer: X-Sum\r\nX-Yours: 2\r\n",
                    "X-Yours: 2\r\n"),
        with_fields("P3_cookies_stop", "Set-Cookie: affinity=1\r\nset-cookie: b=2\r\n", ""),
        with_fields("a_head_of_60_KiB", kLong, kLong),
        Case{"U6_no_reason_phrase", "HTTP/1.1 200 \r\n" + kLength + "\r\n" + kBodyText,
             "HTTP/1.1 200 \r\n" + kLength + "\r\n" + kBodyText},
        Case{"U6_no_reason_and_no_blank", "HTTP/1.1 200\r\n" + kLength + "\r\n" + kBodyText,
             "HTTP/1.1 200 \r\n" + kLength + "\r\n" + kBodyText},
        Case{"H14_continue_first", "HTTP/1.1 100 Continue\r\n\r\n" + answer(), answer()},
        Case{"U6_sixteen_early_hints", repeated(kHints, 16) + answer(), answer()},
        unchanged(
            "U8_content_filter",
            "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: 35\r\n"
            "\r\n{\"error\":{\"code\":\"content_filter\"}}"),
        unchanged("U8_request_timeout",
                  "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n"),
        unchanged("U8_server_error",
                  "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\n\r\noops"),
        unchanged(
            "U8_unavailable",
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n"
            "Content-Length: 0\r\n\r\n")),
    [](const auto& info) { return info.param.name; });

class Stream : public SharedGatewayTest {};

TEST_F(Stream, S12_EachPartReachesTheClientBeforeTheNextIsThere) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.body = R"({"messages":[],"stream":true,)"
                                     R"("stream_options":{"include_usage":true}})"}
                   .bytes());
  Arrival arrival = backend().receive();
  const std::string head =
      kOk + "Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n";
  arrival.connection.write(head);
  EXPECT_EQ(client.read_through("\r\n\r\n"), head);
  for (int i = 0; i < 3; ++i) {
    const std::string event =
        chunk("data: {\"choices\":[{\"index\":" + std::to_string(i) + "}]}\n\n");
    arrival.connection.write(event);
    EXPECT_EQ(client.read_exactly(event.size()), event);
  }
  const std::string half = chunk("data: {\"choi");  // not even a whole event is waited for
  arrival.connection.write(half);
  EXPECT_EQ(client.read_exactly(half.size()), half);
  const std::string rest =
      chunk("ces\":[],\"usage\":{\"total_tokens\":3}}\n\n") + chunk("data: [DONE]\n\n");
  arrival.connection.write(rest + "0\r\n\r\n");
  EXPECT_TRUE(client.read_through("\r\n0\r\n\r\n").ends_with("data: [DONE]\n\n\r\n0\r\n\r\n"));
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].tokens.total, 3);
  EXPECT_TRUE(records[0].stream);
}

}  // namespace
}  // namespace tollgate::integration
