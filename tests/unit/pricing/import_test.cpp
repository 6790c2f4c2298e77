// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/import.hpp"

#include <gtest/gtest.h>

#include <string>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

std::string imported(std::string_view json) {
  const Result<ImportedPrices> prices = import_litellm(json, day("2026-10-01"));
  return prices ? to_yaml(*prices) : prices.error().message;
}

std::vector<std::string> warnings_of(std::string_view json) {
  return import_litellm(json, day("2026-10-01"))->warnings;
}

TEST(LitellmImport, TakesAzuresEntriesWithTheirExactDigits) {
  EXPECT_EQ(imported(R"({"sample_spec":{"input_cost_per_token":0},
      "gpt-5":{"input_cost_per_token":1},
      "azure/gpt-5":{"input_cost_per_token":1.25e-06,"cache_read_input_token_cost":1.25e-07 ,
          "output_cost_per_token":0.00001,"max_tokens":5,"litellm_provider":"azure"},
      "azure/whisper":{"input_cost_per_second":0.0001}})"),
            R"(currency: USD
entries:
  - model: "gpt-5"
    tier: default
    from: 2026-10-01
    per_million: {input: 1.25, cached_input: 0.125, output: 10}
  - model: "whisper"
    tier: default
    from: 2026-10-01
    per_second: 0.0001
)");
}

TEST(LitellmImport, KnowsTiersAndBandsInEitherOrder) {
  EXPECT_EQ(
      imported(R"({"azure/m":{"input_cost_per_token":4e-06,"input_cost_per_token_priority":8e-06,
      "input_cost_per_token_above_272k_tokens":5e-06,
      "input_cost_per_token_above_272k_tokens_priority":9e-06,
      "input_cost_per_token_flex":2e-06,"input_cost_per_token_flex_above_272k_tokens":3e-06,
      "input_cost_per_token_batches":1e-06}})"),
      R"(currency: USD
entries:
  - model: "m"
    tier: default
    from: 2026-10-01
    per_million: {input: 4}
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 5}}
  - model: "m"
    tier: priority
    from: 2026-10-01
    per_million: {input: 8}
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 9}}
  - model: "m"
    tier: flex
    from: 2026-10-01
    per_million: {input: 2}
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 3}}
  - model: "m"
    tier: batch
    from: 2026-10-01
    per_million: {input: 1}
)");
}

TEST(LitellmImport, KnowsScopesAndComplainsOfRegionsThatDiffer) {
  const char* const json = R"({"azure/eu/m":{"input_cost_per_token":4e-06},
      "azure/us/m":{"input_cost_per_token":5e-06},"azure/global/m":{"input_cost_per_token":3e-06}})";
  const auto prices = import_litellm(json, day("2026-10-01"));
  ASSERT_EQ(prices->entries.size(), 2U);
  EXPECT_EQ(prices->entries[0].scope, Scope::global);
  EXPECT_EQ(prices->entries[1].scope, Scope::data_zone);
  EXPECT_EQ(prices->warnings, (std::vector<std::string>{
                                  "us/m: input_cost_per_token differs from another region's (4, "
                                  "here 5): the first one is kept"}));
}

TEST(LitellmImport, WhatItDoesNotKnowIsAWarning) {
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_pixel":1e-08}})"),
            (std::vector<std::string>{"m: input_cost_per_pixel is not known, and is left out"}));
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_token":-1}})"),
            (std::vector<std::string>{"m: input_cost_per_token must not be negative"}));
  EXPECT_EQ(
      warnings_of(R"({"azure/m":{"input_cost_per_token":1e-30}})"),
      (std::vector<std::string>{"m: input_cost_per_token must have at most 12 decimals, or it "
                                "is not exact"}));
}

TEST(LitellmImport, ABandHasThePricesOfItsEntry) {
  const char* const json =
      R"({"azure/m":{"input_cost_per_token":4e-06,"output_cost_per_token":8e-06,
          "input_cost_per_token_above_200k_tokens":5e-06}})";
  const auto prices = import_litellm(json, day("2026-10-01"));
  EXPECT_EQ(prices->entries[0].bands[0].rates[index_of(PriceClass::output)]->text, "8");
  EXPECT_EQ(prices->warnings, (std::vector<std::string>{
                                  "m, tier default: with more than 200000 tokens in, output has "
                                  "only one of its two prices: taken as without the band"}));
}

TEST(LitellmImport, RefusesWhatIsNoSuchFile) {
  EXPECT_EQ(imported("[]").substr(0, 36), "the file is no JSON object of models");
  EXPECT_EQ(imported(R"({"azure/m":{"input_cost)").substr(0, 36),
            "the file is no JSON object of models");
}

}  // namespace
}  // namespace tollgate::pricing
