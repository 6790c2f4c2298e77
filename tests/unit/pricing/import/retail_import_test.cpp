// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "prices.hpp"
#include "tollgate/pricing/import.hpp"

namespace tollgate::pricing {
namespace {

using Texts = std::vector<std::string>;

/// The members of an item that a test changes; the prices are invented.
struct Item {
  std::string meter;
  std::string price;
  std::string region = "eastus2";
  std::string from = "2026-07-01T00:00:00Z";
  std::string more{};  ///< further members, each behind a comma
  std::string unit = "1M";
  std::string type = "Consumption";
  std::string product = "Azure OpenAI GPT5";
};

std::string json(const Item& item) {
  return R"({"currencyCode":"USD","tierMinimumUnits":0.0,"retailPrice":)" + item.price +
         R"( ,"armRegionName":")" + item.region + R"(","effectiveStartDate":")" + item.from +
         R"(","meterName":")" + item.meter + R"(","productName":")" + item.product +
         R"(","unitOfMeasure":")" + item.unit + R"(","type":")" + item.type + "\"" + item.more +
         "}";
}

std::string page(const std::vector<Item>& items, const std::string& next = "null") {
  std::string out = R"({"BillingCurrency":"USD","Items":[)";
  for (const Item& item : items) out.append(&item == items.data() ? "" : ",").append(json(item));
  return out + R"(],"NextPageLink":)" + next + R"(,"Count":1})";
}

std::string yaml(const std::string& text, const std::string& region = "") {
  const Result<ImportedPrices> prices = import_retail(text, {std::nullopt, region});
  return prices ? to_yaml(*prices) : prices.error().message;
}

Texts warnings(const std::string& text, const std::string& region = "") {
  return import_retail(text, {std::nullopt, region})->warnings;
}

TEST(RetailImport, MakesEntriesOfMeters) {
  const std::string list = page({{"5.6 sol ShortCo Inp Std Gl", "4.0"},
                                 {"5.6 sol ShortCo Opt Std Gl 1M Tokens", "20"},
                                 {"5.6 sol LongCo Inp Std Gl", "8"},
                                 {"5.6 sol LongCo Opt Std Gl", "30"},
                                 {"5.6 sol ShortCo Inp PP DZ", "8.8"},
                                 {"5.6 sol LongCo Inp PP DZ", "17.6"}});
  EXPECT_EQ(yaml(list), R"(currency: USD
entries:
  - model: "gpt-5.6-sol"
    scope: global
    tier: default
    from: 2026-07-01
    per_million: {input: 4, output: 20}
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 8, output: 30}}
  - model: "gpt-5.6-sol"
    scope: data_zone
    tier: priority
    from: 2026-07-01
    per_million: {input: 8.8}
    bands:
      - {above_prompt_tokens: 272000, per_million: {input: 17.6}}
)");
  EXPECT_EQ(warnings(list), Texts{});
}

TEST(RetailImport, ReadsUnitsDigitForDigit) {
  const std::string list =
      page({{"gpt 4.1 cached Inp glbl Tokens", "0.00012345", "eastus2", "2026-07-01T00:00:00Z", "",
             "1K", "Consumption", "Azure OpenAI"}});
  EXPECT_NE(yaml(list).find("{cached_input: 0.12345}"), std::string::npos) << yaml(list);
}

