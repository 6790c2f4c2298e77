// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Requests that are odd but good: exactly which bytes the backend receives for them
// (faults.md 3.1).
namespace tollgate::integration {
namespace {

/// JSON with what looks like a head's end and another request.
constexpr std::string_view kTwoHeads = "\r\n\r\n{\"a\":\r\n\r\n\"GET / HTTP/1.1\"\r\n\r\n}\r\n\r\n";

struct Case {
  std::string name;
  ClientRequest sent;
  /// What the backend gets; the fields and the body differ from the default, the rest never does.
  std::string fields = {};
  std::string body = std::string(kBody);
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Case with_fields(std::string name, std::string fields, std::string passed = {}) {
  return {std::move(name), {.fields = std::move(fields)}, std::move(passed)};
}

Case with_line(std::string name, std::string line) {
  return {std::move(name), {.line = std::move(line)}};
}

Case chunked(std::string name, std::string wire, std::string body) {
  return {
      std::move(name),
      {.fields = "Transfer-Encoding: chunked\r\n", .body = std::move(wire), .with_length = false},
      {},
      std::move(body)};
}

std::string in_chunks_of_one(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) out.append(chunk(text.substr(i, 1)));
  return out.append("0\r\n\r\n");
}

std::string many_fields(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out.append("X-" + std::to_string(i) + ": v\r\n");
  return out;
}

const std::string kChunkOfBody = chunk(kBody);
const std::string kBigField = "X-Token: " + std::string(16 * 1024, 't') + "\r\n";

class Forwarded : public SharedGatewayTest, public testing::WithParamInterface<Case> {};

TEST_P(Forwarded, ReachesTheBackendByteForByteAndLeavesTheNextRequestIntact) {
  const Case& c = GetParam();
  for (const Delivery delivery :
       {Delivery::whole, Delivery::byte_by_byte, Delivery::random_pieces}) {
    SCOPED_TRACE(static_cast<int>(delivery));
    RawConnection client = gateway().connect();
    ASSERT_TRUE(send(client, c.sent.bytes() + ClientRequest().bytes(), delivery));
    serve(ForwardedRequest{.authority = backend().authority(), .fields = c.fields, .body = c.body}
              .bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    const auto records = gateway().take_records(2);
    ASSERT_EQ(records.size(), 2U);
    for (const auto& record : records) {
      EXPECT_EQ(record.outcome, usage::Outcome::completed);
      EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
      EXPECT_EQ(record.tokens.total, 12);
      EXPECT_EQ(record.client_name, "drains");
    }
    EXPECT_EQ(records[0].request_bytes, static_cast<std::int64_t>(c.body.size()));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Head, Forwarded,
    testing::Values(
        with_fields("plain", ""),
        with_fields("blanks_around_a_value", "X-Pad: \t v \t\r\nX-Empty:\r\n",
                    "X-Pad: v\r\nX-Empty: \r\n"),
        with_fields("obs_text", "X-Note: gr\xC3\xBC\xDF\ten\r\n", "X-Note: gr\xC3\xBC\xDF\ten\r\n"),
        with_fields("H11_token_of_16_KiB", kBigField, kBigField),
        with_fields("H11_a_head_of_48_KiB", kBigField + kBigField + kBigField,
                    kBigField + kBigField + kBigField),
        with_fields("H11_a_hundred_fields", many_fields(96), many_fields(96)),
        with_fields(
            "H17_nominations",
            "Connection: authorization, content-length, X-Mine, host, api-key\r\nX-Mine: 1\r\n"
            "X-Yours: 2\r\n",
            "X-Yours: 2\r\n"),
        with_fields(
            "H18_upgrade_to_h2c",
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n"),
        with_fields("H18_upgrade_to_websocket",
                    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n",
                    "Sec-WebSocket-Version: 13\r\n"),
        with_fields("H19_underscore_twins",
                    "x_client_id: admin\r\napi_key: stolen\r\nTransfer_Encoding: chunked\r\n"
                    "Content_Length: 1\r\nHost_: evil\r\n"),
        with_fields("hop_by_hop",
                    "Keep-Alive: 300\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\n"
                    "Trailer: X-Sum\r\n"),
        with_fields("U7_no_coding_asked_for", "Accept-Encoding: gzip, br\r\n"),
        with_fields(
            "P2_forwarding_chains",
            "X-Forwarded-For: 10.0.0.1\r\nForwarded: for=10.0.0.1\r\nX-Real-IP: 10.0.0.1\r\n"
            "X-Forwarded-Host: evil\r\nX-Forwarded-Proto: https\r\nVia: 1.1 x\r\n"
            "X-Original-URL: /admin\r\nX-Rewrite-URL: /admin\r\n"),
        with_fields("P3_other_proof",
                    "Cookie: session=1\r\nProxy-Authorization: Basic eDp5\r\n"
                    "Ocp-Apim-Subscription-Key: k\r\nX-Functions-Key: k\r\n"
                    "X-MS-Client-Principal: e30=\r\n"),
        with_line("H10_http10_kept_alive",
                  "POST " + std::string(kTarget) + " HTTP/1.0\r\nConnection: keep-alive"),
        with_line("P3_credentials_in_the_query",
                  "POST /openai/deployments/gpt-4o/chat/completions?api-key=stolen&api-version="
                  "2024-10-21&code=x&subscription-key=y HTTP/1.1"),
        with_line("P4_a_doubled_slash_in_front", "POST /" + std::string(kTarget) + " HTTP/1.1"),
        with_line("P4_encoded_plain_bytes",
                  "POST /openai/deployments/gpt%2D4o/chat/completions?api-version=2024-10-21 "
                  "HTTP/1.1")),
    [](const auto& info) { return info.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Body, Forwarded,
    testing::Values(
        chunked("one_chunk", kChunkOfBody + "0\r\n\r\n", std::string(kBody)),
        chunked("H5_chunks_of_one", in_chunks_of_one(kBody), std::string(kBody)),
        chunked("H5_size_with_zeros_and_capitals",
                "00002D;name=\"v\"\r\n" + std::string(kBody) + "\r\n000\r\n\r\n",
                std::string(kBody)),
        chunked("H5_extension_at_the_limit",
                "2d;" + std::string(255, 'e') + "\r\n" + std::string(kBody) + "\r\n0\r\n\r\n",
                std::string(kBody)),
        chunked("B5_H6_trailers_are_dropped",
                kChunkOfBody +
                    "0\r\napi-key: stolen\r\nHost: evil\r\nAuthorization: Bearer x\r\n"
                    "Content-Length: 5\r\nTransfer-Encoding: gzip\r\nContent-Encoding: gzip\r\n"
                    "X-Client-Id: admin\r\n\r\n",
                std::string(kBody)),
        chunked("an_empty_body", "0\r\n\r\n", ""),
        Case{"H20_a_request_within_the_json",
             {.body = std::string(kTwoHeads)},
             {},
             std::string(kTwoHeads)},
        Case{"no_body", {.body = ""}, {}, ""}),
    [](const auto& info) { return info.param.name; });

}  // namespace
}  // namespace tollgate::integration
