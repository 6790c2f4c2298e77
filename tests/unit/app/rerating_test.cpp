// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rerating.hpp"

#include <gtest/gtest.h>

#include "capacities.hpp"

namespace tollgate::app {
namespace {

using pricing::PriceClass;
using usage::CostBasis;

const UtcTime kNow = pricing::minute("2026-11-01");

class ReratingTest : public testing::Test {
 protected:
  /// By a list with a price of input alone.
  const pricing::Pricer pricer_{
      pricing::list_of({pricing::entry("gpt-5", {{PriceClass::input, "2"}})}), {}};
  Rerating rerating_{pricer_, "a run", kNow};

  static usage::UsageRecord costing(std::int64_t prompt, std::optional<std::int64_t> nano,
                                    CostBasis basis = CostBasis::priced) {
    usage::UsageRecord out = pricing::reported(prompt, 0);
    out.cost_nano = nano;
    out.cost_currency = nano ? "USD" : "";
    out.cost_basis = basis;
    return out;
  }
  ReratedSum only() const { return rerating_.sums().begin()->second; }
};

TEST_F(ReratingTest, SaysWhatARecordCostsInPlaceOfWhatItSays) {
  const auto one = rerating_.rerate(costing(1'000, 1'000'000));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->record.cost_nano, 2'000'000);
  EXPECT_EQ(one->previous_nano, 1'000'000);
  EXPECT_EQ(one->kind, usage::AdjustmentKind::rerate);
  EXPECT_EQ(one->run, "a run");
  EXPECT_EQ(one->made_at, kNow);
  EXPECT_TRUE(only().old_nano == 1'000'000 && only().new_nano == 2'000'000);
  EXPECT_EQ(only().changed, 1);
}

TEST_F(ReratingTest, TheSameAmountIsNoChange) {
  EXPECT_FALSE(rerating_.rerate(costing(1'000, 2'000'000)));
  EXPECT_EQ(only().changed, 0);
}

TEST_F(ReratingTest, WhatTheListDoesNotKnowKeepsItsCostAndIsTold) {
  usage::UsageRecord unheard = costing(1'000, 7);
  unheard.model = "unheard";
  EXPECT_FALSE(rerating_.rerate(unheard));
  EXPECT_EQ(rerating_.kept(), 1);
  EXPECT_EQ(rerating_.lacks().at("no_price_for_model"), 1);
  EXPECT_EQ(only().new_without, 1);
  EXPECT_TRUE(only().new_nano == 0);
}

TEST_F(ReratingTest, APartOfACostTakesNoWholeOnesPlace) {
  usage::UsageRecord both = costing(1'000, 7);
  both.tokens.completion = 5;  // has no price there
  EXPECT_FALSE(rerating_.rerate(both));
  EXPECT_EQ(rerating_.kept(), 1);
  both.cost_basis = CostBasis::partial;
  EXPECT_TRUE(rerating_.rerate(both));
}

TEST_F(ReratingTest, WhatHadNoCostGetsOne) {
  const auto one = rerating_.rerate(costing(1'000, std::nullopt, CostBasis::unpriced));
  ASSERT_TRUE(one);
  EXPECT_EQ(one->previous_nano, std::nullopt);
  EXPECT_EQ(only().old_without, 1);
}

TEST_F(ReratingTest, WhatHasNoCostAfterItEitherIsCounted) {
  usage::UsageRecord unheard = costing(1'000, std::nullopt, CostBasis::unpriced);
  unheard.model = "unheard";
  rerating_.rerate(unheard);
  unheard.cost_nano = 7;  // which stays
  rerating_.rerate(unheard);
  rerating_.rerate(costing(1'000, std::nullopt, CostBasis::unpriced));
  EXPECT_EQ(rerating_.unpriced(), 1);
}

TEST_F(ReratingTest, TwoCurrenciesAreNotAdded) {
  usage::UsageRecord euros = costing(1'000, 5);
  euros.cost_currency = "EUR";
  (void)rerating_.rerate(euros);
  (void)rerating_.rerate(costing(1'000, 5));
  EXPECT_EQ(rerating_.sums().size(), 2U);
}

TEST_F(ReratingTest, AnotherCurrencyIsTakenOnlyWhereThatIsAskedFor) {
  usage::UsageRecord euros = costing(1'000, 5);
  euros.cost_currency = "EUR";
  EXPECT_FALSE(rerating_.rerate(euros));
  EXPECT_EQ(rerating_.kept_in_currency(), 1);
  EXPECT_EQ(only().changed, 0);
  EXPECT_TRUE(rerating_.rerate(costing(1'000, std::nullopt, CostBasis::unpriced)))
      << "what had no cost had none in another currency";
  Rerating asked(pricer_, "a run", kNow, CurrencyChanges::adjust);
  EXPECT_TRUE(asked.rerate(euros));
}

TEST_F(ReratingTest, TotalsAreByCurrency) {
  usage::UsageRecord euros = costing(1'000, 5);
  euros.cost_currency = "EUR";
  (void)rerating_.rerate(euros);
  usage::UsageRecord other = costing(1'000, 3);
  other.client_name = "other";
  (void)rerating_.rerate(other);
  (void)rerating_.rerate(costing(1'000, 4));
  const auto totals = rerating_.totals();
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_TRUE(totals.at({"USD", "USD"}).old_nano == 7);
  EXPECT_TRUE(totals.at({"USD", "USD"}).new_nano == 4'000'000);
  EXPECT_EQ(totals.at({"EUR", "USD"}).records, 1);
}

// A failure names no model: it has its deployment's name, as reports give it the model's.
TEST_F(ReratingTest, WhatNamesNoModelIsOfTheOneThatItsDeploymentServes) {
  usage::UsageRecord failed = costing(1'000, 5);
  failed.backend_deployment = "chat";
  failed.model = "chat";
  failed.usage_basis = usage::UsageBasis::none;
  (void)rerating_.rerate(failed);
  EXPECT_EQ(std::get<1>(rerating_.sums().begin()->first), "chat");
  usage::UsageRecord named = costing(1'000, 5);
  named.backend_deployment = "chat";
  (void)rerating_.rerate(named);
  const auto sums = rerating_.sums();
  ASSERT_EQ(sums.size(), 2U) << "the failure has no price, and the other has";
  for (const auto& [key, sum] : sums) EXPECT_EQ(std::get<1>(key), named.model);
}

// It went by the answer that came last, and `tollgate usage` by most of them.
TEST_F(ReratingTest, OfSeveralModelsByTheOneThatMostAnswersNamedAsInUsage) {
  const auto add = [this](const std::string& model, int second,
                          usage::UsageBasis basis = usage::UsageBasis::reported) {
    usage::UsageRecord one = costing(1'000, 5);
    one.event_time += seconds(second);
    one.backend_deployment = "chat";
    one.model = model;
    one.usage_basis = basis;
    (void)rerating_.rerate(one);
  };
  const auto records_of = [this](const std::string& model) {
    std::int64_t out = 0;
    for (const auto& [key, sum] : rerating_.sums())
      out += std::get<1>(key) == model ? sum.records : 0;
    return out;
  };
  add("gpt-5", 0);
  add("gpt-5", 1);
  add("odd", 2);
  add("chat", 3, usage::UsageBasis::estimated);
  EXPECT_EQ(records_of("gpt-5"), 3);
  EXPECT_EQ(records_of("odd"), 1);
  for (const int second : {4, 5, 6}) add("chat", second);
  EXPECT_EQ(records_of("chat"), 4) << "an answer may name its model as the deployment is named";
  EXPECT_EQ(records_of("gpt-5"), 2);
}

// A record of a capacity is rated by its hour, and says what the deployment serves.
TEST_F(ReratingTest, WhatIsLeftOutNamesTheModelOfOthers) {
  usage::UsageRecord failed = costing(1'000, 5);
  failed.backend_deployment = failed.model = "chat";
  failed.usage_basis = usage::UsageBasis::none;
  (void)rerating_.rerate(failed);
  usage::UsageRecord left_out = failed;
  left_out.model = "gpt-5";
  rerating_.note(left_out);
  EXPECT_EQ(std::get<1>(rerating_.sums().begin()->first), "gpt-5");
}

TEST_F(ReratingTest, WhatNobodyUsedIsNoRecord) {
  usage::UsageRecord before = costing(0, 0);
  before.client_name = "";
  usage::CostAdjustment rest{.kind = usage::AdjustmentKind::unused_capacity};
  rest.record = before;
  rest.record.cost_nano = 9;
  rest.record.cost_reason = "unused_capacity";
  EXPECT_TRUE(rerating_.take(before, rest));
  EXPECT_EQ(std::get<0>(rerating_.sums().begin()->first), "(unused capacity)");
  EXPECT_EQ(only().records, 0);
  EXPECT_TRUE(only().new_nano == 9);
  EXPECT_EQ(only().changed, 1);
  EXPECT_TRUE(rerating_.lacks().empty());
}

TEST_F(ReratingTest, WhatCapacityServedIsDecidedByItsHour) {
  EXPECT_FALSE(rerating_.rerate(pricing::served(1'000, 0)));
  EXPECT_TRUE(rerating_.sums().empty());
}

}  // namespace
}  // namespace tollgate::app
