// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/shared_hour.hpp"

#include <gtest/gtest.h>

#include "closing_fixture.hpp"

namespace tollgate::allocation {
namespace {

class SharedHourTest : public ClosingTest {
 protected:
  HourOfDeployment of(const std::string& gateway) const {
    const pricing::CapacityList& list = pricer_.list().capacities();
    return {gateway, "sweden", "gpt-5",
            *pricing::capacity_in(list.history("sweden", "gpt-5"), kBegin, "USD"), pricer_};
  }

  usage::CostAdjustment rest_of(const HourOfDeployment& hour) const {
    SharedHour shared(hour, usage::AdjustmentKind::allocation, kOver);
    EXPECT_TRUE(shared.share_out());
    return shared.rest();
  }

  const pricing::Pricer pricer_ = pricer_of(pricing::Allocate::utilisation);
};

TEST_F(SharedHourTest, WhatIsUnusedHasAnIdOfItsOwnThatStaysTheSame) {
  const auto one = rest_of(of("gw"));
  EXPECT_EQ(one.record.record_id, rest_of(of("gw")).record.record_id);
  EXPECT_NE(one.record.record_id, rest_of(of("another")).record.record_id);
  EXPECT_EQ(one.record.record_id.to_string()[14], '8');  // RFC 9562: a custom one
  EXPECT_EQ(one.record.cost_nano, kHour);
}

TEST_F(SharedHourTest, ARunNamesTheHourAndAllThatDecidesItsShares) {
  const HourOfDeployment hour = of("gw");
  SharedHour shared(hour, usage::AdjustmentKind::allocation, kOver);
  shared.weigh(record(minutes(1), 70));
  ASSERT_TRUE(shared.share_out());
  const usage::CostAdjustment one = shared.adjust(record(minutes(1), 70));
  const std::string prices =
      "sweden/gpt-5 " + pricing::to_minute(kBegin) + " " + hour.hour.id + " ";
  EXPECT_EQ(one.run.substr(0, prices.size() + 3), prices + "70 ");
  EXPECT_EQ(one.run.size(), prices.size() + 3 + 16);
  EXPECT_EQ(one.made_at, kOver);
  EXPECT_EQ(one.record.cost_nano, kHour);
}

TEST_F(SharedHourTest, ARunIsTheSameOnlyWhereEveryWeightIs) {
  const HourOfDeployment hour = of("gw");
  const auto run_of = [&](const std::vector<std::int64_t>& prompts) {
    SharedHour shared(hour, usage::AdjustmentKind::allocation, kOver);
    for (const std::int64_t prompt : prompts) shared.weigh(record(minutes(1), prompt));
    EXPECT_TRUE(shared.share_out());
    return shared.rest().run;
  };
  EXPECT_EQ(run_of({70, 30}), run_of({70, 30}));
  EXPECT_NE(run_of({70, 30}), run_of({30, 70}));
  EXPECT_NE(run_of({70, 30}), run_of({100}));
}

TEST_F(SharedHourTest, SaysByWhichPricesAndWhetherARerateMadeAnAdjustment) {
  const HourOfDeployment hour = of("gw");
  SharedHour shared(hour, usage::AdjustmentKind::allocation, kOver);
  SharedHour again(hour, usage::AdjustmentKind::rerate, kOver, " rerate now");
  HourOfDeployment dearer = hour;
  dearer.hour.id = "another";
  const SharedHour other(dearer, usage::AdjustmentKind::allocation, kOver);
  for (SharedHour* const one : {&shared, &again}) {
    one->weigh(record(minutes(1), 70));
    ASSERT_TRUE(one->share_out());
    const bool rerated = one == &again;
    const usage::CostAdjustment share = one->adjust(record(minutes(1), 70));
    for (const usage::CostAdjustment& made : {share, one->rest()}) {
      EXPECT_EQ(is_rerated(made), rerated) << made.run;
      EXPECT_TRUE(shared.is_by_these_prices(made)) << made.run;
      EXPECT_FALSE(other.is_by_these_prices(made)) << made.run;
    }
  }
  EXPECT_EQ(shared.rest().record.record_id, shared.rest_id());
}

}  // namespace
}  // namespace tollgate::allocation
