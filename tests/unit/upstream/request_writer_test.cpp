// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/request_writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace tollgate::upstream {
namespace {

/// What of the client's field lines reaches the backend.
std::string passed(const std::string& fields, const config::Authentication& settings = {}) {
  const std::string bytes = "POST / HTTP/1.1\r\nHost: gw\r\n" + fields + "\r\n";
  http::RequestHead client;
  const auto error = http::parse_request_head(bytes, {}, client);
  EXPECT_FALSE(error) << error->reason;
  const std::string written = write_request_head({.method = "POST",
                                                  .target = "/t",
                                                  .host = "b",
                                                  .credential_name = "api-key",
                                                  .credential_value = "c"},
                                                 client, FieldFilter(settings));
  const std::string before = "POST /t HTTP/1.1\r\nhost: b\r\n";
  const std::string after = "api-key: c\r\n\r\n";
  EXPECT_TRUE(written.starts_with(before) && written.ends_with(after)) << written;
  return written.substr(before.size(), written.size() - before.size() - after.size());
}

TEST(RequestWriter, PassesFieldsInOrderAsTheyCame) {
  EXPECT_EQ(passed("X-B: 1\r\nX-A: 2\r\nx-b: 3\r\nAccept: */*\r\nUser-Agent: sdk/1\r\n"),
            "X-B: 1\r\nX-A: 2\r\nx-b: 3\r\nAccept: */*\r\nUser-Agent: sdk/1\r\n");
}

TEST(RequestWriter, DropsProofCookiesAndForwardingChainsInAnyCase) {
  EXPECT_EQ(
      passed("AUTHORIZATION: Bearer t\r\nApi-Key: k\r\nCookie: a=b\r\n"
             "Proxy-Authorization: x\r\nOcp-Apim-Subscription-Key: k\r\nX-Functions-Key: k\r\n"
             "X-Forwarded-For: 1.2.3.4\r\nForwarded: for=x\r\nX-Real-IP: x\r\nVia: 1.1 p\r\n"
             "X-Forwarded-Host: h\r\nX-Forwarded-Proto: p\r\nX-Forwarded-Port: 1\r\n"
             "X-Forwarded-Server: s\r\nX-MS-Client-Principal: p\r\nX-Original-URL: /\r\n"
             "X-Rewrite-URL: /\r\nAccept-Encoding: br\r\nExpect: 100-continue\r\n"),
      "");
}

TEST(RequestWriter, DropsTheFieldsThatProveCallersHere) {
  config::Authentication settings;
  settings.api_key_headers = {"X-Team-Key", "x-api-key"};
  settings.custom_header = config::CustomHeaderAuthentication{"x-client-id", {}};
  EXPECT_EQ(passed("x-team-key: k\r\nX-Client-Id: me\r\nX-Client-Identity: kept\r\n", settings),
            "X-Client-Identity: kept\r\n");
  EXPECT_EQ(passed("x-team-key: k\r\n"), "x-team-key: k\r\n");
}

TEST(RequestWriter, DropsNamesWithAnUnderscore) {
  EXPECT_EQ(
      passed("api_key: k\r\nx_client_id: a\r\nTransfer_Encoding: chunked\r\n_: x\r\nA: b\r\n"),
      "A: b\r\n");
}

TEST(RequestWriter, DropsHopByHopFieldsAndWhatConnectionNames) {
  EXPECT_EQ(passed("Connection: close, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\n"
                   "Trailer: x\r\nUpgrade: h2c\r\nHTTP2-Settings: A\r\nProxy-Connection: x\r\n"
                   "Connection: x-other\r\nX-Other: 2\r\nX-Kept: 3\r\n"),
            "X-Kept: 3\r\n");
}

TEST(RequestWriter, ConnectionCannotTakeOutWhatGivesTheRequestItsMeaning) {
  EXPECT_EQ(passed("Connection: content-type, Accept, content-encoding\r\nContent-Type: a/b\r\n"
                   "Accept: */*\r\nContent-Encoding: gzip\r\n"),
            "Content-Type: a/b\r\nAccept: */*\r\nContent-Encoding: gzip\r\n");
}

TEST(RequestWriter, PassesAValidTraceContextAndDropsAMalformedOne) {
  const std::string parent =
      "Traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\n";
  const std::string state = "TraceState: a=1\r\ntracestate: b=2\r\n";
  EXPECT_EQ(passed(parent + "A: b\r\n" + state), parent + "A: b\r\n" + state);
  EXPECT_EQ(passed(parent + "A: b\r\ntracestate: =\r\n"), parent + "A: b\r\n");
  EXPECT_EQ(passed("traceparent: 00-0af7\r\nA: b\r\n" + state), "A: b\r\n");
  EXPECT_EQ(passed(parent + parent + "A: b\r\n" + state), "A: b\r\n");
}

TEST(RequestWriter, FramesTheBodyAnewWhateverTheClientSaid) {
  http::RequestHead client;
  const std::string bytes = "POST / HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n";
  ASSERT_FALSE(http::parse_request_head(bytes, {}, client));
  OutboundHead head{.method = "POST",
                    .target = "/t?q=1",
                    .host = "b:8443",
                    .credential_name = "authorization",
                    .credential_value = "Bearer t",
                    .body_size = 12,
                    .has_body = true};
  EXPECT_EQ(write_request_head(head, client, FieldFilter({})),
            "POST /t?q=1 HTTP/1.1\r\nhost: b:8443\r\nauthorization: Bearer t\r\n"
            "content-length: 12\r\n\r\n");
  head.body_size = 0;  // a POST without a body still says so
  EXPECT_TRUE(
      write_request_head(head, client, FieldFilter({})).ends_with("content-length: 0\r\n\r\n"));
  head.method = "GET";
  head.has_body = false;
  EXPECT_EQ(write_request_head(head, client, FieldFilter({})),
            "GET /t?q=1 HTTP/1.1\r\nhost: b:8443\r\nauthorization: Bearer t\r\n\r\n");
}

}  // namespace
}  // namespace tollgate::upstream
