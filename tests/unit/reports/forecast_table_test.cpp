// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/forecast_table.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace tollgate::reports {
namespace {

constexpr int kDays = 14;

std::string day_name(int day) {
  return "2026-11-" + std::string(day < 9 ? "0" : "") + std::to_string(day + 1);
}

std::vector<std::string> days() {
  std::vector<std::string> out;
  for (int day = 0; day < kDays; ++day) out.push_back(day_name(day));
  return out;
}

/// A row for each day, of `first` and then `step` more, in currency units.
void add_days(std::vector<UsageRow>& rows, const std::string& client, const std::string& currency,
              int first, int step) {
  for (int day = 0; day < kDays; ++day) {
    UsageRow& row = rows.emplace_back();
    row.keys = {client, day_name(day)};
    row.cost_nano = Int128{1'000'000'000} * (first + step * day);
    row.currency = currency;
  }
}

TEST(ForecastTable, EachCurrencyHasATotal) {
  std::vector<UsageRow> rows;
  add_days(rows, "a", "EUR", 1, 0);
  add_days(rows, "b", "EUR", 2, 0);
  add_days(rows, "c", "USD", 5, 0);
  const auto lines = forecast_lines(rows, days(), 2, true);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 5U);
  const auto begins = [&](std::size_t line) {
    return Cells((*lines)[line].begin(), (*lines)[line].begin() + 4);
  };
  EXPECT_EQ(begins(3), (Cells{"total", "EUR", "2", "6.000000000"}));
  EXPECT_EQ(begins(4), (Cells{"total", "USD", "2", "10.000000000"}));
  EXPECT_EQ(forecast_lines(rows, days(), 2)->size(), 3U);
}

// "-0.000000" was a day's change of what stays the same, and amounts had two decimals.
TEST(ForecastTable, WhatIsRoundedToNothingHasNoSign) {
  std::vector<UsageRow> rows;
  for (int day = 0; day < kDays; ++day) {
    UsageRow& row = rows.emplace_back();
    row.keys = {"a", day_name(day)};
    row.cost_nano = 12'345'678 + (day == 0 ? 1 : 0);
    row.currency = "EUR";
  }
  const auto lines = forecast_lines(rows, days(), 1);
  ASSERT_TRUE(lines);
  EXPECT_EQ((*lines)[0][3], "0.012345678");
  EXPECT_EQ((*lines)[0][6], "0.000000000") << "it falls by less than a nano";
}

// It was 180 columns wide.
TEST(ForecastTable, FitsAPage) {
  std::vector<UsageRow> rows;
  add_days(rows, "retail-chatbot-sweden-central", "EUR", 13, -1);
  add_days(rows, "b", "EUR", 1'000, 0);
  const auto lines = forecast_lines(rows, days(), 30, true);
  ASSERT_TRUE(lines);
  const std::string text =
      format_forecast(std::vector<std::string>{"client"}, *lines, ReportFormat::table);
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const char* const said :
       {"sums of the next 30 days, by 14 days;", "retail-chatbot-sweden-central  EUR\n",
        "\nbasis of ", "30000.000000000", "the line falls below 0"})
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
}

// Tokens of hours that are not shared out yet were added to an amount.
TEST(ForecastTable, AProvisionalAmountIsNoCost) {
  std::vector<UsageRow> rows;
  add_days(rows, "a", "EUR", 1, 0);
  const auto without = forecast_lines(rows, days(), 2);
  UsageRow& open = rows.emplace_back();
  open.keys = {"a", day_name(kDays - 1)};
  open.total_tokens = 4'634;
  open.provisional_nano = 7;
  open.currency = "EUR";
  EXPECT_EQ(*forecast_lines(rows, days(), 2), *without);
}

TEST(ForecastTable, ALineThatFallsBelowZeroIsTold) {
  std::vector<UsageRow> rows;
  add_days(rows, "a", "EUR", 13, -1);
  add_days(rows, "b", "EUR", 1, 0);
  const auto lines = forecast_lines(rows, days(), 30);
  ASSERT_TRUE(lines);
  EXPECT_EQ(
      (*lines)[0].back(),
      "least squares over 2026-11-01 to 2026-11-14; the line falls below 0, which counts as 0");
  EXPECT_EQ((*lines)[1].back(), "least squares over 2026-11-01 to 2026-11-14");
}

// Rows came to 2.165 and the total to 1.431, and nothing below said why.
TEST(ForecastTable, RowsThatNeedNotAddUpSaySo) {
  std::vector<UsageRow> rows;
  add_days(rows, "a", "EUR", 13, -1);
  add_days(rows, "b", "EUR", 1, 1);
  const std::vector<std::string> by{"client"};
  const auto told = [&] {
    const std::string text =
        format_forecast(by, *forecast_lines(rows, days(), 30, true), ReportFormat::table);
    return text.find("the rows need not add up to the total") != text.npos;
  };
  EXPECT_TRUE(told());
  rows.resize(kDays);
  EXPECT_FALSE(told()) << "one row is the total";
}

}  // namespace
}  // namespace tollgate::reports
