// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kHeader =
    "MeterId,MeterName,MeterSubCategory,MeterRegion,UnitOfMeasure,EffectiveStartDate,"
    "EffectiveEndDate,UnitPrice,MarketPrice,CurrencyCode,IncludedQuantity,PriceType\n";

/// A row of such a sheet; the price is invented.
std::string row(const std::string& meter, const std::string& price,
                const std::string& included = "0", const std::string& type = "Consumption",
                const std::string& region = "SE Central") {
  return "id," + meter + ",Azure OpenAI," + region +
         ",1K,2026-11-01T00:00:00Z,2026-11-30T00:00:00Z," + price + ",9,EUR," + included + "," +
         type + "\r\n";
}

std::string yaml(const std::string& text, const std::string& region = "") {
  const Result<ImportedPrices> prices = import_price_sheet(text, {std::nullopt, region});
  return prices ? to_yaml(*prices) : prices.error().message;
}

Texts warnings(const std::string& text) { return import_price_sheet(text, {})->warnings; }

TEST(PriceSheetImport, TakesTheUnitPriceOfAnEnterpriseAgreement) {
  EXPECT_EQ(yaml(kHeader + row("gpt 4.1 Inp glbl Tokens", "0.00175") +
                 row("\"gpt 4.1 Outp glbl Tokens\"", "7E-03")),
            R"(currency: EUR
entries:
  - model: "gpt-4.1"
    scope: global
    tier: default
    from: 2026-11-01
    per_million: {input: 1.75, output: 7}
)");
}

TEST(PriceSheetImport, KnowsTheColumnsOfACustomerAgreement) {
  const std::string sheet =
      "currency,Meter Name,meterSubCategory,meterRegion,unitOfMeasure,effectiveStartDate,unitPrice,"
      "tierMinimumUnits,priceType\nUSD,5.4 nano Inp Gl,Azure OpenAI GPT5,,1M,2026-11-01,0.2,0,"
      "Consumption\n";
  EXPECT_NE(yaml(sheet).find("{input: 0.2}"), std::string::npos) << yaml(sheet);
}

TEST(PriceSheetImport, OnePriceThatIsSaidTwiceIsOneOrIsLeftOutWithBothLines) {
  const std::string same =
      kHeader + row("gpt 4.1 Inp glbl", "0.001") + row("gpt 4.1 Inp glbl", "1E-3");
  EXPECT_EQ(warnings(same), Texts{});
  EXPECT_NE(yaml(same).find("{input: 1}"), std::string::npos);
  EXPECT_EQ(warnings(kHeader + row("gpt 4.1 Inp glbl", "0.001") + row("gpt 4.1 Inp glbl", "0.002")),
            Texts{"gpt-4.1, scope global, tier default: input differs: 1 (gpt 4.1 Inp glbl, SE "
                  "Central, line 2), 2 (gpt 4.1 Inp glbl, SE Central, line 3): left out"});
  std::string columns = kHeader;
  columns.replace(columns.find("MarketPrice"), 11, "Unit Price");
  EXPECT_EQ(yaml(columns), "the price sheet has the column UnitPrice twice: columns 8 and 9");
  std::string currencies = kHeader;
  currencies.replace(currencies.find("MarketPrice"), 11, "Currency");
  EXPECT_EQ(warnings(currencies + row("gpt 4.1 Inp glbl", "0.001")),
            Texts{"the meter gpt 4.1 Inp glbl says in line 2 in two ways what its currencycode is: "
                  "left out"});
}

TEST(PriceSheetImport, ARegionChooses) {
  const std::string sheet = kHeader + row("gpt 4.1 Inp regnl", "0.001") +
                            row("gpt 4.1 Inp regnl", "0.002", "0", "Consumption", "US East");
  EXPECT_NE(yaml(sheet, "US East").find("{input: 2}"), std::string::npos);
  EXPECT_EQ(warnings(sheet).size(), 1U);
}

TEST(PriceSheetImport, WhatItDoesNotKnowIsAWarning) {
  EXPECT_EQ(
      warnings(kHeader + row("gpt 4.1 Inp glbl", "0.001", "100") +
               row("gpt 4.1 Outp glbl", "0.001", "0", "SavingsPlan") + row("D2 v3", "1") +
               row("gpt 4.1 cached Inp glbl", "")),
      (Texts{"the meter D2 v3 is of no model that is known: left out",
             "the meter gpt 4.1 cached Inp glbl has a price that must be a number: left out",
             "1 row is not prices by use (Consumption): left out",
             "gpt-4.1, scope global, tier default: input has several prices by the amount used in "
             "a month (gpt 4.1 Inp glbl): left out"}));
}

TEST(PriceSheetImport, RefusesASheetThatItCannotRead) {
  EXPECT_EQ(yaml("MeterName,UnitPrice\n"), "the price sheet has no column metersubcategory");
  EXPECT_EQ(yaml(std::string(kHeader) + "a,b\n"), "line 2: has 2 fields, the first line 12");
  EXPECT_EQ(yaml(std::string(kHeader) + "\"a\n"),
            "line 2: a quotation mark is not where CSV has it");
}

}  // namespace
}  // namespace tollgate::pricing
