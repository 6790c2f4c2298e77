// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "prices.hpp"
#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {
namespace {

std::string imported_as(std::string_view text, const ImportChoice& choice = {}) {
  const Result<ImportedPrices> prices = import_prices(text, choice);
  return prices ? prices->currency + ", " + std::to_string(prices->entries.size())
                : prices.error().message;
}

constexpr std::string_view kRetail =
    R"( [{"BillingCurrency":"USD","Items":[{"currencyCode":"EUR","retailPrice":1,"type":"Consumption",
    "armRegionName":"westus","effectiveStartDate":"2026-07-01T00:00:00Z","unitOfMeasure":"1M",
    "meterName":"5.4 nano Inp Gl","productName":"Azure OpenAI GPT5"}]}])";
constexpr std::string_view kLitellm =
    R"({"sample_spec":{},"azure/m":{"input_cost_per_token":4e-06}})";
constexpr std::string_view kSheet =
    "MeterName,MeterSubCategory,MeterRegion,UnitOfMeasure,EffectiveStartDate,UnitPrice,Currency,"
    "PriceType\n5.4 nano Inp Gl,Azure OpenAI GPT5,,1M,2026-11-01,0.2,CHF,Consumption\n";

TEST(PriceListKind, ContentTellsIt) {
  EXPECT_EQ(imported_as(kRetail), "EUR, 1");
  EXPECT_EQ(imported_as(kLitellm, {day("2026-10-01"), ""}), "USD, 1");
  EXPECT_EQ(imported_as(kSheet), "CHF, 1");
}

TEST(PriceListKind, OnlyAListWithoutDatesNeedsOne) {
  EXPECT_EQ(imported_as(kLitellm), "the list has no dates: --since says from which day on");
  EXPECT_EQ(imported_as(kRetail, {day("2026-10-01"), ""}),
            "the list has dates of its own: leave --since out");
  EXPECT_EQ(imported_as(kSheet, {day("2026-10-01"), ""}),
            "the list has dates of its own: leave --since out");
}

TEST(PriceListKind, AnythingElseIsRefused) {
  const std::string none = "it is no price list that is known";
  for (const char* const text : {"", "{}", "[]", "[1]", "7", R"({"items":[]})", R"({"Items)",
                                 R"({"gpt-5":{}})", "a,b\n1,2\n", "MeterName\n", "\"a"})
    EXPECT_EQ(imported_as(text).substr(0, none.size()), none) << text;
  EXPECT_EQ(imported_as("PK\x03\x04"), "it is a ZIP archive: import the files in it");
}

}  // namespace
}  // namespace tollgate::pricing
