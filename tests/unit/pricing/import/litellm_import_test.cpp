// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/import.hpp"

#include <gtest/gtest.h>

#include <string>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

std::string imported(std::string_view json) {
  const Result<ImportedPrices> prices = import_litellm(json, {day("2026-10-01"), ""});
  return prices ? to_yaml(*prices) : prices.error().message;
}

std::vector<std::string> warnings_of(std::string_view json) {
  return import_litellm(json, {day("2026-10-01"), ""})->warnings;
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

TEST(LitellmImport, ReadsNumbersThatAreWrittenAsText) {
  EXPECT_EQ(imported(R"({"azure/m":{"input_cost_per_token":"1.25e-06","mode":"chat"}})"),
            R"(currency: USD
entries:
  - model: "m"
    tier: default
    from: 2026-10-01
    per_million: {input: 1.25}
)");
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_token":"cheap"}})"),
            (std::vector<std::string>{"m: input_cost_per_token must be a number: left out"}));
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

TEST(LitellmImport, LeavesOutWhatHasAPriceForLongPromptsOnly) {
  const std::string_view json = R"({"azure/m":{"input_cost_per_token_above_272k_tokens":5e-06},
      "azure/n":{"input_cost_per_token":4e-06}})";
  EXPECT_EQ(imported(json), R"(currency: USD
entries:
  - model: "n"
    tier: default
    from: 2026-10-01
    per_million: {input: 4}
)");
  EXPECT_EQ(warnings_of(json),
            std::vector<std::string>{
                "m, tier default: input has a price for long prompts only: left out"});
}

TEST(LitellmImport, KnowsScopes) {
  EXPECT_EQ(imported(R"({"azure/eu/m":{"input_cost_per_token":4e-06},
      "azure/us/m":{"input_cost_per_token":4e-06},"azure/global/m":{"input_cost_per_token":3e-06}})"),
            R"(currency: USD
entries:
  - model: "m"
    scope: global
    tier: default
    from: 2026-10-01
    per_million: {input: 3}
  - model: "m"
    scope: data_zone
    tier: default
    from: 2026-10-01
    per_million: {input: 4}
)");
}

TEST(LitellmImport, OnePriceThatIsSaidTwiceIsOneOrIsLeftOutWithBothLines) {
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_token":4e-06,
      "input_cost_per_token":5e-06}})"),
            (std::vector<std::string>{
                "m, tier default: input differs: 4 (input_cost_per_token, line 1), 5 "
                "(input_cost_per_token, line 2): left out"}));
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_token":4e-06,
      "input_cost_per_token":0.000004}})"),
            std::vector<std::string>{});
}

TEST(LitellmImport, TextThatIsSpokenHasAPriceByTheCharacter) {
  EXPECT_EQ(imported(R"({"azure/tts-1":{"input_cost_per_character":1.5e-05}})"),
            R"(currency: USD
entries:
  - model: "tts-1"
    tier: default
    from: 2026-10-01
    per_million: {characters: 15}
)");
}

TEST(LitellmImport, WhatDiffersBetweenRegionsIsLeftOutUnlessOneIsChosen) {
  const char* const json = R"({"azure/eu/m":{"input_cost_per_token":4e-06},
      "azure/us/m":{"input_cost_per_token":5e-06,"output_cost_per_token":6e-06}})";
  const auto prices = import_litellm(json, {day("2026-10-01"), ""});
  ASSERT_EQ(prices->entries.size(), 1U);
  EXPECT_EQ(prices->entries[0].rates[index_of(PriceClass::input)], std::nullopt);
  EXPECT_EQ(prices->entries[0].rates[index_of(PriceClass::output)]->text, "6");
  EXPECT_EQ(
      prices->warnings,
      (std::vector<std::string>{
          "m, scope data_zone, tier default: input differs: 4 (input_cost_per_token, eu, line 1), "
          "5 (input_cost_per_token, us, line 2); a region (--region) chooses: left out"}));
  const auto chosen = import_litellm(json, {day("2026-10-01"), "us"});
  EXPECT_EQ(chosen->entries[0].rates[index_of(PriceClass::input)]->text, "5");
  EXPECT_EQ(chosen->warnings, std::vector<std::string>{});
  EXPECT_EQ(import_litellm(json, {day("2026-10-01"), "apac"}).error().message,
            "the list has no price of the region apac: its regions are eu, us");
}

TEST(LitellmImport, WhatItDoesNotKnowIsAWarning) {
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_pixel":1e-08}})"),
            (std::vector<std::string>{"m: input_cost_per_pixel is not known: left out"}));
  EXPECT_EQ(warnings_of(R"({"azure/m":{"input_cost_per_token":-1}})"),
            (std::vector<std::string>{"m: input_cost_per_token must not be negative: left out"}));
  EXPECT_EQ(
      warnings_of(R"({"azure/m":{"input_cost_per_token":1e-30}})"),
      (std::vector<std::string>{"m: input_cost_per_token must have at most 12 decimals, or it "
                                "is not exact: left out"}));
  EXPECT_EQ(
      warnings_of(R"({"azure/m":{"search_context_cost_per_query":{"low":0.014},"other":{}}})"),
      (std::vector<std::string>{"m: search_context_cost_per_query is not known: left out"}));
  EXPECT_EQ(warnings_of(R"({"azure/mars/m":{"input_cost_per_token":1,"output_cost_per_token":1}})"),
            (std::vector<std::string>{"mars/m: its place is not known: left out"}));
}

TEST(LitellmImport, APriceOfZeroIsNone) {
  EXPECT_EQ(warnings_of(R"({"azure/m":{"output_cost_per_token":0.0}})"),
            (std::vector<std::string>{"m: output_cost_per_token is 0, which is no price that is "
                                      "known: left out"}));
}

TEST(LitellmImport, AClassInsideOrOutsideABandOnlyIsLeftOut) {
  const char* const json =
      R"({"azure/m":{"input_cost_per_token":4e-06,"output_cost_per_token":8e-06,
          "input_cost_per_token_above_200k_tokens":5e-06,
          "cache_read_input_token_cost_above_200k_tokens":1e-06}})";
  EXPECT_EQ(imported(json), R"(currency: USD
entries:
  - model: "m"
    tier: default
    from: 2026-10-01
    per_million: {input: 4}
    bands:
      - {above_prompt_tokens: 200000, per_million: {input: 5}}
)");
  EXPECT_EQ(warnings_of(json),
            (std::vector<std::string>{
                "m, tier default: cached_input has a price for long prompts only: left out",
                "m, tier default: output has a price for short prompts only: left out"}));
}

TEST(LitellmImport, ABandHasTheOtherPricesOfItsEntry) {
  const auto prices = import_litellm(
      R"({"azure/m":{"input_cost_per_token":4e-06,"input_cost_per_second":0.01,
          "input_cost_per_token_above_200k_tokens":5e-06}})",
      {day("2026-10-01"), ""});
  EXPECT_EQ(prices->entries[0].bands[0].rates[index_of(PriceClass::duration)]->text, "0.01");
  EXPECT_EQ(prices->warnings, std::vector<std::string>{});
}

TEST(LitellmImport, RefusesWhatIsNoSuchFile) {
  EXPECT_EQ(imported("[]").substr(0, 36), "the file is no JSON object of models");
  EXPECT_EQ(imported(R"({"azure/m":{"input_cost)").substr(0, 36),
            "the file is no JSON object of models");
}

}  // namespace
}  // namespace tollgate::pricing
