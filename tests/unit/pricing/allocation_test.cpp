// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/allocation.hpp"

#include <gtest/gtest.h>

#include "capacities.hpp"
#include "tollgate/pricing/pricer.hpp"

namespace tollgate::pricing {
namespace {

CapacityHour an_hour(Allocate allocate = Allocate::utilisation) {
  Capacity one = capacity("2026-01-01");
  one.allocate = allocate;
  const CapacityList list({one});
  return *capacity_in(list.entries(), minute("2026-07-01"), "USD");
}

TEST(Allocation, EqualRestsGoToTheFirst) {
  const Shares shares = share_out(10, std::vector<std::int64_t>{1, 1, 1}, 3);
  EXPECT_EQ(shares.parts, (std::vector<std::int64_t>{4, 3, 3}));
  EXPECT_EQ(shares.rest, 0);
}

TEST(Allocation, WhatWasNotUsedTakesItsPartOfTheRounding) {
  const Shares shares = share_out(10, std::vector<std::int64_t>{1, 1}, 4);
  EXPECT_EQ(shares.parts, (std::vector<std::int64_t>{3, 2}));  // 2.5, 2.5 and 5
  EXPECT_EQ(shares.rest, 5);
}

TEST(Allocation, AnHourThatNobodyUsedIsAllRest) {
  const Shares shares = share_out(10, {}, 0);
  EXPECT_TRUE(shares.parts.empty());
  EXPECT_EQ(shares.rest, 10);
}

TEST(Allocation, CachedTokensWeighNothing) {
  EXPECT_EQ(weight_of(served(1'000, 10, 400), 8), 680);
  EXPECT_EQ(weight_of(served(400, 0, 400), 8), 0);
}

TEST(Allocation, WhatIsNotKnownHasNoWeightAndSaysWhy) {
  usage::UsageRecord contradicts = served(1, 1, 2);
  EXPECT_EQ(weight_of(contradicts, 8), std::nullopt);
  const Cost cost = without_share(contradicts, an_hour());
  EXPECT_EQ(cost.basis, usage::CostBasis::unpriced);
  EXPECT_EQ(cost.nano, std::nullopt);
  EXPECT_EQ(cost.reason, "counts_contradict");
}

TEST(Allocation, AShareShowsItsMultiplication) {
  const Cost cost = allocated_cost(served(100, 10), an_hour(), 25'000'000'000, 180, 720);
  EXPECT_EQ(cost.basis, usage::CostBasis::priced);
  EXPECT_EQ(cost.price_id, an_hour().id);
  ASSERT_EQ(cost.components.size(), 1U);
  EXPECT_EQ(cost.components[0], (usage::CostComponent{.price_class = "provisioned",
                                                      .quantity = 180,
                                                      .price = "100",
                                                      .per = 720,
                                                      .cost_nano = 25'000'000'000}));
}

TEST(Allocation, WhatWasNotAllCountedIsPartial) {
  usage::UsageRecord record = served(100, 10);
  record.usage_basis = usage::UsageBasis::partial;
  record.usage_reason = "unfinished";
  const Cost cost = allocated_cost(record, an_hour(), 1, 1, 1);
  EXPECT_EQ(cost.basis, usage::CostBasis::partial);
  EXPECT_EQ(cost.reason, "unfinished");
}

TEST(Allocation, OnlyWhatCapacityServedIsOfIt) {
  const CapacityList list({capacity("2026-01-01")});
  EXPECT_TRUE(is_of_capacity(served(1, 1), list));
  EXPECT_TRUE(is_of_capacity(served(1, 1), {}));
  usage::UsageRecord untold = served(1, 1);
  untold.sku.clear();
  EXPECT_TRUE(is_of_capacity(untold, list));
  EXPECT_FALSE(is_of_capacity(untold, {}));
  usage::UsageRecord standard = served(1, 1);
  standard.sku = "GlobalStandard";
  EXPECT_FALSE(is_of_capacity(standard, list));
  usage::UsageRecord refused = served(0, 0);
  refused.tokens = {};
  refused.usage_basis = usage::UsageBasis::none;
  refused.usage_reason = "error_answer";
  EXPECT_FALSE(is_of_capacity(refused, list));
}

TEST(Allocation, SpilledOverWorkIsTheOtherDeployments) {
  usage::UsageRecord record = served(1, 1);
  record.spilled_over = true;
  record.served_deployment = "gpt-5-standard";
  EXPECT_EQ(serving_deployment(record), "gpt-5-standard");
}

TEST(Allocation, AtListPricesARecordCostsWhatAStandardDeploymentWould) {
  Capacity one = capacity("2026-01-01");
  const auto cost = [&](Allocate allocate) {
    one.allocate = allocate;
    const PriceList list("USD",
                         {entry("gpt-5", {{PriceClass::input, "2"}, {PriceClass::output, "8"}})},
                         {}, CapacityList({one}));
    return cost_of(served(1'000'000, 0), list);
  };
  EXPECT_EQ(cost(Allocate::list_price).nano, 2'000'000'000);
  EXPECT_EQ(cost(Allocate::list_price).basis, usage::CostBasis::priced);
  EXPECT_EQ(cost(Allocate::utilisation).basis, usage::CostBasis::allocated_later);
  EXPECT_EQ(cost(Allocate::utilisation).nano, std::nullopt);
}

// docs/cost.md: 1,200 of 28,500,000 weighted tokens of an hour of 100 USD.
TEST(Allocation, ARecordHasAProvisionalShareOfTheCapacityAtOnce) {
  Capacity one = capacity("2026-01-01");
  usage::UsageRecord record = served(1'000, 50);
  record.tokens.cached_prompt = 200;
  const auto share = [&] { return provisional_share(record, CapacityList({one})); };
  EXPECT_EQ(share(), 4'210'526);
  const auto terms = provisional_terms(record, CapacityList({one}));
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->weight, 800 + 50 * terms->output_weight);
  EXPECT_EQ(terms->whole, 28'500'000);
  EXPECT_EQ(terms->hour_nano, 100'000'000'000);
  EXPECT_EQ(terms->share_nano, 4'210'526);
  one.allocate = Allocate::none;
  EXPECT_EQ(share(), std::nullopt) << "nothing will be shared out";
  one.allocate = Allocate::utilisation_of_capacity;
  EXPECT_EQ(share(), 4'210'526);
  record.tokens.prompt = 50'000'000;
  EXPECT_EQ(share(), 100'000'000'000) << "never more than the hour";
  one.tokens_per_minute.reset();
  EXPECT_EQ(share(), std::nullopt);
  record.tokens = {};
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "no_answer";
  one.tokens_per_minute = 4'750;
  EXPECT_EQ(share(), std::nullopt) << "its weight is not known";
  EXPECT_EQ(provisional_share(record, {}), std::nullopt);
}

// It was told to be "not shared out yet", for ever.
TEST(Allocation, WhatTheConfigurationSharesOutAmongNobodySaysSo) {
  Capacity one = capacity("2026-01-01");
  const auto reason = [&] {
    return cost_of(served(1'000, 50), PriceList("USD", {}, {}, CapacityList({one}))).reason;
  };
  EXPECT_EQ(reason(), "");
  one.allocate = Allocate::none;
  EXPECT_EQ(reason(), "not_shared_out");
}

TEST(Allocation, TheProvisionalShareIsNoCost) {
  const PriceList list("USD", {entry("gpt-5", {{PriceClass::input, "2"}})}, {},
                       CapacityList({capacity("2026-01-01")}));
  usage::UsageRecord record = served(1'000, 0);
  set_cost(record, cost_of(record, list), list.currency());
  EXPECT_EQ(record.cost_nano, std::nullopt);
  EXPECT_EQ(record.cost_currency, "");
  EXPECT_EQ(record.provisional_cost_nano, 3'508'772);
  EXPECT_EQ(record.provisional_currency, "USD");
  set_cost(record, {.basis = usage::CostBasis::priced, .nano = 7}, "USD");
  EXPECT_EQ(record.provisional_cost_nano, std::nullopt) << "once there is a cost";
  EXPECT_EQ(record.provisional_currency, "");
}

TEST(Allocation, TheRestSaysWhatItIs) {
  EXPECT_EQ(rest_of_hour(an_hour(), 7).reason, "unused_capacity");
  EXPECT_EQ(rest_of_hour(an_hour(Allocate::list_price), -7).reason, "list_price_difference");
  EXPECT_EQ(rest_of_hour(an_hour(Allocate::list_price), -7).nano, -7);
}

}  // namespace
}  // namespace tollgate::pricing
