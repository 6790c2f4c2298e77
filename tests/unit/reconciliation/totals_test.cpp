// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/totals.hpp"

#include <gtest/gtest.h>

namespace tollgate::reconciliation {
namespace {

ComparedRow row_of(const std::string& counted, std::int64_t tokens, std::int64_t nano) {
  ComparedRow out;
  out.counted = counted;
  out.azure_quantity = tokens + 1;
  out.our_quantity = tokens;
  out.azure_cost = pricing::Int128{nano + 1} * 1'000;
  out.our_nano = nano;
  return out;
}

TEST(TotalsOf, AddByMeterAndThenByCurrency) {
  Comparison all;
  all.currency = "USD";
  all.rows = {row_of("in", 10, 5), row_of("in", 20, 7), row_of("out", 1, 100)};
  all.rows[0].other_nano["EUR"] = 3;
  all.rows[1].unpriced = 4;
  const auto totals = totals_of(all);
  ASSERT_EQ(totals.size(), 5U);
  EXPECT_EQ(totals[0].currency, "EUR");
  EXPECT_EQ(totals[0].counted, "in");
  EXPECT_FALSE(totals[0].azure_cost);
  EXPECT_TRUE(*totals[0].our_cost == 3'000);
  EXPECT_EQ(totals[1].counted, "in");
  EXPECT_TRUE(*totals[1].azure_quantity == 32);
  EXPECT_TRUE(*totals[1].our_quantity == 30);
  EXPECT_TRUE(*totals[1].azure_cost == 14'000);
  EXPECT_TRUE(*totals[1].our_cost == 12'000);
  EXPECT_TRUE(*totals[1].unpriced == 4);
  EXPECT_EQ(totals[2].counted, "out");
  EXPECT_EQ(totals[3].currency, "EUR");
  EXPECT_EQ(totals[4].counted, "");
  EXPECT_FALSE(totals[4].our_quantity) << "tokens in and out are not added";
  EXPECT_TRUE(*totals[4].azure_cost == 115'000);
  EXPECT_TRUE(*totals[4].our_cost == 112'000);
  EXPECT_FALSE(totals[4].unpriced) << "quantities of different meters are not added";
}

// A bill in two currencies: the smaller part was in no sum at all.
TEST(TotalsOf, HaveALineForEachOtherCurrencyOfTheBill) {
  Comparison all;
  all.currency = "USD";
  all.rows = {row_of("in", 10, 5), row_of("out", 20, 7)};
  all.rows[0].other_azure_costs["EUR"] = 3'000;
  all.rows[1].other_azure_costs["EUR"] = 4'000;
  all.rows[1].other_nano["EUR"] = 2;
  const auto totals = totals_of(all);
  ASSERT_EQ(totals.size(), 6U);
  EXPECT_EQ(totals[4].currency, "EUR");
  EXPECT_EQ(totals[4].counted, "");
  EXPECT_TRUE(*totals[4].azure_cost == 7'000);
  EXPECT_TRUE(*totals[4].our_cost == 2'000);
  EXPECT_TRUE(*totals[5].azure_cost == 14'000) << "the other line of all is as it was";
}

TEST(TotalsOf, AddAMeterWhateverTheCaseOfItsLetters) {
  Comparison all;
  all.currency = "USD";
  all.rows = {row_of("In", 10, 5), row_of("IN", 20, 7)};
  const auto totals = totals_of(all);
  ASSERT_EQ(totals.size(), 2U);
  EXPECT_EQ(totals[0].counted, "In");
  EXPECT_TRUE(*totals[0].our_quantity == 30);
}

TEST(TotalsOf, KnowNoCostWhereNoRowHasOne) {
  Comparison all;
  all.currency = "USD";
  all.rows = {row_of("in", 10, 5)};
  all.rows[0].our_nano = std::nullopt;
  EXPECT_FALSE(totals_of(all)[0].our_cost);
  EXPECT_FALSE(totals_of(all)[1].our_cost);
}

TEST(TotalsOf, OfMetricsHaveNoCosts) {
  Comparison all;
  all.rows = {row_of("requests", 10, 0), row_of("requests", 3, 0)};
  const auto totals = totals_of(all);
  ASSERT_EQ(totals.size(), 1U);
  EXPECT_TRUE(*totals[0].our_quantity == 13);
}

}  // namespace
}  // namespace tollgate::reconciliation
