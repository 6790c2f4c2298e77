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
  const ReratedSum& only() const { return rerating_.sums().begin()->second; }
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

TEST_F(ReratingTest, TwoCurrenciesAreNotAdded) {
  usage::UsageRecord euros = costing(1'000, 5);
  euros.cost_currency = "EUR";
  (void)rerating_.rerate(euros);
  (void)rerating_.rerate(costing(1'000, 5));
  EXPECT_EQ(rerating_.sums().size(), 2U);
}

TEST_F(ReratingTest, WhatCapacityServedIsDecidedByItsHour) {
  EXPECT_FALSE(rerating_.rerate(pricing::served(1'000, 0)));
  EXPECT_TRUE(rerating_.sums().empty());
}

}  // namespace
}  // namespace tollgate::app
