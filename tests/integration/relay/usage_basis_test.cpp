// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Promise 4 from end to end: what the record says of answers that tell less, or bill more, than
// tokens.
namespace tollgate::integration {
namespace {

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

TEST_F(UsageBasisOf, AnErrorBeforeContentCostsNothing) {
  const auto record =
      record_of_stream(": wait\n\n" + std::string("data: {\"id\":\"c\",\"choices\":[]}\n\n") +
                       "data: {\"error\":{\"code\":\"server_error\"}}\n\n");
  EXPECT_EQ(record.usage_basis, usage::UsageBasis::none);
  EXPECT_EQ(record.usage_reason, "error_answer");
  EXPECT_EQ(record.tokens, usage::TokenCounts());
}

TEST_F(UsageBasisOf, WhatIsBilledBesideTokensIsNotReported) {
  const auto record = record_of(
      R"({"id":"x","model":"m","usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12},)"
      R"("tool_usage":{"web_search":{"num_requests":1}}})",
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
