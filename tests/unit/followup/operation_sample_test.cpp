// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/operation_sample.hpp"

#include <gtest/gtest.h>

namespace tollgate::followup {
namespace {

usage::UsageRecord record() {
  usage::UsageRecord out;
  out.client_name = "a";
  out.operation_id = "Responses_Create";
  out.requested_model = "gpt";
  out.model = "gpt-2025";
  out.tokens.prompt = 3;
  out.tokens.completion = 5;
  out.tokens.cached_prompt = 1;
  out.tokens.reasoning = 2;
  return out;
}

TEST(OperationSample, HasWhatTheRecordCounts) {
  const usage::UsageRecord of = record();
  const telemetry::OperationSample sample = operation_sample(of, true);
  EXPECT_EQ(sample.client, "a");
  EXPECT_EQ(sample.operation, "Responses_Create");
  EXPECT_EQ(sample.requested_model, "gpt");
  EXPECT_EQ(sample.served_model, "gpt-2025");
  EXPECT_EQ(sample.prompt_tokens, 3);
  EXPECT_EQ(sample.completion_tokens, 5);
  EXPECT_EQ(sample.cached_tokens, 1);
  EXPECT_EQ(sample.reasoning_tokens, 2);
}

TEST(OperationSample, CountsNoTokensOfWorkThatGoesOn) {
  const usage::UsageRecord of = record();
  const telemetry::OperationSample sample = operation_sample(of, false);
  EXPECT_EQ(sample.client, "a");
  EXPECT_EQ(sample.prompt_tokens, std::nullopt);
  EXPECT_EQ(sample.completion_tokens, std::nullopt);
  EXPECT_EQ(sample.cached_tokens, std::nullopt);
  EXPECT_EQ(sample.reasoning_tokens, std::nullopt);
}

}  // namespace
}  // namespace tollgate::followup
