// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "break_even.hpp"

#include <gtest/gtest.h>

#include "capacities.hpp"
#include "text_table.hpp"

namespace tollgate::app {
namespace {

using pricing::PriceClass;

pricing::PriceList a_list() {
  return at_list_prices(
      {"USD",
       {pricing::entry("gpt-5", {{PriceClass::input, "2"}, {PriceClass::output, "16"}})},
       {},
       pricing::CapacityList({pricing::capacity("2026-01-01")})});
}

usage::UsageRecord by_token(std::int64_t prompt, std::int64_t nano) {
  usage::UsageRecord out = pricing::served(prompt, 0);
  out.sku = "GlobalStandard";
  out.cost_nano = nano;
  return out;
}

class BreakEvenTest : public testing::Test {
 protected:
  const pricing::Pricer pricer_{a_list(), {}};
  BreakEven even_{pricer_};
};

TEST_F(BreakEvenTest, ProvisionedTrafficHasAListPriceWhateverIsAllocated) {
  even_.add(pricing::served(1'000'000, 0));
  even_.finish();
  ASSERT_EQ(even_.provisioned().size(), 1U);
  const BreakEven::Provisioned& sum = even_.provisioned().begin()->second;
  EXPECT_TRUE(sum.list_nano == 2'000'000'000);
  EXPECT_TRUE(sum.weight == 1'000'000);
  EXPECT_EQ(sum.unpriced, 0);
}

TEST_F(BreakEvenTest, TheBusiestMinuteDecidesHowManyPtusItTakes) {
  usage::UsageRecord one = by_token(40'000, 5);
  even_.add(one);
  one.event_time += std::chrono::seconds(59);
  one.tokens.prompt = 31'000;
  even_.add(one);
  one.event_time += std::chrono::seconds(1);  // another minute
  even_.add(one);
  even_.finish();
  const BreakEven::ByToken& sum = even_.by_token().begin()->second;
  EXPECT_TRUE(sum.busiest == 71'000);
  EXPECT_TRUE(sum.nano == 15);
  const pricing::ProvisionedModel& model = *pricing::find_provisioned_model("gpt-5");
  EXPECT_EQ(BreakEven::ptu_for(model, sum), 15);  // 71,000 / 4,750 is 14.9
}

TEST_F(BreakEvenTest, PtusComeInStepsFromTheLeastOn) {
  const pricing::ProvisionedModel& model = *pricing::find_provisioned_model("gpt-5");
  BreakEven::ByToken traffic;
  EXPECT_EQ(BreakEven::ptu_for(model, traffic), 15);
  traffic.busiest = 4'750 * 20 + 1;
  EXPECT_EQ(BreakEven::ptu_for(model, traffic), 25);
  traffic.scope = "regional";
  EXPECT_EQ(BreakEven::ptu_for(model, traffic), 50);
}

// Its tokens and its cost were left out, or stood under a second name.
TEST_F(BreakEvenTest, AnAnswerThatNamedNoModelIsTrafficOfTheOneThatItsDeploymentServes) {
  usage::UsageRecord broken = by_token(1'000, 2);
  broken.model = broken.backend_deployment = "chat";
  broken.usage_basis = usage::UsageBasis::estimated;
  usage::UsageRecord whole = by_token(2'000, 5);
  whole.backend_deployment = "chat";
  for (const usage::UsageRecord& record : {broken, whole}) even_.add(record);
  ASSERT_TRUE(even_.has_unnamed());
  for (const usage::UsageRecord& record : {broken, whole}) even_.add_unnamed(record);
  even_.finish();
  ASSERT_EQ(even_.by_token().size(), 1U);
  EXPECT_EQ(std::get<2>(even_.by_token().begin()->first), whole.model);
  EXPECT_EQ(even_.by_token().begin()->second.records, 2);
  EXPECT_TRUE(even_.by_token().begin()->second.nano == 7);
}

TEST_F(BreakEvenTest, WhatIsNoSuchModelOrIsFreeIsLeftOut) {
  usage::UsageRecord other = by_token(1, 1);
  other.model = "whisper";
  even_.add(other);
  usage::UsageRecord refused = by_token(0, 0);
  refused.tokens = {};
  refused.usage_basis = usage::UsageBasis::none;
  refused.usage_reason = "error_answer";
  even_.add(refused);
  EXPECT_TRUE(even_.by_token().empty());
}

TEST(BreakEvenCapacity, CostsItsWholeHours) {
  const pricing::CapacityList list({pricing::capacity("2026-01-01T01:30Z")});
  const UtcTime from = pricing::minute("2026-01-01");
  EXPECT_TRUE(capacity_cost(list.entries(), from, from + std::chrono::hours(3), "USD") ==
              150'000'000'000);
}

TEST(TextTable, NamesStandToTheLeftAndNumbersToTheRight) {
  TextTable table({"name", "n"}, 1);
  EXPECT_TRUE(table.empty());
  table.add({"a", "10"});
  EXPECT_EQ(table.text(), "name   n\na     10\n");
}

}  // namespace
}  // namespace tollgate::app
