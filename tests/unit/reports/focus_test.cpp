// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/focus.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "fake_reader.hpp"

namespace tollgate::reports {
namespace {

/// The columns of FOCUS 1.2's Cost and Usage dataset.
const std::vector<std::string> kSpecification{"AvailabilityZone",
                                              "BilledCost",
                                              "BillingAccountId",
                                              "BillingAccountName",
                                              "BillingAccountType",
                                              "BillingCurrency",
                                              "BillingPeriodEnd",
                                              "BillingPeriodStart",
                                              "CapacityReservationId",
                                              "CapacityReservationStatus",
                                              "ChargeCategory",
                                              "ChargeClass",
                                              "ChargeDescription",
                                              "ChargeFrequency",
                                              "ChargePeriodEnd",
                                              "ChargePeriodStart",
                                              "CommitmentDiscountCategory",
                                              "CommitmentDiscountId",
                                              "CommitmentDiscountName",
                                              "CommitmentDiscountQuantity",
                                              "CommitmentDiscountStatus",
                                              "CommitmentDiscountType",
                                              "CommitmentDiscountUnit",
                                              "ConsumedQuantity",
                                              "ConsumedUnit",
                                              "ContractedCost",
                                              "ContractedUnitPrice",
                                              "EffectiveCost",
                                              "InvoiceId",
                                              "InvoiceIssuerName",
                                              "ListCost",
                                              "ListUnitPrice",
                                              "PricingCategory",
                                              "PricingCurrency",
                                              "PricingCurrencyContractedUnitPrice",
                                              "PricingCurrencyEffectiveCost",
                                              "PricingCurrencyListUnitPrice",
                                              "PricingQuantity",
                                              "PricingUnit",
                                              "ProviderName",
                                              "PublisherName",
                                              "RegionId",
                                              "RegionName",
                                              "ResourceId",
                                              "ResourceName",
                                              "ResourceType",
                                              "ServiceCategory",
                                              "ServiceName",
                                              "ServiceSubcategory",
                                              "SkuId",
                                              "SkuMeter",
                                              "SkuPriceDetails",
                                              "SkuPriceId",
                                              "SubAccountId",
                                              "SubAccountName",
                                              "SubAccountType",
                                              "Tags"};

class FocusTest : public testing::Test {
 protected:
  FocusTest() {
    reader_.prices[1] = {"input", 0, "4.00", 1'000'000, "-12", 0};
    row_.keys = {"team-a",        "gpt-5",          "2026-10-25", "east", "prod",
                 "swedencentral", "GlobalStandard", "default",    "id1",  R"({"cc":"4711"})"};
    row_.operations = 3;
    row_.currency = "EUR";
    row_.cost_nano = 739'200;
    row_.prices = {{1, 3, 210, 739'200}};
  }

  std::map<std::string, std::string> line() {
    const std::vector<Cells> found = focus_lines({row_}, reader_, {"4711", zone_});
    std::map<std::string, std::string> out;
    const Cells names = focus_columns();
    EXPECT_EQ(found.size(), 1U);
    for (std::size_t i = 0; i < names.size(); ++i) out[names[i]] = found.at(0)[i];
    return out;
  }

  FakeReader reader_;
  UsageRow row_;
  TimeZone zone_ = *TimeZone::load("Europe/Berlin");
};

TEST_F(FocusTest, HasTheColumnsOfTheSpecificationAndItsOwnBehind) {
  const Cells names = focus_columns();
  EXPECT_EQ(Cells(names.begin(), names.begin() + static_cast<long>(kSpecification.size())),
            kSpecification);
  for (std::size_t i = kSpecification.size(); i < names.size(); ++i)
    EXPECT_TRUE(names[i].starts_with("x_")) << names[i];
}

TEST_F(FocusTest, ALineIsAClassOfADay) {
  auto found = line();
  EXPECT_EQ(found["BilledCost"], "0.000739200");
  EXPECT_EQ(found["EffectiveCost"], "0.000739200");
  EXPECT_EQ(found["ListUnitPrice"], "4");
  EXPECT_EQ(found["ContractedUnitPrice"], "3.52");
  EXPECT_EQ(found["ListCost"], "0.00084");
  EXPECT_EQ(found["ContractedCost"], "0.0007392");
  EXPECT_EQ(found["PricingQuantity"], "0.00021");
  EXPECT_EQ(found["PricingUnit"], "1000000 Tokens");
  EXPECT_EQ(found["ConsumedQuantity"], "210");
  EXPECT_EQ(found["ConsumedUnit"], "Tokens");
  EXPECT_EQ(found["SubAccountId"], "team-a");
  EXPECT_EQ(found["Tags"], R"({"cc":"4711"})");
  EXPECT_EQ(found["SkuId"], "gpt-5/GlobalStandard");
}

TEST_F(FocusTest, PeriodsAreTheZonesInUtc) {
  auto found = line();
  EXPECT_EQ(found["ChargePeriodStart"], "2026-10-24T22:00:00Z");
  EXPECT_EQ(found["ChargePeriodEnd"], "2026-10-25T23:00:00Z") << "25 hours";
  EXPECT_EQ(found["BillingPeriodStart"], "2026-09-30T22:00:00Z");
  EXPECT_EQ(found["BillingPeriodEnd"], "2026-10-31T23:00:00Z");
}

TEST_F(FocusTest, WhatMustNotBeNullIsNot) {
  auto found = line();
  for (const char* const name :
       {"BilledCost", "BillingAccountId", "BillingCurrency", "BillingPeriodEnd",
        "BillingPeriodStart", "ChargeCategory", "ChargePeriodEnd", "ChargePeriodStart",
        "ContractedCost", "EffectiveCost", "InvoiceIssuerName", "ListCost", "ProviderName",
        "PublisherName", "ServiceCategory", "ServiceName", "ServiceSubcategory"})
    EXPECT_NE(found[name], "") << name;
  EXPECT_EQ(found["ChargeClass"], "") << "null: no correction of an earlier period";
}

TEST_F(FocusTest, WhatHasNoAmountIsInNoLine) {
  row_.cost_nano.reset();
  row_.prices.clear();
  row_.unpriced = 2;
  row_.allocated_later = 1;
  EXPECT_TRUE(focus_lines({row_}, reader_, {"4711", zone_}).empty());
}

TEST_F(FocusTest, CallsAndLengthsHaveUnitsOfTheirOwn) {
  reader_.prices[1] = {"web_search", 0, "0.014", 1, "", 0};
  auto calls = line();
  EXPECT_EQ(calls["ConsumedUnit"], "Calls");
  EXPECT_EQ(calls["PricingUnit"], "Calls");
  EXPECT_EQ(calls["PricingQuantity"], "210");
  reader_.prices[1] = {"duration", 0, "0.006", 60'000, "", 0};
  EXPECT_EQ(line()["PricingUnit"], "60000 Milliseconds");
}

// 2274 of 4634 weighted tokens of an hour of 30.
TEST_F(FocusTest, AShareIsAPartOfAnHourOfCapacity) {
  reader_.prices[1] = {"provisioned", 0, "30", 4'634, "", 0};
  row_.prices = {{1, 3, 2'274, 14'721'622'788}};
  auto found = line();
  EXPECT_EQ(found["ConsumedUnit"], "Weighted Tokens");
  EXPECT_EQ(found["ConsumedQuantity"], "2274");
  EXPECT_EQ(found["PricingUnit"], "Hours");
  EXPECT_EQ(found["PricingQuantity"], "0.490720759602935");
  EXPECT_EQ(found["ListUnitPrice"], "30");
  EXPECT_EQ(found["ListCost"], "14.72162278808805") << "the product of the two, with all digits";
  EXPECT_EQ(found["BilledCost"], "14.721622788");
  EXPECT_EQ(found["CapacityReservationId"], "east/prod");
  EXPECT_EQ(found["CapacityReservationStatus"], "Used");
}

// It was left out without a word.
TEST_F(FocusTest, WhatNobodyUsedIsALine) {
  row_.kind = RowKind::unused_capacity;
  row_.keys[0] = "(unused capacity)";
  row_.operations = 0;
  row_.prices.clear();
  row_.cost_nano = 16'725'000'000'001;
  auto found = line();
  EXPECT_EQ(found["BilledCost"], "16725.000000001");
  EXPECT_EQ(found["ListCost"], "16725.000000001");
  EXPECT_EQ(found["ListUnitPrice"], "16725.000000001");
  EXPECT_EQ(found["PricingQuantity"], "1");
  EXPECT_EQ(found["PricingUnit"], "Unused Capacity");
  EXPECT_EQ(found["ConsumedQuantity"], "0");
  EXPECT_EQ(found["CapacityReservationStatus"], "Unused");
  EXPECT_EQ(found["SkuMeter"], "unused_capacity");
  EXPECT_EQ(found["SubAccountId"], "") << "nobody's";
  EXPECT_EQ(found["SubAccountType"], "");
  EXPECT_EQ(found["ChargeDescription"], "gpt-5 unused_capacity of east/prod");
  row_.kind = RowKind::list_price_difference;
  row_.cost_nano = -5;
  found = line();
  EXPECT_EQ(found["ListCost"], "-0.000000005");
  EXPECT_EQ(found["ListUnitPrice"], "0.000000005") << "FOCUS has no price below 0";
  EXPECT_EQ(found["PricingQuantity"], "-1");
}

TEST_F(FocusTest, CsvKeepsEveryCellAsItIs) {
  row_.keys[0] = "=team \"a\"";
  const std::string csv = focus_csv(focus_lines({row_}, reader_, {"4711", zone_}));
  EXPECT_NE(csv.find("\"=team \"\"a\"\"\""), csv.npos);
  EXPECT_NE(csv.find("\"{\"\"cc\"\":\"\"4711\"\"}\""), csv.npos);
}

// A month had 744 lines of each deployment.
TEST_F(FocusTest, WhatNobodyUsedOfADayIsOneLine) {
  row_.kind = RowKind::unused_capacity;
  row_.keys[0] = "(unused capacity)";
  row_.operations = 0;
  row_.prices.clear();
  row_.cost_nano = 5;
  UsageRow later = row_;
  later.keys[8] = "id2";
  later.cost_nano = 7;
  UsageRow next_day = later;
  next_day.keys[2] = "2026-10-26";
  const auto found = focus_lines({row_, later, next_day}, reader_, {"4711", zone_});
  ASSERT_EQ(found.size(), 2U);
  const Cells names = focus_columns();
  const auto cell = [&](std::size_t line, const char* name) {
    const auto place = std::find(names.begin(), names.end(), name) - names.begin();
    return found[line][static_cast<std::size_t>(place)];
  };
  EXPECT_EQ(cell(0, "BilledCost"), "0.000000007");
  EXPECT_EQ(cell(1, "BilledCost"), "0.000000012") << "5 and 7";
  EXPECT_EQ(cell(1, "ListCost"), "0.000000012");
  EXPECT_EQ(cell(1, "ChargePeriodStart"), "2026-10-24T22:00:00Z");
  EXPECT_EQ(cell(1, "SkuPriceId"), "east/prod/unused_capacity") << "no one hour's";
}

}  // namespace
}  // namespace tollgate::reports