TEST(RetailImport, ReadsPagesHoweverTheyAreKept) {
  const std::string one = page({{"5.4 nano Inp Gl", "1"}}, R"("https://next.example")");
  const std::string two = page({{"5.4 nano Opt Gl", "2"}});
  for (const std::string& list : {one + "\n" + two, one + two, "[" + one + "," + two + "]"}) {
    EXPECT_NE(yaml(list).find("{input: 1, output: 2}"), std::string::npos) << list;
    EXPECT_EQ(warnings(list), Texts{});
  }
}

TEST(RetailImport, MissesTheLastPage) {
  EXPECT_EQ(warnings(page({{"5.4 nano Inp Gl", "1"}}, R"("https://next.example")")),
            Texts{"each page names a next one (NextPageLink): the last pages are missing"});
}

TEST(RetailImport, OneGlobalPriceStandsForAllRegions) {
  const std::string list = page(
      {{"5.4 nano Inp Gl", "1"}, {"5.4 nano Inp Gl", "1.0", "westus", "2026-09-01T00:00:00Z"}});
  EXPECT_NE(yaml(list).find("from: 2026-07-01\n    per_million: {input: 1}"), std::string::npos);
  EXPECT_EQ(warnings(list), Texts{});
}

TEST(RetailImport, ComplainsOfGlobalMetersThatDiffer) {
  const std::string list = page(
      {{"5.4 nano Inp Gl", "1"}, {"5.4 nano Inp Gl", "2", "westus"}, {"5.4 nano Opt Gl", "3"}});
  const std::string differs =
      "gpt-5.4-nano, scope global, tier default: input differs: 1 (5.4 nano Inp Gl, eastus2, line "
      "1), "
      "2 (5.4 nano Inp Gl, westus, line 1)";
  EXPECT_NE(yaml(list).find("{output: 3}"), std::string::npos) << yaml(list);
  EXPECT_EQ(warnings(list), Texts{differs + "; a region (--region) chooses: left out"});
  EXPECT_NE(yaml(list, "westus").find("{input: 2, output: 3}"), std::string::npos);
  EXPECT_EQ(warnings(list, "westus"), Texts{differs + ": that of westus is taken"});
}

TEST(RetailImport, ARegionChoosesForRegionalMeters) {
  const std::string list = page({{"gpt 4.1 Inp regnl Tokens", "1"},
                                 {"gpt 4.1 Inp regnl Tokens", "2", "westus"},
                                 {"gpt 4.1 Inp Data Zone Tokens", "3", "westeurope"}});
  EXPECT_NE(yaml(list, "westus").find("{input: 2}"), std::string::npos);
  EXPECT_EQ(yaml(list, "westus").find("{input: 3}"), std::string::npos);
  EXPECT_EQ(warnings(list, "westus"), Texts{});
  EXPECT_EQ(warnings(list).size(), 1U);
  EXPECT_EQ(yaml(list).find("scope: regional"), std::string::npos);
  EXPECT_EQ(
      yaml(list, "mars"),
      "the list has no price of the region mars: its regions are eastus2, westeurope, westus");
}

TEST(RetailImport, MetersOfOneRegionThatDifferAreLeftOut) {
  const Texts differs{
      "gpt-5.1, scope global, tier default: input differs: 1 (5.1 inp Gl, eastus2, line 1), "
      "2 (GPT 5.1 inp Gl, eastus2, line 1): left out"};
  const std::string later = "2026-09-01T00:00:00Z";
  const std::string end = R"(,"effectiveEndDate":"2026-09-01T00:00:00Z")";
  EXPECT_EQ(warnings(page({{"5.1 inp Gl", "1"}, {"GPT 5.1 inp Gl", "2"}})), differs);
  EXPECT_EQ(warnings(page({{"5.1 inp Gl", "1"}, {"GPT 5.1 inp Gl", "2", "eastus2", later}})),
            differs);
  EXPECT_EQ(warnings(page({{"5.1 inp Gl", "1", "eastus2", "2026-07-01T00:00:00Z", end},
                           {"GPT 5.1 inp Gl", "2", "eastus2", later}})),
            Texts{});
}

TEST(RetailImport, OnePriceThatIsSaidTwiceIsOneOrIsLeftOutWithBothLines) {
  const std::string twice = page({{"5.1 inp Gl", "1"}, {"5.1 inp Gl", "1.0"}});
  EXPECT_EQ(warnings(twice), Texts{});
  EXPECT_NE(yaml(twice).find("{input: 1}"), std::string::npos);
  std::string differing = page({{"5.1 inp Gl", "1"}, {"5.1 inp Gl", "2"}});
  differing.replace(differing.find("},{"), 2, "},\n\n");
  EXPECT_EQ(warnings(differing),
            Texts{"gpt-5.1, scope global, tier default: input differs: 1 (5.1 inp Gl, eastus2, "
                  "line 1), 2 (5.1 inp Gl, eastus2, line 3): left out"});
  const std::string member = page({{"5.1 inp Gl", "1,\"retailPrice\":2"}});
  EXPECT_EQ(warnings(member), Texts{"the meter 5.1 inp Gl says in line 1 in two ways what its "
                                    "retailPrice is: left out"});
  EXPECT_EQ(warnings(page({{"5.1 inp Gl", "1,\"retailPrice\":1"}})), Texts{});
}

TEST(RetailImport, ARegionThatDiffersFromItselfChoosesNothing) {
  const std::string list = page({{"5.1 inp Gl", "1", "westus"}, {"GPT 5.1 inp Gl", "2", "westus"}});
  EXPECT_EQ(yaml(list, "westus"), "currency: USD\nentries:\n");
  EXPECT_EQ(
      warnings(list, "westus"),
      Texts{"gpt-5.1, scope global, tier default: input differs: 1 (5.1 inp Gl, westus, line 1), "
            "2 (GPT 5.1 inp Gl, westus, line 1): left out"});
}

TEST(RetailImport, EachDayOnWhichAPriceBeginsIsAnEntry) {
  const std::string list = page({{"5.4 nano Inp Gl", "2"},
                                 {"5.4 nano Inp Gl", "1", "eastus2", "2026-09-01T00:00:00Z"},
                                 {"5.4 nano Opt Gl", "5"},
                                 {"5.4 nano cd Inp Gl", "0.1", "eastus2", "2026-10-01T00:00:00Z"}});
  EXPECT_EQ(yaml(list), R"(currency: USD
entries:
  - model: "gpt-5.4-nano"
    scope: global
    tier: default
    from: 2026-07-01
    per_million: {input: 2, output: 5}
  - model: "gpt-5.4-nano"
    scope: global
    tier: default
    from: 2026-09-01
    per_million: {input: 1, output: 5}
  - model: "gpt-5.4-nano"
    scope: global
    tier: default
    from: 2026-10-01
    per_million: {input: 1, cached_input: 0.1, output: 5}
)");
}

TEST(RetailImport, APriceEnds) {
  const auto ending = [](const std::string& end) {
    return page({{"5.4 nano Inp Gl", "2", "eastus2", "2026-07-01T00:00:00Z",
                  ",\"effectiveEndDate\":\"" + end + "\""}});
  };
  EXPECT_NE(yaml(ending("2026-08-31T23:59:59Z")).find("until: 2026-09-01\n"), std::string::npos);
  EXPECT_NE(yaml(ending("2026-09-01T00:00:00Z")).find("until: 2026-09-01\n"), std::string::npos);
  EXPECT_EQ(
      warnings(ending("2026-09-01T12:00:00Z")),
      Texts{"the meter 5.4 nano Inp Gl ends at \"2026-09-01T12:00:00Z\", which is not a day's "
            "end (UTC): left out"});
}

TEST(RetailImport, WhatStandsBeforeAGapIsLeftOut) {
  const std::string list = page({{"5.4 nano Inp Gl", "2", "eastus2", "2026-07-01T00:00:00Z",
                                  R"(,"effectiveEndDate":"2026-08-01T00:00:00Z")"},
                                 {"5.4 nano Inp Gl", "1", "eastus2", "2026-09-01T00:00:00Z"}});
  EXPECT_EQ(yaml(list).find("2026-07-01"), std::string::npos);
  EXPECT_EQ(
      warnings(list),
      Texts{"gpt-5.4-nano, scope global, tier default: nothing is known from 2026-08-01 until "
            "2026-09-01: what was before is left out"});
}

TEST(RetailImport, AClassOfShortOrLongPromptsAloneIsLeftOut) {
  const std::string list = page({{"5.6 sol ShortCo Inp Std Gl", "4"},
                                 {"5.6 sol LongCo Inp Std Gl", "8"},
                                 {"5.6 sol ShortCo Opt Std Gl", "20"},
                                 {"5.6 sol LongCo Cd Inp Std Gl", "1"},
                                 {"5.5 ShortCo inp Gl", "5"}});
  EXPECT_NE(yaml(list).find("per_million: {input: 4}\n"), std::string::npos) << yaml(list);
  EXPECT_EQ(yaml(list).find("gpt-5.5"), std::string::npos);
  EXPECT_EQ(warnings(list),
            (Texts{"gpt-5.5, scope global, tier default: input has a price for short prompts only: "
                   "left out",
                   "gpt-5.6-sol, scope global, tier default: cached_input has a price for long "
                   "prompts only: left out",
                   "gpt-5.6-sol, scope global, tier default: output has a price for short prompts "
                   "only: left out"}));
}

TEST(RetailImport, WhatItDoesNotKnowIsAWarning) {
  const std::string list =
      page({{"sora 2 Gl", "1"},
            {"sora 2 Gl", "1", "westus"},
            {"5.4 nano Inp Gl", "0.0"},
            {"5.4 nano Opt Gl", "1", "eastus2", "2026-07-01T08:00:00Z"},
            {"5.4 nano cd Inp Gl 1M Tokens", "1", "eastus2", "2026-07-01T00:00:00Z", "", "1K"},
            {"5.4 mini Inp Gl", "1", "eastus2", "2026-07-01T00:00:00Z", "", "1 Hour"}});
  EXPECT_EQ(
      warnings(list),
      (Texts{"the meter sora 2 Gl is of no model that is known: left out",
             "the meter 5.4 nano Inp Gl has a price that is 0, which is no price that is known: "
             "left out",
             "the meter 5.4 nano Opt Gl begins at \"2026-07-01T08:00:00Z\", which is not a day's "
             "beginning (UTC): left out",
             "the meter 5.4 nano cd Inp Gl 1M Tokens speaks of 1M and is measured in 1K: left out",
             "the meter 5.4 mini Inp Gl is measured in \"1 Hour\", which is not known: left out"}));
}

TEST(RetailImport, GraduatedPricesAreLeftOut) {
  std::string list = page({{"5.4 nano Inp Gl", "2"}, {"5.4 nano Inp Gl", "1"}});
  const std::string least = "\"tierMinimumUnits\":";
  list.insert(list.rfind(least) + least.size(), "10");
  EXPECT_EQ(warnings(list), Texts{"gpt-5.4-nano, scope global, tier default: input has several "
                                  "prices by the amount used in a month (5.4 nano Inp Gl): left "
                                  "out"});
}

TEST(RetailImport, OtherProductsAndReservationsAreCounted) {
  const std::string at = "2026-07-01T00:00:00Z";
  const std::string list =
      page({{"4.6 Inp Gl", "1", "a", at, "", "1M", "Consumption", "Azure Grok Models"},
            {"5.4 nano Inp Gl", "1", "a", at, "", "1M", "Reservation"},
            {"5.4 nano Inp Gl", "1", "a", at, "", "1M", "DevTestConsumption"}});
  EXPECT_EQ(warnings(list), (Texts{"1 row is of products other than Azure OpenAI's: left out",
                                   "2 rows are not prices by use (Consumption): left out"}));
}

TEST(RetailImport, RefusesTwoCurrencies) {
  const std::string list =
      page({{"5.4 nano Inp Gl", "1"},
            {"5.4 nano Opt Gl", "1", "a", "2026-07-01T00:00:00Z", R"(,"currencyCode":"EUR")"}});
  EXPECT_EQ(
      yaml(list),
      "the meter 5.4 nano Opt Gl is priced in \"EUR\", others in \"USD\": a file of prices has "
      "one currency");
}

TEST(RetailImport, RefusesWhatIsNoSuchList) {
  const std::string begin = "the file is no answer of the Azure Retail Prices API: ";
  EXPECT_EQ(yaml("{}"), begin + "a page has no Items");
  for (const std::string& text : {std::string(R"({"Items":[{"meterName":"x")"),
                                  page({{"5.4 nano Inp Gl", "1"}}) + R"({"Items":[)",
                                  std::string(R"({"Items":5})"), std::string("7"), std::string()})
    EXPECT_EQ(yaml(text).substr(0, begin.size()), begin) << text;
}

}  // namespace
}  // namespace tollgate::pricing
