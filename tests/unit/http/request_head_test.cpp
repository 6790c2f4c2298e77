// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <ostream>
#include <string>

#include "tollgate/http/head.hpp"

namespace tollgate::http {
namespace {

struct Case {
  std::string name;
  std::string head;
  int status = 0;  ///< 0: accepted
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::string with_fields(const std::string& fields) {
  return "POST /openai/v1/chat/completions HTTP/1.1\r\nHost: gw\r\n" + fields + "\r\n";
}

class RequestHeadTable : public testing::TestWithParam<Case> {};

TEST_P(RequestHeadTable, IsJudged) {
  RequestHead head;
  const auto error = parse_request_head(GetParam().head, {}, head);
  EXPECT_EQ(error ? error->status : 0, GetParam().status) << (error ? error->reason : "accepted");
}

// faults.md section 2: what Beast 1.81 lets through.
INSTANTIATE_TEST_SUITE_P(
    LetThroughByBeast, RequestHeadTable,
    testing::Values(
        Case{"B1_xchunked", with_fields("Transfer-Encoding: xchunked\r\n"), 501},
        Case{"B1_identity", with_fields("Transfer-Encoding: identity\r\n"), 501},
        Case{"B1_quoted", with_fields("Transfer-Encoding: \"chunked\"\r\n"), 501},
        Case{"B1_chunked_cow", with_fields("Transfer-Encoding: chunked, cow\r\n"), 501},
        Case{"B1_high_byte",
             with_fields("Transfer-Encoding: \x80"
                         "chunked\r\n"),
             501},
        Case{"B2_te_then_cl", with_fields("Transfer-Encoding: xchunked\r\nContent-Length: 3\r\n"),
             501},
        Case{"B2_chunked_then_cl",
             with_fields("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"), 400},
        Case{"B3_gzip_chunked", with_fields("Transfer-Encoding: gzip, chunked\r\n"), 501},
        Case{"B3_parameter", with_fields("Transfer-Encoding: chunked;q=1\r\n"), 501},
        Case{"B3_trailing_comma", with_fields("Transfer-Encoding: chunked,\r\n"), 501},
        Case{"B3_leading_comma", with_fields("Transfer-Encoding: ,chunked\r\n"), 501},
        Case{"B4_http10", "POST / HTTP/1.0\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        Case{"B7_no_host", "POST / HTTP/1.1\r\n\r\n", 400},
        Case{"B7_two_hosts", with_fields("Host: gw\r\n"), 400},
        Case{"B7_odd_host",
             "POST / HTTP/1.1\r\nHost: \xFF"
             "a\xFF\r\n\r\n",
             400},
        Case{"B8_fold", with_fields("Foo: bar\r\n Transfer-Encoding: chunked\r\n"), 400},
        Case{"B9_same_length_twice", with_fields("Content-Length: 3\r\nContent-Length: 3\r\n"),
             400},
        Case{"B9_length_list", with_fields("Content-Length: 3, 3\r\n"), 400},
        Case{"B10_raw_utf8", "POST /\xC3\xA4 HTTP/1.1\r\nHost: gw\r\n\r\n", 400}),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Grammar, RequestHeadTable,
    testing::Values(
        Case{"plain", with_fields(""), 0},
        Case{"chunked", with_fields("Transfer-Encoding: Chunked\r\n"), 0},
        Case{"length", with_fields("Content-Length: 12\r\n"), 0},
        Case{"http10_without_host", "GET / HTTP/1.0\r\n\r\n", 0},
        Case{"host_with_port", "GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n", 0},
        Case{"obs_text_value",
             with_fields("X-Note: gr\xC3\xBC"
                         "n\r\n"),
             0},
        Case{"H2_space_before_colon", with_fields("Foo : bar\r\n"), 400},
        Case{"H2_empty_name", with_fields(": bar\r\n"), 400},
        Case{"H2_name_bytes", with_fields("Fo(o: bar\r\n"), 400},
        Case{"H2_no_colon", with_fields("Foo\r\n"), 400},
        Case{"H2_nul_in_value", with_fields(std::string("Foo: a\0b\r\n", 10)), 400},
        Case{"H2_cr_in_value", with_fields("Foo: a\rb\r\n"), 400},
        Case{"H2_del_in_value", with_fields("Foo: a\x7F\r\n"), 400},
        Case{"H3_bare_lf", "GET / HTTP/1.1\r\nHost: gw\n\r\n", 400},
        Case{"H3_cr_cr_lf", "GET / HTTP/1.1\r\nHost: gw\r\r\n\r\n", 400},
        Case{"H4_empty_length", with_fields("Content-Length:\r\n"), 400},
        Case{"H4_plus", with_fields("Content-Length: +5\r\n"), 400},
        Case{"H4_minus", with_fields("Content-Length: -5\r\n"), 400},
        Case{"H4_hex", with_fields("Content-Length: 0x5\r\n"), 400},
        Case{"H4_underscore", with_fields("Content-Length: 5_0\r\n"), 400},
        Case{"H4_blank", with_fields("Content-Length: 5 5\r\n"), 400},
        Case{"H4_exponent", with_fields("Content-Length: 1e1\r\n"), 400},
        Case{"H4_two_to_64", with_fields("Content-Length: 18446744073709551616\r\n"), 400},
        Case{"H7_host_path", "GET / HTTP/1.1\r\nHost: gw/x\r\n\r\n", 400},
        Case{"H7_host_user", "GET / HTTP/1.1\r\nHost: a@gw\r\n\r\n", 400},
        Case{"H7_host_query", "GET / HTTP/1.1\r\nHost: gw?x\r\n\r\n", 400},
        Case{"H7_host_blank", "GET / HTTP/1.1\r\nHost: g w\r\n\r\n", 400},
        Case{"H7_host_empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 400},
        Case{"H9_preface", "PRI * HTTP/2.0\r\n\r\n", 505},
        Case{"H9_method_bytes", "GE(T / HTTP/1.1\r\nHost: gw\r\n\r\n", 400},
        Case{"H10_12", "GET / HTTP/1.2\r\nHost: gw\r\n\r\n", 505},
        Case{"H10_20", "GET / HTTP/2.0\r\nHost: gw\r\n\r\n", 505},
        Case{"H10_99", "GET / HTTP/9.9\r\nHost: gw\r\n\r\n", 505},
        Case{"H10_09", "GET /\r\n\r\n", 400},
        Case{"H10_blank_after", "GET / HTTP/1.1 \r\nHost: gw\r\n\r\n", 400},
        Case{"H10_lower_case", "GET / http/1.1\r\nHost: gw\r\n\r\n", 400},
        Case{"two_blanks", "GET  / HTTP/1.1\r\nHost: gw\r\n\r\n", 400},
        Case{"tab_separators", "GET\t/\tHTTP/1.1\r\nHost: gw\r\n\r\n", 400},
        Case{"H14_other_expectation", with_fields("Expect: 200-ok\r\n"), 417},
        Case{"H14_twice", with_fields("Expect: 100-continue\r\nExpect: 100-continue\r\n"), 417},
        Case{"te_twice",
             with_fields("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"), 400}),
    [](const auto& info) { return info.param.name; });

TEST(RequestHead, TakesFramingPersistenceAndFields) {
  const std::string text = with_fields(
      "Content-Length: 12\r\napi-key:  secret \r\nExpect: 100-continue\r\nConnection: close\r\n");
  RequestHead head;
  ASSERT_FALSE(parse_request_head(text, {}, head));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/openai/v1/chat/completions");
  EXPECT_EQ(head.body.kind, Framing::length);
  EXPECT_EQ(head.body.length, 12U);
  EXPECT_EQ(head.find("API-Key"), "secret");
  EXPECT_TRUE(head.expect_continue);
  EXPECT_FALSE(head.keep_alive);
}

TEST(RequestHead, IsReusedWithoutTracesOfTheLastOne) {
  RequestHead head;
  ASSERT_FALSE(parse_request_head(
      with_fields("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n"),
      {}, head));
  ASSERT_FALSE(parse_request_head("GET / HTTP/1.0\r\n\r\n", {}, head));
  EXPECT_FALSE(head.expect_continue);
  EXPECT_EQ(head.body.kind, Framing::none);
  EXPECT_FALSE(head.keep_alive);  // HTTP/1.0 closes unless asked otherwise
  EXPECT_TRUE(head.fields.empty());
}

TEST(RequestHead, LimitsFieldsAndBytes) {
  std::string fields;
  for (int i = 0; i < 99; ++i) fields.append("X-" + std::to_string(i) + ": v\r\n");
  RequestHead head;
  EXPECT_FALSE(parse_request_head(with_fields(fields), {}, head));  // with Host: 100
  const auto many = parse_request_head(with_fields(fields + "One-More: v\r\n"), {}, head);
  ASSERT_TRUE(many);
  EXPECT_EQ(many->status, 431);
  const std::string token =
      with_fields("Authorization: Bearer " + std::string(16 * 1024, 'a') + "\r\n");
  EXPECT_FALSE(parse_request_head(token, {}, head));  // an Entra token with groups must pass
  const auto large =
      parse_request_head(with_fields("A: " + std::string(64 * 1024, 'a') + "\r\n"), {}, head);
  ASSERT_TRUE(large);
  EXPECT_EQ(large->status, 431);
}

}  // namespace
}  // namespace tollgate::http
