// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/cost_lines.hpp"

#include <gtest/gtest.h>

#include "prices.hpp"
#include "tollgate/pricing/cost.hpp"

namespace tollgate::pricing {
namespace {

PriceList example_list(std::int64_t millionths) {
  Adjustment all;
  all.millionths = millionths;
  all.from = day("2026-01-01");
  return list_of({entry("gpt-5", {{PriceClass::input, "4.00"},
                                  {PriceClass::cached_input, "0.40"},
                                  {PriceClass::output, "20.00"},
                                  {PriceClass::image_output, "40"},
                                  {PriceClass::duration, "0.006"},
                                  {PriceClass::web_search, "0.014"}})},
                 {all});
}

/// As the gateway would have priced it.
usage::UsageRecord priced(usage::UsageRecord record, std::int64_t millionths = -120'000) {
  Cost cost = cost_of(record, example_list(millionths));
  record.cost_nano = cost.nano;
  record.cost_components = std::move(cost.components);
  return record;
}

/// "PromptTokens 1234 - CachedPromptTokens 1024"
std::string terms_of(const CostLine& line) {
  std::string out;
  for (const QuantityTerm& term : line.terms) {
    out.append(out.empty() ? "" : term.subtracted ? " - " : " + ").append(term.column);
    out.append(" ").append(std::to_string(term.amount));
  }
  return out;
}

// The example by hand of docs/cost.md.
TEST(CostLines, MultiplyAsTheDocumentDoes) {
  usage::UsageRecord record = reported(1'234, 57);
  record.tokens.cached_prompt = 1'024;
  const CostProof proof = prove_cost(priced(record));
  ASSERT_EQ(proof.lines.size(), 3U);
  EXPECT_EQ(terms_of(proof.lines[0]), "PromptTokens 1234 - CachedPromptTokens 1024");
  EXPECT_EQ(proof.lines[0].adjusted_price, "3.52");
  EXPECT_EQ(proof.lines[0].exact, "0.0007392");
  EXPECT_EQ(proof.lines[1].adjusted_price, "0.352");
  EXPECT_EQ(proof.lines[1].exact, "0.000360448");
  EXPECT_EQ(proof.lines[2].exact, "0.0010032");
  EXPECT_EQ(proof.exact_sum, "0.002102848");
  EXPECT_FALSE(proof.endless);
  EXPECT_TRUE(proof.holds);
}

TEST(CostLines, FindWhatWasChangedBehindTheGatewaysBack) {
  const usage::UsageRecord record = priced(reported(1'000, 10));
  EXPECT_TRUE(prove_cost(record).holds);
  usage::UsageRecord changed = record;
  *changed.cost_nano += 1;
  EXPECT_FALSE(prove_cost(changed).holds);
  changed = record;
  changed.cost_components[0].cost_nano -= 1;
  changed.cost_components[1].cost_nano += 1;
  EXPECT_FALSE(prove_cost(changed).holds) << "the sum is still right";
  changed = record;
  changed.cost_components[0].price = "4,00";
  const CostProof unread = prove_cost(changed);
  EXPECT_FALSE(unread.holds);
  EXPECT_EQ(unread.exact_sum, "");
  EXPECT_EQ(unread.lines[0].exact, "");
  EXPECT_EQ(unread.lines[1].exact, "0.000176");
  changed.cost_components[0] = record.cost_components[0];
  changed.cost_components[0].per = 0;
  EXPECT_EQ(prove_cost(changed).lines[0].exact, "");
}

TEST(CostLines, OfAPriceByTheMinuteSayThatDecimalsAreCut) {
  usage::UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "billed_by_duration";
  record.audio_duration_ms = 1'000;
  const CostProof proof = prove_cost(priced(record, 0));
  ASSERT_EQ(proof.lines.size(), 1U);
  EXPECT_EQ(terms_of(proof.lines[0]), "AudioDurationMs 1000");
  EXPECT_EQ(proof.lines[0].exact, "0.0001") << "a sixtieth of 0.006";
  EXPECT_FALSE(proof.lines[0].endless);
  record.audio_duration_ms = 1;
  const CostProof cut = prove_cost(priced(record, 0));
  EXPECT_EQ(cut.lines[0].exact, "0.0000001");
  record.audio_duration_ms = 7;
  usage::UsageRecord seventh = priced(record, 0);
  seventh.cost_components[0].price = "0.001";
  EXPECT_EQ(prove_cost(seventh).lines[0].exact, "0.0000001166666666666666666");
  EXPECT_TRUE(prove_cost(seventh).lines[0].endless);
  EXPECT_TRUE(prove_cost(seventh).endless);
}

TEST(CostLines, NameTheColumnsOfWhatIsTakenOutOfThePrompt) {
  usage::UsageRecord record = reported(1'000, 90);
  record.tokens.cached_prompt = 300;
  record.tokens.cache_write = 50;
  record.tokens.prompt_audio = 200;
  record.tokens.cached_audio = 100;
  record.tokens.image = 40;
  record.tokens.cached_image = 0;
  record.web_search_calls = 2;
  const CostProof proof = prove_cost(priced(record));
  EXPECT_EQ(terms_of(proof.lines[0]),
            "PromptTokens 1000 - CachedPromptTokens 300 - CacheWriteTokens 50 - PromptAudioTokens "
            "200 + CachedAudioTokens 100 - ImageTokens 40");
  EXPECT_EQ(terms_of(proof.lines[1]), "CachedPromptTokens 300 - CachedAudioTokens 100");
  EXPECT_EQ(terms_of(proof.lines.back()), "WebSearchCalls 2");
}

// Nobody told whose the cached tokens are: no sum of columns is the quantity.
TEST(CostLines, NameNoColumnsThatDoNotComeToTheQuantity) {
  usage::UsageRecord record = reported(1'000, 0);
  record.tokens.cached_prompt = 900;
  record.tokens.prompt_audio = 200;
  const CostProof proof = prove_cost(priced(record));
  ASSERT_FALSE(proof.lines.empty());
  EXPECT_EQ(terms_of(proof.lines[0]), "");
}

TEST(CostLines, OfImagesThatWereMadeMayBeAllOfTheOutput) {
  usage::UsageRecord record = reported(0, 1'056);
  record.operation_id = "ImageGenerations_Create";
  const CostProof proof = prove_cost(priced(record));
  ASSERT_EQ(proof.lines.size(), 1U);
  EXPECT_EQ(terms_of(proof.lines[0]), "CompletionTokens 1056");
}

// docs/cost.md: 1,200 of 28,500,000 weighted tokens of an hour of 100 USD.
TEST(CostLines, OfAShareOfAnHourAreItsWeightOutOfAll) {
  usage::UsageRecord record;
  record.cost_components = {{"provisioned", 1'200, "100", 28'500'000, "", 4'210'526}};
  record.cost_nano = 4'210'526;
  const CostProof proof = prove_cost(record);
  ASSERT_EQ(proof.lines.size(), 1U);
  EXPECT_EQ(proof.lines[0].exact, "0.004210526315789");
  EXPECT_TRUE(proof.endless && proof.share && proof.holds);
  record.cost_nano = record.cost_components[0].cost_nano = 4'210'527;
  EXPECT_TRUE(prove_cost(record).holds) << "its rest may have been among the largest";
  record.cost_nano = record.cost_components[0].cost_nano = 4'210'525;
  EXPECT_FALSE(prove_cost(record).holds);
  record.cost_components = {{"provisioned", 3, "0.000000002", 2, "", 4}};
  record.cost_nano = 4;
  EXPECT_FALSE(prove_cost(record).holds) << "3 without a rest";
  record.cost_components[0].per = 0;
  EXPECT_FALSE(prove_cost(record).holds);
}

TEST(CostLines, OfWhatIsFreeComeToNothing) {
  usage::UsageRecord record;
  record.cost_nano = 0;
  const CostProof proof = prove_cost(record);
  EXPECT_TRUE(proof.holds);
  EXPECT_EQ(proof.exact_sum, "0");
}

}  // namespace
}  // namespace tollgate::pricing
