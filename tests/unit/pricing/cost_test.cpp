// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/cost.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

using usage::CostBasis;
using usage::UsageRecord;

/// "priced 15000 = input 10 x 4/1000000: 10000 + ... (reason)".
std::string words(const Cost& cost) {
  std::string out(usage::to_string(cost.basis));
  if (cost.nano) out.append(" ").append(std::to_string(*cost.nano));
  const char* between = " = ";
  for (const usage::CostComponent& part : cost.components) {
    out.append(between).append(part.price_class).append(" ");
    out.append(std::to_string(part.quantity)).append(" x ").append(part.price);
    if (part.per != kPerMillion) out.append("/").append(std::to_string(part.per));
    if (!part.percent.empty()) out.append(" ").append(part.percent).append("%");
    out.append(": ").append(std::to_string(part.cost_nano));
    between = " + ";
  }
  if (!cost.reason.empty()) out.append(" (").append(cost.reason).append(")");
  return out;
}

PriceEntry text_prices() {
  return entry(
      "gpt-5",
      {{PriceClass::input, "4"}, {PriceClass::cached_input, "0.40"}, {PriceClass::output, "20"}});
}

TEST(CostTest, IsTheSumOfItsClasses) {
  UsageRecord record = reported(1000, 50);
  record.tokens.cached_prompt = 600;
  EXPECT_EQ(
      words(cost_of(record, list_of({text_prices()}))),
      "priced 2840000 = input 400 x 4: 1600000 + cached_input 600 x 0.4: 240000 + output 50 x "
      "20: 1000000");
}

TEST(CostTest, NamesTheEntry) {
  const PriceList list = list_of({text_prices()});
  EXPECT_EQ(cost_of(reported(1, 1), list).price_id, list.entries().front().id);
}

TEST(CostTest, IsRoundedOnceAndItsPartsAddUp) {
  const PriceList list =
      list_of({entry("gpt-5", {{PriceClass::input, "0.0005"}, {PriceClass::output, "0.0005"}})});
  EXPECT_EQ(words(cost_of(reported(1, 1), list)),
            "priced 1 = input 1 x 0.0005: 1 + output 1 x 0.0005: 0")
      << "twice half a nano";
  EXPECT_EQ(words(cost_of(reported(1, 0), list)), "priced 0 = input 1 x 0.0005: 0")
      << "half a nano, to the even";
}

TEST(CostTest, AClassWithoutAPriceIsNamedAndNotFree) {
  UsageRecord record = reported(10, 10);
  record.tokens.completion_audio = 4;
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))),
            "partial 160000 = input 10 x 4: 40000 + output 6 x 20: 120000 (no_price:audio_output)");
  EXPECT_EQ(words(cost_of(record, list_of({entry("gpt-5", {{PriceClass::cached_input, "1"}})}))),
            "unpriced (no_price:input,no_price:output,no_price:audio_output)")
      << "no class has a price: no amount, and never 0";
}

TEST(CostTest, APriceOfNothingIsAPrice) {
  EXPECT_EQ(words(cost_of(reported(10, 0), list_of({entry("gpt-5", {{PriceClass::input, "0"}})}))),
            "priced 0 = input 10 x 0: 0");
}

TEST(CostTest, WithoutAPriceIsNoAmount) {
  EXPECT_EQ(words(cost_of(reported(10, 1), list_of({entry("other", {{PriceClass::input, "1"}})}))),
            "unpriced (no_price_for_model)");
  EXPECT_EQ(words(cost_of(reported(10, 1), PriceList())), "unpriced (no_prices)");
}

TEST(CostTest, OfWhatIsFreeIsNothingWhateverThePrices) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "error_answer";
  record.model = "unheard of";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))), "priced 0");
  record.sku = "GlobalProvisionedManaged";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))), "priced 0");
}

TEST(CostTest, OfUnknownUsageIsUnknown) {
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "no_answer";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))), "unpriced (no_answer)");
}

TEST(CostTest, OfCountsThatAreNotAllIsPartial) {
  UsageRecord record = reported(10, 1);
  record.usage_basis = usage::UsageBasis::partial;
  record.usage_reason = "answer_cut_off";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))),
            "partial 60000 = input 10 x 4: 40000 + output 1 x 20: 20000 (answer_cut_off)");
}

