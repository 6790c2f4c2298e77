// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/capacity.hpp"

#include <gtest/gtest.h>

#include "capacities.hpp"
#include "tollgate/pricing/provisioned_models.hpp"

namespace tollgate::pricing {
namespace {

using std::chrono::hours;

TEST(Capacity, AMonthsPriceIsWhatItsHoursAddUpTo) {
  Capacity monthly = capacity("2026-01-01");
  monthly.pico_a_month = parse_price("12345.678901234567").value();
  const CapacityList list({monthly});
  for (const char* const month : {"2026-02-01", "2026-11-01", "2026-12-01"}) {
    const UtcTime begin = minute(month);
    std::int64_t sum = 0;
    for (UtcTime hour = begin; to_date(hour).substr(0, 7) == to_date(begin).substr(0, 7);
         hour += hours(1)) {
      sum += capacity_in(list.history("sweden", "gpt-5"), hour, "USD")->nano;
    }
    EXPECT_EQ(sum, 12'345'678'901'235) << month;
  }
}

TEST(Capacity, TheDearestThatASettingAllowsFits) {
  const CapacityList list({capacity("2026-01-01", kMostPtu, std::to_string(kDearestPtuHour))});
  const auto hour = capacity_in(list.entries(), minute("2026-02-01"), "USD");
  EXPECT_EQ(hour->nano, kMostPtu * kDearestPtuHour * 1'000'000'000);
}

TEST(Capacity, AnHourIsNamedByAllThatDecidesIt) {
  const auto id_of = [](const Capacity& one, const char* currency = "USD") {
    const CapacityList list({one});
    return capacity_in(list.entries(), minute("2026-02-01"), currency)->id;
  };
  const Capacity base = capacity("2026-01-01");
  EXPECT_EQ(id_of(base), id_of(base));
  EXPECT_EQ(id_of(base).size(), 32U);
  EXPECT_NE(id_of(base), id_of(base, "EUR"));
  EXPECT_NE(id_of(base), id_of(capacity("2026-01-01", 99)));
  EXPECT_NE(id_of(base), id_of(capacity("2026-01-01", 100, "1.1")));
  Capacity other = base;
  other.output_weight = 6;
  EXPECT_NE(id_of(base), id_of(other));
  other = base;
  other.pico_a_month = base.pico_an_hour;
  EXPECT_NE(id_of(base), id_of(other));
}

TEST(CapacityList, FindsTheEntryOfATime) {
  Capacity first = capacity("2026-01-01", 1);
  first.until = minute("2026-01-03");
  Capacity other = capacity("2026-01-01", 9);
  other.deployment = "another";
  const CapacityList list({capacity("2026-01-05", 2), other, first});
  EXPECT_EQ(list.at("sweden", "gpt-5", minute("2025-12-31T23:59Z")), nullptr);
  EXPECT_EQ(list.at("sweden", "gpt-5", minute("2026-01-01"))->ptu, 1);
  EXPECT_EQ(list.at("sweden", "gpt-5", minute("2026-01-03")), nullptr);
  EXPECT_EQ(list.at("sweden", "gpt-5", minute("2026-01-06"))->ptu, 2);
  EXPECT_EQ(list.at("sweden", "nobody", minute("2026-01-06")), nullptr);
  ASSERT_EQ(list.deployments().size(), 2U);
  EXPECT_EQ(list.deployments()[0].size(), 1U);
  EXPECT_EQ(list.deployments()[1].size(), 2U);
}

TEST(CapacityList, NamesWhatOverlapsAndWhatEndsBeforeItBegins) {
  Capacity first = capacity("2026-01-01");
  first.line = 3;
  first.until = minute("2026-01-05T00:01Z");
  Capacity second = capacity("2026-01-05");
  second.line = 7;
  const auto faults = faults_of({first, second});
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].line, 7);
  EXPECT_NE(faults[0].message.find("line 3"), std::string::npos) << faults[0].message;
  first.until = first.from;
  EXPECT_EQ(faults_of({first, second}).size(), 1U);
  first.until = second.from;
  EXPECT_TRUE(faults_of({first, second}).empty());
}

TEST(Capacity, TimesAreDatesOrMinutes) {
  EXPECT_EQ(to_minute(minute("2026-01-05T07:09Z")), "2026-01-05T07:09Z");
  EXPECT_EQ(minute("2026-01-05"), minute("2026-01-05T00:00Z"));
  for (const char* const wrong :
       {"", "2026-01-05T07:09", "2026-01-05T07:60Z", "2026-01-05T07:09:00Z", "2026-01-05 07:09Z",
        "2026-02-30", "2026-01-05T07:09+0"}) {
    EXPECT_EQ(parse_minute(wrong), std::nullopt) << wrong;
  }
}

TEST(ProvisionedModels, AreFoundWithAndWithoutTheirDate) {
  EXPECT_EQ(find_provisioned_model("gpt-5-mini")->tokens_per_minute, 23'750);
  EXPECT_EQ(find_provisioned_model("gpt-5-2025-08-07")->output_weight, 8);
  EXPECT_EQ(find_provisioned_model("gpt-4o-2024-11-20")->tokens_per_minute, 2'500);
  EXPECT_EQ(find_provisioned_model("gpt-5-unheard"), nullptr);
}

}  // namespace
}  // namespace tollgate::pricing
