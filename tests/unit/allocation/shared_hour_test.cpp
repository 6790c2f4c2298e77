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
  EXPECT_EQ(one.run, "sweden/gpt-5 " + pricing::to_minute(kBegin) + " " + hour.hour.id + " 70");
  EXPECT_EQ(one.made_at, kOver);
  EXPECT_EQ(one.record.cost_nano, kHour);
}

}  // namespace
}  // namespace tollgate::allocation
