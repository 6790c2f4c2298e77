// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/quantities.hpp"

#include <gtest/gtest.h>

#include <string>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

using usage::UsageBasis;
using usage::UsageRecord;

/// "input=7 cached_input=3 lacking=..."; what is 0 is left out.
std::string words(const UsageRecord& record) {
  const Quantities quantities = quantities_of(record);
  std::string out;
  const auto add = [&](std::string_view text) { out.append(out.empty() ? "" : " ").append(text); };
  if (quantities.knowledge == Knowledge::free) add("free");
  if (quantities.knowledge == Knowledge::unknown) add("unknown");
  for (const PriceClassRow& row : kPriceClasses) {
    const std::int64_t amount = quantities[row.price_class];
    if (amount != 0) add(std::string(row.name) + "=" + std::to_string(amount));
  }
  if (!quantities.lacking.empty()) add("lacking=" + quantities.lacking);
  return out;
}

UsageRecord with(usage::TokenCounts tokens) {
  UsageRecord out = reported(0, 0);
  out.tokens = tokens;
  return out;
}

TEST(QuantitiesTest, UncachedInputIsTheRestOfThePrompt) {
  EXPECT_EQ(words(reported(10, 4)), "input=10 output=4");
  EXPECT_EQ(words(with({.prompt = 10, .completion = 4, .cached_prompt = 3})),
            "input=7 cached_input=3 output=4");
  EXPECT_EQ(words(with({.prompt = 10, .completion = 4, .cached_prompt = 3, .cache_write = 2})),
            "input=5 cached_input=3 cache_write=2 output=4");
  EXPECT_EQ(words(with({.prompt = 10, .completion = 0, .cached_prompt = 10})), "cached_input=10");
}

TEST(QuantitiesTest, ReasoningAndPredictionsAreInTheOutput) {
  EXPECT_EQ(words(with({.prompt = 1,
                        .completion = 9,
                        .reasoning = 5,
                        .accepted_prediction = 1,
                        .rejected_prediction = 2})),
            "input=1 output=9");
}

TEST(QuantitiesTest, AudioAndImagesAreTakenOutOfTheText) {
  EXPECT_EQ(words(with({.prompt = 100,
                        .completion = 50,
                        .prompt_audio = 60,
                        .completion_audio = 30,
                        .image = 10,
                        .completion_image = 5})),
            "input=30 output=15 audio_input=60 audio_output=30 image_input=10 image_output=5");
}

TEST(QuantitiesTest, WhatMakesImagesHasImagesInItsOutputUnlessItTells) {
  for (const char* const maker : {"ImageGenerations_Create", "ImageEdits_Create"}) {
    UsageRecord record = with({.prompt = 50, .completion = 1056, .image = 40});
    record.operation_id = maker;
    EXPECT_EQ(words(record), "input=10 image_input=40 image_output=1056");
    record.tokens.completion_image = 1000;
    EXPECT_EQ(words(record), "input=10 output=56 image_input=40 image_output=1000");
  }
}

TEST(QuantitiesTest, CachedTokensAreThoseOfTheirKind) {
  EXPECT_EQ(words(with({.prompt = 100,
                        .completion = 1,
                        .cached_prompt = 30,
                        .prompt_audio = 60,
                        .image = 10,
                        .cached_audio = 20,
                        .cached_image = 4})),
            "input=24 cached_input=6 output=1 audio_input=40 cached_audio_input=20 image_input=6 "
            "cached_image_input=4");
}

TEST(QuantitiesTest, WhoseTheCachedTokensAreIsNotGuessedSilently) {
  EXPECT_EQ(words(with({.prompt = 100, .completion = 1, .cached_prompt = 50, .prompt_audio = 60})),
            "cached_input=40 output=1 audio_input=60 lacking=cached_split_unknown");
  EXPECT_EQ(words(with({.prompt = 1000,
                        .completion = 1,
                        .cached_prompt = 500,
                        .prompt_audio = 500,
                        .cache_write = 100})),
            "cached_input=400 cache_write=100 output=1 audio_input=500 "
            "lacking=cached_split_unknown")
      << "what was written was not cached";
}

TEST(QuantitiesTest, WhatATotalCountsBesideInAndOutIsTold) {
  EXPECT_EQ(words(with({.prompt = 10, .completion = 4, .total = 14})), "input=10 output=4");
  EXPECT_EQ(words(with({.prompt = 10, .completion = 4, .total = 20})),
            "input=10 output=4 lacking=total_is_more");
  EXPECT_EQ(words(with({.prompt = 10, .completion = 4, .total = 20, .reasoning = 6})),
            "input=10 output=4 lacking=total_is_more")
      << "reasoning beside the completion is none of its parts";
}

