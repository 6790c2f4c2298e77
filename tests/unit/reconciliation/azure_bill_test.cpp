// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/azure_bill.hpp"

#include <gtest/gtest.h>

#include "reconciled.hpp"
#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {
namespace {

constexpr const char* kActual =
    "Date,ResourceId,Meter Name,Quantity,UnitOfMeasure,CostInBillingCurrency,BillingCurrencyCode,"
    "Tags\n";
constexpr const char* kFocus =
    "BilledCost,BillingCurrency,ChargePeriodStart,PricingQuantity,ResourceId,Tags,"
    "x_PricingBlockSize,x_PricingUnitDescription,x_SkuMeterName\n";

Result<AzureBill> read(const std::string& csv) { return read_cost_export(csv, east()); }

std::string fault(const std::string& csv) {
  const auto read = read_cost_export(csv, east());
  return read ? "none" : read.error().message;
}

std::string number(pricing::Int128 value) { return pricing::to_decimal(value, kBillDecimals); }

TEST(AzureBill, ReadsActualCosts) {
  const auto bill =
      read(std::string(kActual) +
           "11/29/2026,/x/accounts/east,gpt 4o 1120 Inp glbl Tokens,1.234,1K,0.003085,USD,"
           "\"\"\"deployment\"\": \"\"chat\"\",\"\"team\"\": \"\"a\"\"\"\n"
           "2026-11-30T00:00:00Z,/x/accounts/east,Storage,2E-3,1 GB,1.5e-05,USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  ASSERT_EQ(bill->rows.size(), 2U);
  EXPECT_EQ(bill->currency, "USD");
  EXPECT_FALSE(bill->in_tokens) << "there are fractions";
  const BillRow& row = bill->rows[0];
  EXPECT_EQ(row.day, "2026-11-29");
  EXPECT_EQ(row.resource, "east");
  EXPECT_EQ(row.deployment, "chat");
  EXPECT_EQ(row.meter, "gpt 4o 1120 Inp glbl Tokens");
  EXPECT_EQ(row.unit, "1K");
  EXPECT_EQ(number(row.quantity), "1.234");
  EXPECT_EQ(number(row.cost), "0.003085");
  EXPECT_EQ(bill->rows[1].day, "2026-11-30");
  EXPECT_EQ(bill->rows[1].deployment, "");
  EXPECT_EQ(number(bill->rows[1].quantity), "0.002");
  EXPECT_EQ(number(bill->rows[1].cost), "0.000015");
}

TEST(AzureBill, WholeQuantitiesAreTokens) {
  const auto bill = read(std::string(kActual) + "11/29/2026,east,m,1234,1K,0.1,USD,\n");
  ASSERT_TRUE(bill);
  EXPECT_TRUE(bill->in_tokens);
}

TEST(AzureBill, ReadsFocusByItsBlocks) {
  const auto bill = read(std::string(kFocus) +
                         "0.0030851234567890123,EUR,2026-11-29T00:00Z,1.234,/x/accounts/east,"
                         "\"{\"\"Deployment\"\":\"\"chat\"\"}\",1000,1K,gpt 5 inpt Glbl\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_TRUE(bill->in_tokens);
  EXPECT_EQ(bill->rows[0].deployment, "chat");
  EXPECT_EQ(number(bill->rows[0].quantity), "1234");
  EXPECT_EQ(number(bill->rows[0].cost), "0.003085123456") << "further decimals are cut";
  EXPECT_EQ(bill->currency, "EUR");
}

TEST(AzureBill, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(fault("Date,ResourceId\n"),
            "the cost export has no column tags (names of actual costs)");
  EXPECT_EQ(fault("ChargePeriodStart,ResourceId,Tags\n"),
            "the cost export has no column x_skumetername or skumeter (names of FOCUS)");
  const std::string actual(kActual);
  EXPECT_EQ(fault(actual + "29.11.2026,east,m,1,1K,1,USD,\n"),
            "line 2: the date \"29.11.2026\" is none");
  EXPECT_EQ(fault(actual + "11/29/2026,east,m,many,1K,1,USD,\n"),
            "line 2: the quantity must be a number");
  EXPECT_EQ(fault(actual + "11/29/2026,east,m,1,1K,\"1,5\",USD,\n"),
            "line 2: the cost must be a number");
  EXPECT_EQ(fault(actual + "11/29/2026,east,m,1,1K,1,,\n"),
            "line 2: the currency \"\" is none of ISO 4217");
  EXPECT_EQ(fault(actual + "11/29/2026,east,m,1,1K,1,USD\n"),
            "line 2: has 7 fields, the first line 8");
  EXPECT_EQ(fault(std::string(kFocus) + "1,USD,2026-11-29T00:00Z,1,east,,0,1K,m\n"),
            "line 2: the block's size is no number above 0");
}

TEST(AzureBill, CreditsAreNegative) {
  const auto bill = read(std::string(kActual) + "11/29/2026,east,m,-1.5,1K,-0.25,USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(number(bill->rows[0].quantity), "-1.5");
  EXPECT_EQ(number(bill->rows[0].cost), "-0.25");
}

TEST(AzureBill, ThatIsJsonNamesTheOtherOption) {
  const auto bill = read("\n [{\"value\": 1}]");
  ASSERT_FALSE(bill);
  EXPECT_EQ(bill.error().message,
            "this is JSON, and a cost export is CSV: --metrics takes answers of metrics");
}

// One row of a virtual machine made a thousand of each token.
TEST(AzureBill, IsJudgedByTheRowsThatAreComparedAlone) {
  const auto bill =
      read(std::string(kActual) + "11/29/2026,east,gpt 4o 1120 Inp glbl Tokens,3000,1K,7.5,USD,\n" +
           "11/29/2026,/x/virtualMachines/vm1,D2 v3,0.5,1 Hour,1,USD,\n" +
           "11/29/2026,east,Speech To Text,0.5,1 Hour,1,USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_TRUE(bill->in_tokens);
  EXPECT_EQ(bill->rows.size(), 2U);
  ASSERT_EQ(bill->left_out.size(), 1U);
  EXPECT_EQ(bill->left_out[0].name, "vm1");
}

TEST(AzureBill, WhatIsLeftOutCanSpoilNothing) {
  const auto bill = read(std::string(kActual) + "11/29/2026,east,m,1,1K,1,USD,\n" +
                         "someday,/x/vm1,m,,,many,EUR,\n11/29/2026,,Tax,,,0.5,USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->currency, "USD");
  ASSERT_EQ(bill->left_out.size(), 2U);
  EXPECT_FALSE(bill->left_out[0].cost);
  EXPECT_EQ(notes_of(bill->left_out)[0],
            "2 rows of resources that no backend stands for (vm1, without a name), 0.5 USD, the "
            "cost of 1 of them cannot be read: left out; backends.*.resource_id names a "
            "backend's");
}

TEST(AzureBill, WhatChargesForNoUsageIsLeftOut) {
  const auto bill = read("ChargeCategory," + std::string(kFocus) +
                         "Usage,1,USD,2026-11-29T00:00Z,1,east,,1000,1K,m\n"
                         "Tax,0.5,USD,2026-11-29T00:00Z,,east,,,,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->rows.size(), 1U);
  ASSERT_EQ(notes_of(bill->left_out).size(), 1U);
  EXPECT_EQ(notes_of(bill->left_out)[0],
            "1 row that charges for no usage (Tax), 0.5 USD: left out");
}

TEST(AzureBill, IsInTheCurrencyOfMostRows) {
  const std::string row = "11/29/2026,east,m,1,1K,1,";
  const auto bill = read(std::string(kActual) + row + "EUR,\n" + row + "USD,\n" + row + "USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->currency, "USD");
  EXPECT_EQ(bill->rows[0].currency, "EUR");
}

// Nothing could be compared of a bill with more rows in euros, though the prices are in dollars.
TEST(AzureBill, IsComparedInThePriceListsCurrencyWhereARowHasIt) {
  const std::string row = "11/29/2026,east,m,1,1K,1,";
  auto bill = read(std::string(kActual) + row + "EUR,\n" + row + "EUR,\n" + row + "USD,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->currency, "EUR");
  choose_currency(*bill, "USD");
  EXPECT_EQ(bill->currency, "USD");
  EXPECT_EQ(compare(*bill, OurUsage(east()), {}).notes.at(0),
            "2 rows are in EUR and the price list is in USD: their quantities are compared, and "
            "their costs are not");
  choose_currency(*bill, "GBP");
  EXPECT_EQ(bill->currency, "EUR");
  choose_currency(*bill, "");
  EXPECT_EQ(bill->currency, "EUR");
  EXPECT_FALSE(bill->of_prices);
}

// "usd" stood beside USD as another currency, whose costs were not compared.
TEST(AzureBill, CurrenciesAreReadWhateverTheCaseOfTheirLetters) {
  const std::string row = "11/29/2026,east,m,1,1K,1,";
  const auto bill = read(std::string(kActual) + row + "usd,\n" + row + "Usd ,\n" + row +
                         "USD,\n11/29/2026,/x/vm1,m,1,1K,1,eur,\n");
  ASSERT_TRUE(bill) << bill.error().message;
  EXPECT_EQ(bill->currency, "USD");
  for (const BillRow& one : bill->rows) EXPECT_EQ(one.currency, "USD");
  EXPECT_EQ(bill->left_out.at(0).currency, "EUR");
}

TEST(AzureBill, OfMoreThanCanBeAddedIsRefused) {
  const std::string row = "11/29/2026,east,m,600000000000,1K,1,USD,\n";
  std::string csv(kActual);
  EXPECT_EQ(fault(csv + row), "none");
  EXPECT_EQ(fault(csv + "11/29/2026,east,m,9e17,1K,1,USD,\n"),
            "line 2: the quantity must be smaller: it has too many digits");
  const std::string block = "1,USD,2026-11-29T00:00Z,600000000000,east,,1000000,1M,m\n";
  EXPECT_EQ(fault(kFocus + block), "none");
  EXPECT_EQ(fault(kFocus + block + block),
            "line 3: the quantities or costs come to more than 10^18, which no bill has");
}

}  // namespace
}  // namespace tollgate::reconciliation
