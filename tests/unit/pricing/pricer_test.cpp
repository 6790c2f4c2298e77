// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/pricer.hpp"

#include <gtest/gtest.h>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

using usage::CostBasis;
using usage::UsageRecord;

Pricer pricer() {
  PriceEntry global = entry("gpt-5", {{PriceClass::input, "4"}});
  global.scope = Scope::global;
  return {list_of({global}),
          {{"east", "ptu", "GlobalProvisionedManaged", ""},
           {"east", "overflow", "GlobalStandard", ""},
           {"east", "alias", "GlobalStandard", "gpt-5"},
           {"west", "ptu", "GlobalStandard", ""}}};
}

UsageRecord served_by(std::string backend, std::string deployment) {
  UsageRecord out = reported(10, 0);
  out.backend = std::move(backend);
  out.backend_deployment = std::move(deployment);
  return out;
}

TEST(PricerTest, WritesTheWholeCostIntoTheRecord) {
  UsageRecord record = served_by("west", "ptu");
  pricer().price(record);
  EXPECT_EQ(record.sku, "GlobalStandard");
  EXPECT_EQ(record.cost_basis, CostBasis::priced);
  EXPECT_EQ(record.cost_nano, 40'000);
  EXPECT_EQ(record.cost_currency, "USD");
  EXPECT_EQ(record.price_id, pricer().list().entries().front().id);
  EXPECT_EQ(record.cost_components,
            (std::vector<usage::CostComponent>{{"input", 10, "4", 1'000'000, "", 40'000}}));
}

TEST(PricerTest, TakesTheEarlierCostAway) {
  UsageRecord record = served_by("west", "ptu");
  pricer().price(record);
  record.model = "unheard-of";
  pricer().price(record);
  EXPECT_EQ(record.cost_basis, CostBasis::unpriced);
  EXPECT_EQ(record.cost_nano, std::nullopt);
  EXPECT_EQ(record.cost_currency, "");
  EXPECT_EQ(record.price_id, "");
  EXPECT_TRUE(record.cost_components.empty());
  EXPECT_EQ(record.cost_reason, "no_price_for_model");
}

TEST(PricerTest, WhatWasSpilledOverIsPricedWhereItWasServed) {
  UsageRecord record = served_by("east", "ptu");
  pricer().price(record);
  EXPECT_EQ(record.cost_basis, CostBasis::allocated_later);
  record.spilled_over = true;
  record.served_deployment = "overflow";
  pricer().price(record);
  EXPECT_EQ(record.sku, "GlobalStandard");
  EXPECT_EQ(record.cost_nano, 40'000);
  record.served_deployment = "unheard-of";
  record.sku.clear();
  pricer().price(record);
  EXPECT_EQ(record.sku, "");
  EXPECT_EQ(record.cost_reason, "no_price_for_scope") << "never the provisioned deployment's";
}

TEST(PricerTest, WhatIsSettledAfterItsTargetWasRemovedKeepsItsSku) {
  UsageRecord record = served_by("east", "ptu");
  pricer().price(record);
  const Pricer without(list_of({entry("gpt-5", {{PriceClass::input, "4"}})}), {});
  without.price(record);
  EXPECT_EQ(record.sku, "GlobalProvisionedManaged");
  EXPECT_EQ(record.cost_basis, CostBasis::allocated_later) << "never a price by token";
}

TEST(PricerTest, AModelMayBeTheNameOfTheDeploymentWhereNoneIsRecorded) {
  UsageRecord run = served_by("east", "");
  run.model = "alias";
  run.operation_id = "Runs_Create";
  pricer().price(run);
  EXPECT_EQ(run.sku, "GlobalStandard");
  EXPECT_EQ(run.cost_nano, 40'000) << run.cost_reason;
}

TEST(PricerTest, ABatchRunsOnDeploymentsOfABatchSkuAlone) {
  PriceEntry global = entry("gpt-5", {{PriceClass::input, "2"}});
  global.scope = Scope::global;
  global.tier = Tier::batch;
  const Pricer prices(list_of({global}), {{"east", "nightly", "GlobalBatch", "gpt-5"},
                                          {"east", "gpt-5", "GlobalProvisionedManaged", ""}});
  UsageRecord batch = served_by("east", "");
  batch.operation_id = "Batches_Create";
  batch.model = "nightly";
  prices.price(batch);
  EXPECT_EQ(batch.sku, "GlobalBatch");
  EXPECT_EQ(batch.cost_nano, 20'000) << batch.cost_reason;
  UsageRecord other = served_by("east", "");
  other.operation_id = "Batches_Create";
  other.model = "gpt-5";
  prices.price(other);
  EXPECT_EQ(other.sku, "");
  EXPECT_EQ(other.cost_reason, "no_price_for_scope") << "the deployment of that name is another";
}

TEST(PricerTest, ATakenAwayCostLeavesNothingButItsReason) {
  UsageRecord record = served_by("west", "ptu");
  pricer().price(record);
  unprice(record, cost_reason::kFailed);
  EXPECT_EQ(record.cost_basis, CostBasis::unpriced);
  EXPECT_EQ(record.cost_nano, std::nullopt);
  EXPECT_EQ(record.cost_currency, "");
  EXPECT_EQ(record.price_id, "");
  EXPECT_TRUE(record.cost_components.empty());
  EXPECT_EQ(record.cost_reason, "pricing_failed");
}

TEST(PricerTest, TellsBeforehandWhatWouldHaveNoPrice) {
  const auto missing = [](std::string_view deployment, std::string_view tier = {}) {
    return pricer().missing_price({"east", deployment, "", tier, day("2026-07-01")});
  };
  EXPECT_EQ(missing("ptu"), "") << "paid by the hour";
  EXPECT_EQ(missing("alias"), "");
  EXPECT_EQ(missing("overflow"), "no_price_for_model");
  EXPECT_EQ(missing("alias", "priority"), "no_price_for_tier");
  EXPECT_EQ(missing("gpt-5"), "no_price_for_scope") << "whose sku nobody told";
}

// A price of input alone is none for an answer: its output would be missing from every sum.
TEST(PricerTest, AsksForEachClassThatTheOperationAlwaysUses) {
  const auto missing = [](std::string_view operation) {
    return pricer().missing_price({"east", "alias", operation, "", day("2026-07-01")});
  };
  EXPECT_EQ(missing("ChatCompletions_Create"), "no_price:output");
  EXPECT_EQ(missing("Responses_Create"), "no_price:output");
  EXPECT_EQ(missing("Embeddings_Create"), "");
  EXPECT_EQ(missing("Transcriptions_Create"), "") << "what it uses is not known beforehand";
}

// Priority may be served, and is billed, as default.
TEST(PricerTest, AsksForTheTierThatMayServeInItsPlaceToo) {
  PriceEntry priority = entry("gpt-5", {{PriceClass::input, "8"}});
  priority.tier = Tier::priority;
  const Pricer prices(list_of({priority}), {{"east", "gpt-5", "", ""}});
  EXPECT_EQ(prices.missing_price({"east", "gpt-5", "", "priority", day("2026-07-01")}),
            "no_price_for_tier");
  EXPECT_EQ(prices.find_price({"east", "gpt-5", "", "priority", day("2026-07-01")}).missing, "");
}

TEST(PricerTest, ACostWithoutTheOutputLacksAPrice) {
  UsageRecord record = served_by("west", "ptu");
  pricer().price(record);
  EXPECT_FALSE(lacks_a_price(record));
  record.tokens.completion = 7;
  pricer().price(record);
  EXPECT_EQ(record.cost_reason, "no_price:output");
  EXPECT_TRUE(lacks_a_price(record));
  EXPECT_FALSE(is_unpriced(record));
}

TEST(PricerTest, AModelIsToldOfOnce) {
  const Pricer prices;
  EXPECT_TRUE(prices.is_to_be_told("a"));
  EXPECT_FALSE(prices.is_to_be_told("a"));
  EXPECT_TRUE(prices.is_to_be_told("b"));
  int told = 0;
  for (int i = 0; i < 1000; ++i) told += prices.is_to_be_told(std::to_string(i)) ? 1 : 0;
  EXPECT_EQ(told, 198) << "backends may name any number of models";
}

TEST(PricerTest, UnpricedIsWhatAnOperatorCanMend) {
  UsageRecord record = served_by("east", "alias");
  record.model = "unheard-of";
  pricer().price(record);
  EXPECT_TRUE(is_unpriced(record));
  record.follow_path = "/responses/resp_1";
  EXPECT_FALSE(is_unpriced(record)) << "not yet";
  record.follow_path.clear();
  Pricer().price(record);
  EXPECT_FALSE(is_unpriced(record)) << "nobody gave any price";
}

}  // namespace
}  // namespace tollgate::pricing
