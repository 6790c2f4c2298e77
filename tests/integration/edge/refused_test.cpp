// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Requests that must not pass: the answer, and that neither they nor a good request hidden behind
// them reach the backend or the ledger (faults.md sections 2 and 3.1).
namespace tollgate::integration {
namespace {

struct Case {
  std::string name;
  int status = 0;
  std::string bytes;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Case with_fields(std::string name, int status, std::string fields) {
  return {std::move(name), status, ClientRequest{.fields = std::move(fields)}.bytes()};
}

/// Without a length of its own, for cases about framing.
Case framed(std::string name, int status, std::string fields) {
  const ClientRequest request{.fields = std::move(fields), .with_length = false};
  return {std::move(name), status, request.bytes()};
}

Case chunked(std::string name, std::string wire, int status = 400) {
  const ClientRequest request{
      .fields = "Transfer-Encoding: chunked\r\n", .body = std::move(wire), .with_length = false};
  return {std::move(name), status, request.bytes()};
}

Case with_host(std::string name, std::string host_lines) {
  std::string bytes = ClientRequest().bytes();
  bytes.replace(bytes.find("Host: gw\r\n"), 10, host_lines);
  return {std::move(name), 400, std::move(bytes)};
}

Case with_line(std::string name, int status, std::string line) {
  return {std::move(name), status, ClientRequest{.line = std::move(line)}.bytes()};
}

Case replaced(std::string name, std::string_view from, std::string_view to, int status = 400) {
  std::string bytes = ClientRequest().bytes();
  bytes.replace(bytes.find(from), from.size(), to);
  return {std::move(name), status, std::move(bytes)};
}

std::string post_to(const std::string& target) { return "POST " + target + " HTTP/1.1"; }

std::string repeated(std::string_view text, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append(text);
  return out;
}

class Refused : public SharedGatewayTest, public testing::WithParamInterface<Case> {};

TEST_P(Refused, EndsTheConnectionAndNothingBehindItIsRead) {
  const Case& c = GetParam();
  for (const Delivery delivery :
       {Delivery::whole, Delivery::byte_by_byte, Delivery::random_pieces}) {
    SCOPED_TRACE(static_cast<int>(delivery));
    RawConnection client = gateway().connect();
    ASSERT_TRUE(send(client, c.bytes + ClientRequest().bytes(), delivery));
    const Message response = client.read_response();
    expect_refusal(response, c.status);
    EXPECT_EQ(response.field("connection"), "close");
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_EQ(client.end(), End::closed);
    EXPECT_TRUE(backend().is_quiet());
  }
}

INSTANTIATE_TEST_SUITE_P(
    Framing, Refused,
    testing::Values(
        framed("B1_xchunked", 501, "Transfer-Encoding: xchunked\r\n"),
        framed("B1_identity", 501, "Transfer-Encoding: identity\r\n"),
        framed("B1_gzip", 501, "Transfer-Encoding: gzip\r\n"),
        framed("B1_chunked_cow", 501, "Transfer-Encoding: chunked, cow\r\n"),
        framed("B1_quoted", 501, "Transfer-Encoding: \"chunked\"\r\n"),
        framed("B1_high_byte", 501,
               "Transfer-Encoding: \x80"
               "chunked\r\n"),
        framed("B1_empty", 501, "Transfer-Encoding:\r\n"),
        framed("B1_vertical_tab", 400,
               "Transfer-Encoding: \x0B"
               "chunked\r\n"),
        with_fields("B2_xchunked_then_length", 501, "Transfer-Encoding: xchunked\r\n"),
        with_fields("B2_chunked_then_length", 400, "Transfer-Encoding: chunked\r\n"),
        framed("B2_length_then_chunked", 400,
               "Content-Length: 45\r\nTransfer-Encoding: chunked\r\n"),
        framed("B3_gzip_chunked", 501, "Transfer-Encoding: gzip, chunked\r\n"),
        framed("B3_parameter", 501, "Transfer-Encoding: chunked;q=1\r\n"),
        framed("B3_trailing_comma", 501, "Transfer-Encoding: chunked,\r\n"),
        framed("B3_leading_comma", 501, "Transfer-Encoding: ,chunked\r\n"),
        framed("B3_twice", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        framed("B3_twice_different", 400, "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n"),
        Case{"B4_in_http10", 400,
             ClientRequest{.line = "POST " + std::string(kTarget) + " HTTP/1.0",
                           .fields = "Transfer-Encoding: chunked\r\n",
                           .body = "0\r\n\r\n",
                           .with_length = false}
                 .bytes()},
        framed("H4_empty", 400, "Content-Length:\r\n"),
        framed("H4_plus", 400, "Content-Length: +45\r\n"),
        framed("H4_minus", 400, "Content-Length: -45\r\n"),
        framed("H4_hex", 400, "Content-Length: 0x2d\r\n"),
        framed("H4_underscore", 400, "Content-Length: 4_5\r\n"),
        framed("H4_blank_inside", 400, "Content-Length: 4 5\r\n"),
        framed("H4_exponent", 400, "Content-Length: 45e0\r\n"),
        framed("H4_two_to_64", 400, "Content-Length: 18446744073709551616\r\n"),
        framed("H4_twenty_digits", 400, "Content-Length: 00000000000000000045\r\n"),
        framed("H4_twice_the_same", 400, "Content-Length: 45\r\nContent-Length: 45\r\n"),
        framed("H4_twice_different", 400, "Content-Length: 45\r\nContent-Length: 0\r\n"),
        framed("B9_H4_list", 400, "Content-Length: 45, 45\r\n"),
        framed("H13_declared_over_the_limit", 413, "Content-Length: 1073741824\r\n"),
        framed("H13_nineteen_digits", 413, "Content-Length: 9999999999999999999\r\n")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Chunks, Refused,
    testing::Values(
        chunked("H5_no_size", "\r\n"), chunked("H5_letters", "g\r\n"),
        chunked("H5_0x", "0x1\r\nx\r\n"), chunked("H5_plus", "+1\r\nx\r\n"),
        chunked("H5_minus", "-1\r\nx\r\n"), chunked("H5_leading_blank", " 1\r\nx\r\n"),
        chunked("H5_trailing_blank", "1 \r\nx\r\n"),
        chunked("H5_blank_before_extension", "1 ;a\r\nx\r\n"),
        chunked("H5_sixteen_digits", "0000000000000001\r\nx\r\n"),
        chunked("H5_overflow", "fffffffffffffffff\r\n"),
        chunked("H5_no_crlf_after_data", "1\r\nxy\r\n0\r\n\r\n"),
        chunked("H5_lf_after_data", "1\r\nx\n0\r\n\r\n"),
        chunked("H5_cr_in_extension", "1;a\rb\r\nx\r\n0\r\n\r\n"),
        chunked("H5_lf_in_extension", "1;a\nb\r\nx\r\n0\r\n\r\n"),
        chunked("B6_H5_long_extension", "1;" + std::string(257, 'e') + "\r\nx\r\n0\r\n\r\n"),
        chunked("H3_bare_lf_after_size", "1\nx\r\n0\r\n\r\n"),
        chunked("H3_bare_cr_after_size", "1\rx\r\n0\r\n\r\n"),
        chunked("H3_cr_cr_lf_after_size", "1\r\r\nx\r\n0\r\n\r\n"),
        chunked("H3_bare_lf_in_trailers", "0\r\nA: b\nC: d\r\n\r\n"),
        chunked("H3_bare_cr_in_trailers", "0\r\nA: b\rC: d\r\n\r\n"),
        chunked("H3_bare_lf_at_the_end", "0\r\n\n"),
        chunked("H2_control_byte_in_trailers", "0\r\nA: \x01\r\n\r\n"),
        chunked("B6_H6_too_many_trailers", "0\r\n" + repeated("A: b\r\n", 65) + "\r\n"),
        chunked("B6_H6_long_trailers", "0\r\nA: " + std::string(8192, 'v') + "\r\n\r\n")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Fields, Refused,
    testing::Values(
        with_fields("B8_H2_folded", 400, "Foo: bar\r\n Transfer-Encoding: chunked\r\n"),
        with_fields("H2_folded_with_a_tab", 400, "Foo: bar\r\n\tbaz\r\n"),
        replaced("H2_folded_in_front", "Host: gw", " Host: gw"),
        with_fields("H2_blank_before_colon", 400, "Foo : bar\r\n"),
        with_fields("H2_empty_name", 400, ": bar\r\n"), with_fields("H2_no_colon", 400, "Foo\r\n"),
        with_fields("H2_odd_name", 400, "Fo(o: bar\r\n"),
        with_fields("H2_high_byte_in_name", 400, "F\xC3\xB6: bar\r\n"),
        with_fields("H2_nul_in_name", 400, std::string("F\0o: bar\r\n", 10)),
        with_fields("H2_nul_in_value", 400, std::string("Foo: a\0b\r\n", 10)),
        with_fields("H2_cr_in_value", 400, "Foo: a\rTransfer-Encoding: chunked\r\n"),
        with_fields("H2_escape_in_value", 400, "Foo: \x1B[31m\r\n"),
        with_fields("H2_del_in_value", 400, "Foo: a\x7F\r\n"),
        replaced("H3_bare_lf", "Host: gw\r\n", "Host: gw\n"),
        replaced("H3_bare_cr", "Host: gw\r\n", "Host: gw\r"),
        replaced("H3_cr_cr_lf", "Host: gw\r\n", "Host: gw\r\r\n"),
        replaced("H3_lf_cr", "Host: gw\r\n", "Host: gw\n\r"),
        replaced("H3_bare_lf_at_the_end", "\r\n\r\n", "\r\n\n"),
        replaced("H3_bare_lf_behind_the_line", " HTTP/1.1\r\n", " HTTP/1.1\n"),
        replaced("H3_empty_line_first", "POST", "\r\nPOST"),
        replaced("H3_empty_lf_first", "POST", "\nPOST"), with_host("B7_H7_none", ""),
        with_host("B7_H7_twice", "Host: gw\r\nHost: gw\r\n"), with_host("H7_empty", "Host:\r\n"),
        with_host("H7_path", "Host: gw/x\r\n"), with_host("H7_user", "Host: a@gw\r\n"),
        with_host("H7_fragment", "Host: gw#x\r\n"), with_host("H7_query", "Host: gw?x\r\n"),
        with_host("H7_blank", "Host: g w\r\n"), with_host("H7_list", "Host: gw, evil\r\n"),
        with_host("B7_high_bytes",
                  "Host: \xFF"
                  "a\xFF\r\n"),
        with_fields("B11_H11_many_fields", 431, repeated("X: v\r\n", 97)),
        with_fields("H11_one_value_of_64_KiB", 431, "X: " + std::string(64 * 1024, 'v') + "\r\n"),
        with_fields("H11_all_over_64_KiB", 431,
                    repeated("X: " + std::string(8192, 'v') + "\r\n", 8)),
        with_fields("H14_other_expectation", 417, "Expect: 200-ok\r\n"),
        with_fields("H14_twice", 417, "Expect: 100-continue\r\nExpect: 100-continue\r\n"),
        with_fields("H14_list", 417, "Expect: 100-continue, 100-continue\r\n"),
        with_fields("H14_obfuscated", 417, "Expect: 100-continue;x\r\n"),
        with_fields("H14_split", 400, "Expect: 100-\rcontinue\r\n"),
        with_fields("A7_two_keys", 400, "api-key: other\r\n")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    RequestLine, Refused,
    testing::Values(
        with_line("B10_H8_absolute_form", 400, post_to("http://evil.example/x")),
        with_line("H8_absolute_form_of_a_known_path", 400,
                  post_to("http://gw" + std::string(kTarget))),
        with_line("H8_authority_form", 400, "CONNECT evil.example:443 HTTP/1.1"),
        with_line("H8_asterisk", 400, "OPTIONS * HTTP/1.1"),
        with_line("H8_fragment", 400, post_to(std::string(kTarget) + "#x")),
        with_line("H8_raw_8_bit", 400, post_to("/openai/\xC3\xA4")),
        with_line("H8_control_byte", 400, post_to("/openai/\x01x")),
        with_line("H8_long", 400, post_to(std::string(kTarget) + std::string(8192, 'x'))),
        with_line("H8_empty", 400, "POST  HTTP/1.1"),
        with_line("H9_preface", 505, "PRI * HTTP/2.0"),
        with_line("H9_lower_case", 405, "post " + std::string(kTarget) + " HTTP/1.1"),
        with_line("H9_trace", 405, "TRACE " + std::string(kTarget) + " HTTP/1.1"),
        with_line("H9_put", 405, "PUT " + std::string(kTarget) + " HTTP/1.1"),
        with_line("H9_odd_bytes", 400, "PO(ST " + std::string(kTarget) + " HTTP/1.1"),
        with_line("H9_longer_token", 405, "POSTS " + std::string(kTarget) + " HTTP/1.1"),
        with_line("H10_09", 400, "POST " + std::string(kTarget)),
        with_line("H10_12", 505, "POST " + std::string(kTarget) + " HTTP/1.2"),
        with_line("H10_20", 505, "POST " + std::string(kTarget) + " HTTP/2.0"),
        with_line("H10_99", 505, "POST " + std::string(kTarget) + " HTTP/9.9"),
        with_line("H10_long_version", 400, "POST " + std::string(kTarget) + " HTTP/1.10"),
        with_line("H10_blank_behind", 400, "POST " + std::string(kTarget) + " HTTP/1.1 "),
        with_line("H10_lower_case", 400, "POST " + std::string(kTarget) + " http/1.1"),
        with_line("tab_separators", 400, "POST\t" + std::string(kTarget) + "\tHTTP/1.1"),
        with_line("blank_in_front", 400, " POST " + std::string(kTarget) + " HTTP/1.1"),
        with_line("P4_dot_segments", 400, post_to("/openai/deployments/../files?api-version=1")),
        with_line("P4_encoded_dots", 400,
                  post_to("/openai/deployments/%2e%2e/files?api-version=1")),
        with_line("P4_double_encoded", 400, post_to("/openai/deployments/%252e/chat/completions")),
        with_line("P4_encoded_slash", 400,
                  post_to("/openai/deployments/a%2f..%2fb/chat/completions")),
        with_line("P4_backslash", 400, post_to("/openai\\deployments\\gpt-4o\\chat\\completions")),
        with_line("P4_dots_behind_doubled_slashes", 400,
                  post_to("/openai//..//deployments/gpt-4o/chat/completions")),
        with_line("P4_matrix", 400, post_to("/openai/deployments/gpt-4o;x/chat/completions")),
        with_line("P4_nul", 400, post_to("/openai/deployments/gpt-4o%00/chat/completions")),
        with_line("P4_line_end", 400, post_to("/openai/deployments/gpt-4o%0d%0a/chat/completions")),
        with_line("P4_overlong_utf8", 400, post_to("/openai/%c0%ae%c0%ae/files")),
        with_line("P4_version_twice", 400,
                  post_to(std::string(kTarget) + "&api-version=2024-10-22")),
        with_line("P4_version_odd", 400, post_to("/openai/responses?api-version=1%0d%0ax")),
        with_line("P4_broken_query_name", 400, post_to(std::string(kTarget) + "&api%2key=x")),
        with_line("P4_no_such_path", 404, post_to("/openai/keys?api-version=2024-10-21")),
        with_line("P6_metrics", 404, post_to("/metrics"))),
    [](const auto& info) { return info.param.name; });

// Refused with the body unread: what stands there must not become a request (H15).
INSTANTIATE_TEST_SUITE_P(
    EarlyAnswer, Refused,
    testing::Values(
        Case{"H15_wrong_key", 401, ClientRequest{.key = "nobody"}.bytes()},
        Case{"H15_empty_key", 401, ClientRequest{.key = ""}.bytes()},
        Case{"H15_body_that_looks_like_a_request", 401,
             ClientRequest{.body = ClientRequest().bytes(), .key = "nobody"}.bytes()},
        Case{"H15_wrong_key_with_chunks", 401,
             ClientRequest{.fields = "Transfer-Encoding: chunked\r\n",
                           .body = "0\r\n\r\n",
                           .with_length = false,
                           .key = "nobody"}
                 .bytes()},
        Case{"H14_wrong_key_that_expects", 401,
             ClientRequest{.fields = "Expect: 100-continue\r\n", .key = "nobody"}.bytes()}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tollgate::integration
