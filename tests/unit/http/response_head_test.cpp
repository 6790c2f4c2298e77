// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "tollgate/http/head.hpp"

namespace tollgate::http {
namespace {

std::optional<ResponseHead> parse(const std::string& text, bool to_head_request = false) {
  static std::string kept;  // the head's views point into it
  kept = text;
  ResponseHead head;
  if (parse_response_head(kept, {64 * 1024, 256}, to_head_request, head)) return std::nullopt;
  return head;
}

TEST(ResponseHead, TakesAzuresOddReasonPhrase) {
  const auto head = parse("HTTP/1.1 401 PermissionDenied\r\nContent-Length: 224\r\n\r\n");
  ASSERT_TRUE(head);
  EXPECT_EQ(head->status, 401);
  EXPECT_EQ(head->reason, "PermissionDenied");
  EXPECT_EQ(head->body.kind, Framing::length);
  EXPECT_EQ(head->body.length, 224U);
  EXPECT_TRUE(head->keep_alive);
}

TEST(ResponseHead, DoesWithoutAReason) {
  EXPECT_TRUE(parse("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(parse("HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n"));
}

TEST(ResponseHead, FramesBodies) {
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")->body.kind,
            Framing::chunked);
  const auto closing = parse("HTTP/1.1 200 OK\r\n\r\n");
  EXPECT_EQ(closing->body.kind, Framing::until_close);
  EXPECT_FALSE(closing->keep_alive);
  EXPECT_EQ(parse("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n")->body.kind,
            Framing::none);
  EXPECT_EQ(parse("HTTP/1.1 304 x\r\nTransfer-Encoding: chunked\r\n\r\n")->body.kind,
            Framing::none);
  EXPECT_EQ(parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", true)->body.kind, Framing::none);
}

TEST(ResponseHead, RefusesWhatABackendMustNotSend) {
  for (const std::string text :
       {"HTTP/1.1 999 Odd\r\n\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1  200 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n",
        "HTTP/1.1 200 OK\r\nFoo: a\r\n b\r\n\r\n", "HTTP/1.1 200 OK\r\nFoo: a\rb\r\n\r\n"}) {
    EXPECT_FALSE(parse(text)) << text;
  }
  EXPECT_FALSE(parse(std::string("HTTP/1.1 200 OK\r\nFoo: a\0b\r\n\r\n", 27)));
}

TEST(ResponseHead, LimitsFields) {
  std::string text = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 257; ++i) text.append("X: v\r\n");
  EXPECT_FALSE(parse(text + "\r\n"));
}

}  // namespace
}  // namespace tollgate::http
