// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "estimate.hpp"

#include <gtest/gtest.h>

#include <string>

#include "tollgate/operations/request_target.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::proxy {
namespace {

using usage::UsageBasis;

const operations::Api& api_of(std::string_view path) {
  return *operations::parse_target("POST", path).value().operation->api;
}
const operations::Api& chat() { return api_of("/openai/v1/chat/completions"); }

constexpr std::string_view kPrompt =
    R"({"model":"gpt-4o","messages":[{"role":"user","content":"one two three"}]})";

usage::UsageRecord unread(std::string_view reason) {
  usage::UsageRecord record;
  record.model = "gpt-4o";
  record.usage_reason = reason;
  return record;
}

TEST(CanEstimate, WhatABackendMayHaveWorkedOnAndDidNotReport) {
  EXPECT_TRUE(can_estimate(unread(usage::reason::kStreamWithoutUsage), chat(), 200));
  EXPECT_TRUE(can_estimate(unread(usage::reason::kNoAnswer), chat(), 0));
}

TEST(CanEstimate, NothingThatIsReported) {
  usage::UsageRecord record = unread({});
  record.usage_basis = UsageBasis::reported;
  EXPECT_FALSE(can_estimate(record, chat(), 200));
  record.usage_basis = UsageBasis::partial;
  EXPECT_FALSE(can_estimate(record, chat(), 200));
}

TEST(CanEstimate, NoErrorButAPromptThatTheContentFilterRefused) {
  usage::UsageRecord record = unread(usage::reason::kErrorAnswer);
  EXPECT_FALSE(can_estimate(record, chat(), 500));
  EXPECT_FALSE(can_estimate(record, chat(), 200)) << "a stream may say it under a 200";
  EXPECT_FALSE(can_estimate(record, chat(), 400));
  EXPECT_FALSE(can_estimate(unread(usage::reason::kEmptyAnswer), chat(), 307)) << "a redirect";
  record.error_code = "content_filter";
  EXPECT_TRUE(can_estimate(record, chat(), 400));
  EXPECT_FALSE(can_estimate(record, chat(), 500));
  record.error_code = "ResponsibleAIPolicyViolation";
  EXPECT_TRUE(can_estimate(record, chat(), 400)) << "the same by another word";
}

TEST(CanEstimate, NoApiWhosePromptIsNoText) {
  const operations::Api& speech = api_of("/openai/deployments/tts/audio/speech?api-version=1");
  EXPECT_FALSE(can_estimate(unread(usage::reason::kOpaqueBody), speech, 200));
}

TEST(EstimateUsage, CountsThePromptAndTakesWhatCameForTheCompletion) {
  usage::UsageRecord record = unread(usage::reason::kAnswerCutOff);
  estimate_usage(record, chat(), kPrompt, 5);
  EXPECT_EQ(record.usage_basis, UsageBasis::estimated);
  EXPECT_EQ(record.usage_reason, usage::reason::kAnswerCutOff);
  // Three words, and 3 + 1 + 3 around a message and its answer (docs/token-estimates.md).
  EXPECT_EQ(record.tokens.prompt, 10);
  EXPECT_EQ(record.tokens.completion, 5);
  EXPECT_EQ(record.tokens.total, 15);
}

TEST(EstimateUsage, WhatWasNotReadIsUnknownAndNotNothing) {
  usage::UsageRecord record = unread(usage::reason::kNoAnswer);
  estimate_usage(record, chat(), kPrompt, std::nullopt);
  EXPECT_EQ(record.tokens.completion, std::nullopt);
  EXPECT_EQ(record.tokens.total, record.tokens.prompt);
}

TEST(EstimateUsage, ARefusedPromptHasNoCompletion) {
  usage::UsageRecord record = unread(usage::reason::kErrorAnswer);
  estimate_usage(record, chat(), kPrompt, std::nullopt);
  EXPECT_EQ(record.tokens.completion, 0);
}

TEST(EstimateUsage, AnEmbeddingGeneratesNoText) {
  usage::UsageRecord record = unread(usage::reason::kNoAnswer);
  estimate_usage(record, api_of("/openai/v1/embeddings"), R"({"input":"one two three"})", 7);
  EXPECT_EQ(record.tokens.prompt, 3);
  EXPECT_EQ(record.tokens.completion, std::nullopt);
  EXPECT_EQ(record.tokens.total, 3);
}

TEST(EstimateUsage, SaysWhatWasGuessedOnceEach) {
  usage::UsageRecord record = unread("answer_cut_off,encoding_guessed");
  record.model = "nobody-knows-this";
  estimate_usage(record, chat(), kPrompt, 1);
  EXPECT_EQ(record.usage_reason, "answer_cut_off,encoding_guessed");
}

TEST(EstimateUsage, ABodyThatCannotBeReadLeavesTheRecordAlone) {
  const usage::UsageRecord before = unread(usage::reason::kNoAnswer);
  usage::UsageRecord record = before;
  estimate_usage(record, chat(), "no json", 4);
  EXPECT_EQ(record.usage_basis, UsageBasis::none);
  EXPECT_EQ(record.tokens.prompt, std::nullopt);
}

}  // namespace
}  // namespace tollgate::proxy
