// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include "tollgate/http/head.hpp"

// Beast as the reference: a head that the strict check accepts and Beast refuses would be a fault
// of ours.
namespace tollgate::http {
namespace {

bool beast_accepts(const std::string& text) {
  boost::beast::http::request_parser<boost::beast::http::empty_body> parser;
  parser.header_limit(128 * 1024);
  boost::system::error_code error;
  parser.put(boost::asio::buffer(text), error);
  return !error && parser.is_header_done();
}

/// Pieces that meet the grammar, break it, or do so only next to one another.
const std::vector<std::string>& pieces() {
  static const std::vector<std::string> list{"GET / HTTP/1.1\r\n",
                                             "POST /x?y=1 HTTP/1.0\r\n",
                                             "GET /",
                                             " ",
                                             "HTTP/1.1",
                                             "\r\n",
                                             "\r",
                                             "\n",
                                             "Host: gw\r\n",
                                             "Host:gw:80\r\n",
                                             "Content-Length: 0\r\n",
                                             "Content-Length: 1\r\n",
                                             "Transfer-Encoding: chunked\r\n",
                                             "Connection: close\r\n",
                                             "Foo: bar\r\n",
                                             "Foo:\tbar \r\n",
                                             "Foo : bar\r\n",
                                             "F\x80o: bar\r\n",
                                             "Foo: b\x01r\r\n",
                                             ": x\r\n",
                                             " folded\r\n",
                                             "\r\n\r\n"};
  return list;
}

TEST(HeadDifferential, AcceptsNothingThatBeastRefuses) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  int accepted = 0;
  for (int round = 0; round < 20'000; ++round) {
    std::string text = round % 2 == 0 ? "GET / HTTP/1.1\r\nHost: gw\r\n" : "";
    const int count = static_cast<int>(random() % 6);
    for (int i = 0; i < count; ++i) text.append(pieces()[random() % pieces().size()]);
    text.append("\r\n");
    HeadScanner scanner;
    if (scanner.scan(text) != HeadScanner::Verdict::complete) continue;
    text.resize(scanner.length());
    RequestHead head;
    if (parse_request_head(text, {}, head)) continue;
    ++accepted;
    ASSERT_TRUE(beast_accepts(text)) << testing::PrintToString(text);
  }
  EXPECT_GT(accepted, 100);
}

}  // namespace
}  // namespace tollgate::http
