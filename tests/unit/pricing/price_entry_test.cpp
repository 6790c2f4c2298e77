// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_entry.hpp"

#include <gtest/gtest.h>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

PriceEntry banded() {
  PriceEntry out = entry("gpt-5", {{PriceClass::input, "4"}});
  out.bands = {{272'000, rates({{PriceClass::input, "8"}})},
               {500'000, rates({{PriceClass::input, "16"}})}};
  return out;
}

std::string input_price(std::int64_t prompt_tokens) {
  const PriceEntry prices = banded();
  return prices.rates_for(prompt_tokens)[index_of(PriceClass::input)]->text;
}

TEST(PriceEntryTest, TakesTheBandThatThePromptIsAbove) {
  EXPECT_EQ(input_price(0), "4");
  EXPECT_EQ(input_price(272'000), "4");
  EXPECT_EQ(input_price(272'001), "8");
  EXPECT_EQ(input_price(500'000), "8");
  EXPECT_EQ(input_price(500'001), "16");
}

TEST(PriceEntryTest, IsNamedByAllThatDecidesAnAmount) {
  const PriceEntry first = banded();
  const std::string id = price_id(first, "USD");
  EXPECT_EQ(id.size(), 32U);
  EXPECT_EQ(price_id(banded(), "USD"), id);
  EXPECT_NE(price_id(first, "EUR"), id);
  const auto changed = [&](auto change) {
    PriceEntry other = banded();
    change(other);
    return price_id(other, "USD");
  };
  EXPECT_NE(changed([](PriceEntry& e) { e.model = "gpt-6"; }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.scope = Scope::global; }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.tier = Tier::flex; }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.from = day("2026-01-02"); }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.rates = rates({{PriceClass::input, "4.1"}}); }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.rates = rates({{PriceClass::output, "4"}}); }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.bands[0].above_prompt_tokens = 1; }), id);
  EXPECT_NE(changed([](PriceEntry& e) { e.bands.pop_back(); }), id);
  EXPECT_EQ(changed([](PriceEntry& e) { e.until = day("2027-01-01"); }), id)
      << "closing an entry changes no price";
  EXPECT_EQ(changed([](PriceEntry& e) { e.line = 7; }), id);
}

TEST(PriceEntryTest, DatesAreDaysOfTheCalendar) {
  EXPECT_EQ(to_date(day("2026-07-09")), "2026-07-09");
  EXPECT_EQ(to_date(day("2028-02-29")), "2028-02-29");
  for (const char* const text : {"2026-02-29", "2026-13-01", "2026-7-09", "20260709", "2026-07-09 ",
                                 "2026-07-9x", "", "2026/07/09", "2999-01-01", "1969-12-31"}) {
    EXPECT_EQ(parse_date(text), std::nullopt) << text;
  }
}

TEST(PriceEntryTest, AModelsNameMayEndInADate) {
  EXPECT_EQ(without_date("gpt-5.6-sol-2026-07-09"), "gpt-5.6-sol");
  EXPECT_EQ(without_date("gpt-5.6-sol"), "");
  EXPECT_EQ(without_date("gpt-4-0613"), "") << "no date, but a name of its own";
  EXPECT_EQ(without_date("gpt-5-2026-13-09"), "");
  EXPECT_EQ(without_date("-2026-07-09"), "");
  EXPECT_EQ(without_date("x2026-07-09"), "");
}

TEST(Skus, HaveAScopeAndATierOrAreProvisioned) {
  EXPECT_EQ(find_sku("GlobalStandard")->scope, Scope::global);
  EXPECT_EQ(find_sku("DataZoneBatch")->tier, Tier::batch);
  EXPECT_TRUE(find_sku("GlobalProvisionedManaged")->provisioned);
  EXPECT_FALSE(find_sku("Standard")->provisioned);
  EXPECT_EQ(find_sku("globalstandard"), nullptr) << "as Azure writes it";
  EXPECT_EQ(find_sku(""), nullptr);
  EXPECT_EQ(scope_from_string("data_zone"), Scope::data_zone);
  EXPECT_EQ(scope_from_string(""), std::nullopt);
  EXPECT_EQ(tier_from_string("default"), Tier::standard);
  EXPECT_EQ(tier_from_string("Priority"), std::nullopt);
}

}  // namespace
}  // namespace tollgate::pricing