TEST(CostTest, IsAdjustedExactly) {
  const PriceList list = list_of({text_prices()}, {{"retail", -125'000, day("2026-01-01"), {}},
                                                   {"", 50'000, day("2026-01-01"), {}}});
  UsageRecord record = reported(100, 0);
  EXPECT_EQ(words(cost_of(record, list)), "priced 350000 = input 100 x 4 -12.5%: 350000");
  record.client_name = "other";
  EXPECT_EQ(words(cost_of(record, list)), "priced 420000 = input 100 x 4 5%: 420000");
}

TEST(CostTest, TheWholeRequestGoesByTheBandOfItsPrompt) {
  PriceEntry long_prompts = text_prices();
  long_prompts.bands = {{272'000, rates({{PriceClass::input, "8"},
                                         {PriceClass::cached_input, "0.8"},
                                         {PriceClass::output, "30"}})}};
  const PriceList list = list_of({long_prompts});
  UsageRecord record = reported(272'000, 1);
  EXPECT_EQ(*cost_of(record, list).nano, 272'000 * 4'000 + 20'000);
  record.tokens.prompt = 272'001;
  EXPECT_EQ(*cost_of(record, list).nano, 272'001 * 8'000LL + 30'000);
  record.tokens.cached_prompt = 272'001;
  EXPECT_EQ(*cost_of(record, list).nano, 272'001 * 800LL + 30'000) << "cached ones count for it";
}

TEST(CostTest, TheBandOfSummedRequestsIsKnownOnlyWithTheLongest) {
  PriceEntry long_prompts = text_prices();
  long_prompts.tier = Tier::batch;
  long_prompts.bands = {{272'000, rates({{PriceClass::input, "8"}, {PriceClass::output, "30"}})}};
  const PriceList list = list_of({long_prompts});
  UsageRecord record = reported(300'000, 0);
  record.operation_id = "Batches_Create";
  EXPECT_EQ(cost_of(record, list).reason, "context_band_unknown");
  EXPECT_EQ(cost_of(record, list).basis, CostBasis::partial);
  record.longest_prompt_tokens = 272'001;
  EXPECT_EQ(cost_of(record, list).reason, "context_band_unknown");
  record.longest_prompt_tokens = 272'000;
  EXPECT_EQ(words(cost_of(record, list)), "priced 1200000000 = input 300000 x 4: 1200000000");
}

TEST(CostTest, GoesByTheTierThatServed) {
  PriceEntry priority = text_prices();
  priority.tier = Tier::priority;
  priority.rates = rates({{PriceClass::input, "8"}});
  const PriceList list = list_of({text_prices(), priority});
  UsageRecord record = reported(10, 0);
  const auto price = [&](std::string served, std::string requested) {
    record.service_tier = std::move(served);
    record.requested_service_tier = std::move(requested);
    return words(cost_of(record, list));
  };
  EXPECT_EQ(price("priority", "priority"), "priced 80000 = input 10 x 8: 80000");
  EXPECT_EQ(price("default", "priority"), "priced 40000 = input 10 x 4: 40000") << "downgraded";
  EXPECT_EQ(price("", "priority"), "priced 80000 = input 10 x 8: 80000") << "nobody told";
  EXPECT_EQ(price("", "auto"), "priced 40000 = input 10 x 4: 40000");
  EXPECT_EQ(price("flex", ""), "unpriced (no_price_for_tier)");
  EXPECT_EQ(price("scale", ""), "unpriced (no_price_for_tier)");
}

TEST(CostTest, ABatchIsOfATierOfItsOwn) {
  PriceEntry half = text_prices();
  half.tier = Tier::batch;
  half.rates = rates({{PriceClass::input, "2"}});
  const PriceList list = list_of({text_prices(), half});
  UsageRecord record = reported(10, 0);
  record.operation_id = "Batches_Create";
  EXPECT_EQ(*cost_of(record, list).nano, 20'000);
  record.operation_id = "ChatCompletions_Create";
  record.sku = "GlobalBatch";
  EXPECT_EQ(*cost_of(record, list).nano, 20'000);
}

TEST(CostTest, GoesByTheScopeOfTheDeployment) {
  PriceEntry zone = text_prices();
  zone.scope = Scope::data_zone;
  zone.rates = rates({{PriceClass::input, "4.4"}});
  PriceEntry global = text_prices();
  global.scope = Scope::global;
  const PriceList list = list_of({zone, global});
  UsageRecord record = reported(10, 0);
  record.sku = "DataZoneStandard";
  EXPECT_EQ(*cost_of(record, list).nano, 44'000);
  record.sku = "GlobalStandard";
  EXPECT_EQ(*cost_of(record, list).nano, 40'000);
  record.sku = "";
  EXPECT_EQ(words(cost_of(record, list)), "unpriced (no_price_for_scope)");
}

TEST(CostTest, OfCapacityThatIsPaidByTheHourIsAllocatedLater) {
  UsageRecord record = reported(10, 1);
  record.sku = "ProvisionedManaged";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))), "allocated_later");
}

TEST(CostTest, DurationsAndCallsHavePricesOfTheirOwn) {
  PriceEntry whisper =
      entry("whisper", {{PriceClass::duration, "0.006"}, {PriceClass::web_search, "0.014"}});
  UsageRecord record = reported(0, 0);
  record.tokens = {};
  record.model = "whisper";
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "billed_by_duration";
  record.audio_duration_ms = 90'000;
  EXPECT_EQ(words(cost_of(record, list_of({whisper}))),
            "priced 9000000 = duration 90000 x 0.006/60000: 9000000");
  record.web_search_calls = 2;
  EXPECT_EQ(words(cost_of(record, list_of({whisper}))),
            "priced 37000000 = duration 90000 x 0.006/60000: 9000000 + web_search 2 x 0.014/1: "
            "28000000");
}

TEST(CostTest, TooMuchIsNoAmount) {
  const std::int64_t many = std::int64_t{1} << 53;
  const PriceList list = list_of({entry("gpt-5", {{PriceClass::input, "1000000000"}})});
  EXPECT_EQ(words(cost_of(reported(many, 0), list)), "unpriced (too_large)");
}

TEST(CostTest, TheModelThatADeploymentServesStandsInForItsName) {
  UsageRecord record = reported(10, 0);
  record.backend_deployment = record.model = "chat-prod";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}))), "unpriced (no_price_for_model)");
  EXPECT_EQ(*cost_of(record, list_of({text_prices()}), "gpt-5").nano, 40'000);
  record.model = "gpt-6";
  EXPECT_EQ(words(cost_of(record, list_of({text_prices()}), "gpt-5")),
            "unpriced (no_price_for_model)")
      << "the answer named another one";
}

}  // namespace
}  // namespace tollgate::pricing