TEST(QuantitiesTest, ContradictingCountsAreNotPriced) {
  for (const usage::TokenCounts& tokens :
       {usage::TokenCounts{.prompt = 10, .completion = 1, .cached_prompt = 11},
        usage::TokenCounts{.prompt = 10, .completion = 1, .cached_prompt = 8, .cache_write = 3},
        usage::TokenCounts{.prompt = 10, .completion = 1, .prompt_audio = 11},
        usage::TokenCounts{.prompt = 10, .completion = 1, .cached_prompt = 11, .prompt_audio = 5},
        usage::TokenCounts{.prompt = 10, .completion = 1, .completion_audio = 2},
        usage::TokenCounts{.prompt = 10, .completion = 1, .reasoning = 2},
        usage::TokenCounts{.prompt = 10,
        .completion = 1,
        .cached_prompt = 5,
        .prompt_audio = 2,
        .cached_audio = 3}}) {
    EXPECT_EQ(words(with(tokens)), "unknown lacking=counts_contradict");
  }
  UsageRecord told = with({.prompt = 10, .completion = 5, .total = 3});
  told.usage_basis = usage::UsageBasis::partial;
  told.usage_reason = usage::reason::kCountsContradict;
  EXPECT_EQ(words(told), "unknown lacking=counts_contradict");
}

TEST(QuantitiesTest, WhatTheRecordCallsFreeIsFree) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = UsageBasis::none;
  record.operation_id = "Files_Create";
  for (const char* const reason :
       {"error_answer", "not_sent", "operation_without_tokens", "counted_at_creation"}) {
    record.usage_reason = reason;
    EXPECT_EQ(words(record), "free") << reason;
  }
}

TEST(QuantitiesTest, WhatIsBilledByAnotherMeasureIsNotFree) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "operation_without_tokens";
  for (const char* const id : {"Containers_Create", "VectorStores_Create", "FineTuningJobs_Create",
                               "of another version"}) {
    record.operation_id = id;
    EXPECT_EQ(words(record), "unknown lacking=not_by_token") << id;
  }
  record.operation_id = "Containers_Delete";
  EXPECT_EQ(words(record), "free");
  record.operation_id = "Containers_Create";
  record.usage_reason = "error_answer";
  EXPECT_EQ(words(record), "free") << "nothing was made";
}

TEST(QuantitiesTest, OfWhatNobodyCountedNothingIsKnown) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "no_answer";
  EXPECT_EQ(words(record), "unknown lacking=no_answer");
  record.usage_reason.clear();
  EXPECT_EQ(words(record), "unknown lacking=usage_unknown");
}

TEST(QuantitiesTest, CountsThatAreNotAllAreLacking) {
  UsageRecord record = reported(10, 4);
  record.usage_basis = UsageBasis::partial;
  record.usage_reason = "not_all_counted,tool_calls";
  EXPECT_EQ(words(record), "input=10 output=4 lacking=not_all_counted,tool_calls");
}

TEST(QuantitiesTest, AnEstimateIsLackingOnlyWithoutItsCompletion) {
  UsageRecord record = reported(10, 4);
  record.usage_basis = UsageBasis::estimated;
  record.usage_reason = "answer_cut_off";
  EXPECT_EQ(words(record), "input=10 output=4");
  record.tokens.completion.reset();
  EXPECT_EQ(words(record), "input=10 lacking=completion_unknown");
  record.operation_id = "Embeddings_Create";
  EXPECT_EQ(words(record), "input=10") << "which has none";
}

TEST(QuantitiesTest, AudioThatIsBilledByTimeNeedsNoTokens) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "billed_by_duration";
  record.audio_duration_ms = 1500;
  EXPECT_EQ(words(record), "duration=1500");
}

TEST(QuantitiesTest, ImagesAndCharactersAreBilledWhereNoTokensWereTold) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "counted_by_image";
  record.images = 3;
  EXPECT_EQ(words(record), "images=3");
  record.usage_reason = "answer_cut_off";
  EXPECT_EQ(words(record), "images=3 lacking=answer_cut_off");
  record.usage_reason = "error_answer";
  EXPECT_EQ(words(record), "free");
  record.images.reset();
  record.characters = 5;
  record.usage_reason = "counted_by_character";
  EXPECT_EQ(words(record), "characters=5");
  record.usage_reason = "no_answer";
  EXPECT_EQ(words(record), "unknown lacking=no_answer") << "nobody knows whether it was spoken";
  UsageRecord both = reported(10, 4);
  both.images = 1;
  both.characters = 5;
  EXPECT_EQ(words(both), "input=10 output=4");
}

TEST(QuantitiesTest, CallsOfToolsStandBesideTheTokens) {
  UsageRecord record = reported(10, 4);
  record.web_search_calls = 2;
  record.file_search_calls = 1;
  record.code_interpreter_calls = 3;
  EXPECT_EQ(words(record), "input=10 output=4 web_search=2 file_search=1 code_interpreter=3");
}

TEST(QuantitiesTest, ABatchIsTheSumOfSeveralRequests) {
  UsageRecord record = reported(500'000, 4);
  EXPECT_FALSE(quantities_of(record).of_several_requests);
  record.operation_id = "Batches_Create";
  record.longest_prompt_tokens = 1000;
  const Quantities quantities = quantities_of(record);
  EXPECT_TRUE(quantities.of_several_requests);
  EXPECT_EQ(quantities.longest_prompt, 1000);
  EXPECT_EQ(quantities.prompt_tokens, 500'000);
}

}  // namespace
}  // namespace tollgate::pricing
