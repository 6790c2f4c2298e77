// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <tuple>

#include "shared_gateway_test.hpp"

// Promise 4 from end to end: what the record says of answers that tell less, or bill more, than
// tokens.
namespace tollgate::integration {
namespace {

using std::string_literals::operator""s;

class UsageBasisOf : public SharedGatewayTest {
 protected:
  /// The record of a request that is answered so; the client gets every byte.
  usage::UsageRecord record_of(const std::string& body, const std::string& fields,
                               const std::string& request = std::string(kBody)) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.body = request}.bytes());
    const std::string sent = answer(fields, body);
    serve(ForwardedRequest{.authority = backend().authority(), .body = request}.bytes(), sent);
    EXPECT_EQ(client.read_response().body, body);
    auto records = gateway().take_records(1);
    EXPECT_EQ(records.size(), 1U);
    return records.empty() ? usage::UsageRecord() : records[0];
  }

  usage::UsageRecord record_of_stream(const std::string& body) {
    return record_of(body, "Content-Type: text/event-stream\r\n", kStreamed);
  }

  // A stream of its own wish, so that nothing is added to it.
  const std::string kStreamed =
      R"({"stream":true,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"hi"}]})";
};

const std::string kText =
    "data: {\"id\":\"c\",\"model\":\"gpt-4o-2024-11-20\",\"choices\":[{\"delta\":{\"content\":"
    "\"hello world\"},\"finish_reason\":null,\"index\":0}]}\n\n";

TEST_F(UsageBasisOf, AnErrorAfterContentIsAnEstimate) {
  const auto record = record_of_stream(kText + "data: {\"error\":{\"code\":\"server_error\"}}\n\n");
  EXPECT_EQ(record.outcome, usage::Outcome::backend_error);
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(record.usage_reason, "error_after_content");
  EXPECT_EQ(record.error_code, "server_error");
  EXPECT_EQ(record.tokens.completion, 2);
  EXPECT_EQ(record.tokens.prompt, 8);
}

TEST_F(UsageBasisOf, TextBesideAnErrorInABodyIsAnEstimate) {
  const auto record = record_of(
      R"({"id":"c","model":"gpt-4o-2024-11-20","choices":[{"message":{"content":"hello world"}}],)"
      R"("error":{"code":"server_error"}})",
      "Content-Type: application/json\r\n");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(record.usage_reason, "error_after_content");
  EXPECT_EQ(record.error_code, "server_error");
  EXPECT_EQ(record.tokens.completion, 2);
  EXPECT_EQ(record.tokens.prompt, 8);
  EXPECT_EQ(record.tokens.total, 10);
}

TEST_F(UsageBasisOf, AnErrorBeforeContentCostsNothing) {
  const auto record =
      record_of_stream(": wait\n\n" + std::string("data: {\"id\":\"c\",\"choices\":[]}\n\n") +
                       "data: {\"error\":{\"code\":\"server_error\"}}\n\n");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record.usage_reason, "error_answer");
  EXPECT_EQ(record.tokens, usage::TokenCounts());
}

TEST_F(UsageBasisOf, AnErrorWithoutJsonIsOneByItsStatus) {
  const std::string page = "<html><h1>502 Bad Gateway</h1></html>";
  const std::string html = "Content-Type: text/html\r\n";
  for (const auto& [line, fields, body] :
       {std::tuple("502 Bad Gateway", html, page), std::tuple("404 Not Found", html, ""s),
        std::tuple("503 Unavailable", ""s, ""s), std::tuple("307 Moved", html, page),
        std::tuple("500 Oops", "Content-Type: text/event-stream\r\n"s, ": x\n\n"s)}) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes(),
          "HTTP/1.1 "s + line + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
              fields + "\r\n" + body);
    EXPECT_EQ(client.read_response().body, body);
    const auto records = gateway().take_records(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::none) << line;
    EXPECT_EQ(records[0].usage_reason, "error_answer") << line;
    EXPECT_EQ(records[0].tokens, usage::TokenCounts());
  }
}

// Which is charged, although its status says that nothing was served (azure-protocol.md 2.6).
TEST_F(UsageBasisOf, AFilteredPromptIsAnEstimateWhateverItsTypeSays) {
  const std::string body = R"({"error":{"code":"content_filter","status":400}})";
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  serve(ForwardedRequest{.authority = backend().authority()}.bytes(),
        "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(client.read_response().body, body);
  const auto records = gateway().take_records(1);
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::estimated);
  EXPECT_EQ(records[0].tokens.prompt, 8);
  EXPECT_EQ(records[0].tokens.completion, 0);
}

TEST_F(UsageBasisOf, WhatIsBilledBesideTokensIsNotReported) {
  const auto record = record_of(
      R"({"id":"x","model":"m","usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12},)"
      R"("tool_usage":{"image_gen":{"output_tokens":1}}})",
      {});
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::partial);
  EXPECT_EQ(record.usage_reason, "not_all_counted,tool_usage");
  EXPECT_EQ(record.tokens.total, 12);
}

TEST_F(UsageBasisOf, ACountThatIsMissingIsNotReported) {
  const auto record = record_of(R"({"id":"x","model":"m","usage":{"output_tokens":5}})", {});
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::partial);
  EXPECT_EQ(record.usage_reason, "count_missing");
}

TEST_F(UsageBasisOf, WhoReallyServedIsRecorded) {
  const auto record =
      record_of(R"({"id":"x","model":"m","service_tier":"priority",)"
                R"("usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}})",
                "x-ms-is-spilled-over: True\r\nx-ms-deployment-name: gpt-4o-standard\r\n");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::reported);
  EXPECT_EQ(record.backend_deployment, "gpt-4o-east");
  EXPECT_EQ(record.served_deployment, "gpt-4o-standard");
  EXPECT_TRUE(record.spilled_over);
  EXPECT_EQ(record.service_tier, "priority");
}

}  // namespace
}  // namespace tollgate::integration
