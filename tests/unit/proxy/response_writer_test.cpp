// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "response_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "tollgate/http/body_reader.hpp"

namespace tollgate::proxy {
namespace {

using testing::ElementsAre;

/// A head with the text that its views point into.
struct Parsed {
  explicit Parsed(std::string bytes) : text(std::move(bytes)) {
    EXPECT_FALSE(http::parse_response_head(text, {}, false, head)) << text;
  }
  Parsed(const Parsed&) = delete;
  Parsed& operator=(const Parsed&) = delete;

  std::string text;
  http::ResponseHead head;
};

const std::string kChunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const std::string kLength = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
const std::string kUntilClose = "HTTP/1.1 200 OK\r\n\r\n";
const std::string kNothing = "HTTP/1.1 204 No Content\r\n\r\n";

struct Case {
  std::string name;
  std::string head;
  int minor_version = 1;
  bool bytes_may_change = false;
  ClientFraming framing = ClientFraming::chunked;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

class Framing : public testing::TestWithParam<Case> {};

TEST_P(Framing, SuitsTheClient) {
  const Parsed parsed(GetParam().head);
  EXPECT_EQ(client_framing(parsed.head, GetParam().minor_version, GetParam().bytes_may_change),
            GetParam().framing);
}

INSTANTIATE_TEST_SUITE_P(
    ResponseWriter, Framing,
    testing::Values(Case{"known_length", kLength, 1, false, ClientFraming::length},
                    Case{"known_length_http10", kLength, 0, false, ClientFraming::length},
                    Case{"length_that_may_change", kLength, 1, true, ClientFraming::chunked},
                    Case{"length_that_may_change_http10", kLength, 0, true,
                         ClientFraming::until_close},
                    Case{"chunked", kChunked, 1, false, ClientFraming::chunked},
                    Case{"chunked_http10", kChunked, 0, false, ClientFraming::until_close},
                    Case{"until_close", kUntilClose, 1, false, ClientFraming::chunked},
                    Case{"until_close_http10", kUntilClose, 0, false, ClientFraming::until_close},
                    Case{"nothing", kNothing, 1, true, ClientFraming::none},
                    Case{"nothing_http10", kNothing, 0, false, ClientFraming::none}),
    [](const auto& info) { return info.param.name; });

/// The lines of the head for the client.
std::vector<std::string> lines(const std::string& backend_head, ClientFraming framing,
                               bool keep_alive = true, bool no_retry = false) {
  const Parsed parsed(backend_head);
  const std::string text = write_response_head(parsed.head, framing, keep_alive, no_retry);
  EXPECT_EQ(text.substr(text.size() - 4), "\r\n\r\n");
  std::vector<std::string> out;
  for (std::size_t at = 0; at < text.size() - 2; at = text.find("\r\n", at) + 2) {
    out.push_back(text.substr(at, text.find("\r\n", at) - at));
  }
  return out;
}

TEST(ResponseHead, KeepsStatusReasonAndFieldsAsTheyCame) {
  EXPECT_THAT(
      lines(
          "HTTP/1.1 401 PermissionDenied\r\nContent-Length: 5\r\nAPIM-Request-Id: x\r\nx-dup: 1\r\n"
          "x-dup: 2\r\nServer:  odd  \r\n\r\n",
          ClientFraming::length),
      ElementsAre("HTTP/1.1 401 PermissionDenied", "Content-Length: 5", "APIM-Request-Id: x",
                  "x-dup: 1", "x-dup: 2", "Server: odd"));
}

TEST(ResponseHead, AsksForNoRetryInPlaceOfWhatTheBackendAskedFor) {
  const std::string head = "HTTP/1.1 503 Busy\r\nX-Should-Retry: true\r\nContent-Length: 0\r\n\r\n";
  EXPECT_THAT(lines(head, ClientFraming::length, true, true),
              ElementsAre("HTTP/1.1 503 Busy", "Content-Length: 0", "x-should-retry: false"));
  EXPECT_THAT(lines(head, ClientFraming::length),
              ElementsAre("HTTP/1.1 503 Busy", "X-Should-Retry: true", "Content-Length: 0"));
}

TEST(ResponseHead, DropsWhatConcernsTheOtherConnection) {
  EXPECT_THAT(
      lines("HTTP/1.1 200 OK\r\nConnection: close, X-Mine\r\nKeep-Alive: timeout=5\r\nX-Mine: a\r\n"
            "Transfer-Encoding: chunked\r\nTrailer: x\r\nUpgrade: h2c\r\nProxy-Authenticate: "
            "Basic\r\n"
            "Content-Type: text/event-stream\r\n\r\n",
            ClientFraming::chunked),
      ElementsAre("HTTP/1.1 200 OK", "Content-Type: text/event-stream",
                  "Transfer-Encoding: chunked"));
}

TEST(ResponseHead, LetsNoConnectionFieldTakeWhatMatters) {
  EXPECT_THAT(
      lines("HTTP/1.1 200 OK\r\nConnection: content-length, content-type\r\nContent-Length: 5\r\n"
            "Content-Type: a/b\r\n\r\n",
            ClientFraming::length),
      ElementsAre("HTTP/1.1 200 OK", "Content-Length: 5", "Content-Type: a/b"));
}

TEST(ResponseHead, KeepsTheBackendsCookiesBack) {
  EXPECT_THAT(
      lines("HTTP/1.1 204 x\r\nSet-Cookie: a=b\r\nSET-COOKIE: c=d\r\nset-cookie2: e\r\n\r\n",
            ClientFraming::none),
      ElementsAre("HTTP/1.1 204 x", "set-cookie2: e"));
}

TEST(ResponseHead, NamesOneFramingOnly) {
  EXPECT_THAT(lines(kLength, ClientFraming::chunked),
              ElementsAre("HTTP/1.1 200 OK", "Transfer-Encoding: chunked"));
  EXPECT_THAT(lines(kLength, ClientFraming::until_close, false),
              ElementsAre("HTTP/1.1 200 OK", "Connection: close"));
  EXPECT_THAT(lines(kChunked, ClientFraming::until_close, false),
              ElementsAre("HTTP/1.1 200 OK", "Connection: close"));
  EXPECT_THAT(lines("HTTP/1.1 304 x\r\nContent-Length: 5\r\n\r\n", ClientFraming::none),
              ElementsAre("HTTP/1.1 304 x", "Content-Length: 5"));
}

TEST(AppendFramed, IsReadBackAsItWasGiven) {
  const std::vector<std::string> payloads{"a",
                                          "",
                                          std::string(15, 'b'),
                                          std::string(16, 'c'),
                                          std::string(70'000, 'd'),
                                          std::string("\r\n0\r\n\r\n\0", 8)};
  std::string wire;
  std::string whole;
  for (const std::string& payload : payloads) {
    append_framed(wire, ClientFraming::chunked, payload);
    whole += payload;
  }
  append_end(wire, ClientFraming::chunked);
  const std::size_t size = wire.size();
  wire += "NEXT";
  http::BodyReader reader({http::Framing::chunked, 0});
  std::string read;
  std::size_t consumed = 0;
  while (!reader.done()) {
    ASSERT_FALSE(reader.broken());
    const auto decoded = reader.decode(wire.data() + consumed, wire.size() - consumed);
    read.append(wire, consumed, decoded.payload);
    consumed += decoded.consumed;
  }
  EXPECT_EQ(read, whole);
  EXPECT_EQ(consumed, size);
}

TEST(AppendFramed, AddsNothingWithoutChunks) {
  for (const ClientFraming framing : {ClientFraming::length, ClientFraming::until_close}) {
    std::string out;
    append_framed(out, framing, "hello");
    append_framed(out, framing, "");
    append_end(out, framing);
    EXPECT_EQ(out, "hello");
  }
}

}  // namespace
}  // namespace tollgate::proxy
