// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/row_order.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tollgate/reports/usage_table.hpp"

namespace tollgate::reports {
namespace {

const std::vector<std::string> kBy{"client", "model"};
const std::vector<UsageRow> kRows{
    {{"team-a", "gpt-4o"}, 3, 100, 20, 120, 60.0, 1, 0, 0, 40, 0, 2'102'848, "EUR", 1, 0, 0},
    {{"team-b", ""}, 2, 0, 0, 0, std::nullopt, 2, 1, 1, 0, 0, std::nullopt, "", 1, 0, 1},
    {{"team-c", "gpt-4o-mini"}, 1, 1000, 1, 1001, 1001.0, 0, 1, 0, 0, 1001, 5, "EUR", 0, 1, 0}};

TEST(RowOrder, IsSortedAsItIsAskedFor) {
  const auto sorted = [](RowOrder order) {
    std::vector<UsageRow> rows{{{"a"}, 1, 0, 0, 5}, {{"b"}, 3, 0, 0, 7}, {{"c"}, 3, 0, 0, 5}};
    sort_rows(rows, order);
    return rows[0].keys[0] + rows[1].keys[0] + rows[2].keys[0];
  };
  EXPECT_EQ(sorted(RowOrder::name), "abc");
  EXPECT_EQ(sorted(RowOrder::tokens), "bac");
  EXPECT_EQ(sorted(RowOrder::operations), "bca");
}

TEST(RowOrder, WhatIsNotAmongTheFirstIsOneRow) {
  std::vector<UsageRow> rows = kRows;
  sort_rows(rows, RowOrder::cost);
  EXPECT_EQ(rows[0].keys[0], "team-a");
  EXPECT_EQ(rows[1].keys[0], "team-c");
  keep_top(rows, 1);
  ASSERT_EQ(rows.size(), 3U) << "one of what has no amount";
  EXPECT_EQ(rows[1].keys, (std::vector<std::string>{"(others)", ""}));
  EXPECT_EQ(rows[1].operations + rows[2].operations, 3);
  keep_top(rows, 3);
  EXPECT_EQ(rows.size(), 3U);
}

TEST(RowOrder, RefusesOtherWords) {
  EXPECT_EQ(*parse_row_order("tokens"), RowOrder::tokens);
  for (const char* const word : {"", "xml", "Name", "prompt"}) {
    const auto order = parse_row_order(word);
    ASSERT_TRUE(order.has_error()) << word;
    EXPECT_EQ(order.error().code, Errc::invalid_input);
    EXPECT_NE(order.error().message.find("name, tokens, operations or cost"), std::string::npos);
  }
}

TEST(RowOrder, WhatNobodyUsedIsNotAmongTheOthers) {
  std::vector<UsageRow> rows = kRows;
  for (const char* const deployment : {"ptu-1", "ptu-2"}) {
    UsageRow unused{{"(unused capacity)", deployment}};
    unused.kind = RowKind::unused_capacity;
    unused.cost_nano = 10;
    unused.currency = "EUR";
    rows.push_back(unused);
  }
  keep_top(rows, 1);
  ASSERT_EQ(rows.size(), 4U) << "others with an amount and without, and unused capacity";
  EXPECT_EQ(rows[1].keys, (std::vector<std::string>{"(unused capacity)", ""}));
  EXPECT_TRUE(rows[1].cost_nano == Int128{20});
  EXPECT_EQ(rows[2].keys.front(), "(others)");
}

// `--top 1` showed the unused capacity, and no client.
TEST(RowOrder, WhatNobodyUsedIsNoneOfTheFirst) {
  UsageRow unused{{"(unused capacity)", ""}};
  unused.kind = RowKind::unused_capacity;
  unused.cost_nano = 10'000'000;
  unused.currency = "EUR";
  std::vector<UsageRow> rows{unused, kRows[0], kRows[2]};
  keep_top(rows, 1);
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].keys[0], "team-a");
  EXPECT_EQ(rows[1].keys[0], "(unused capacity)");
  EXPECT_EQ(rows[2].keys[0], "(others)");
  rows = {unused, kRows[0]};
  keep_top(rows, 1);
  ASSERT_EQ(rows.size(), 2U) << "no client is left out";
}

TEST(RowOrder, ComparesEqualRowsAndKeepsWhatIsGone) {
  std::vector<UsageRow> rows{kRows[0]};
  std::vector<UsageRow> previous{kRows[0], kRows[2]};
  previous[0].cost_nano = 2'000'000;
  compare_rows(rows, previous);
  ASSERT_EQ(rows.size(), 2U);
  const std::string csv = format_usage(rows, kBy, ReportFormat::csv);
  EXPECT_NE(csv.find("previous_operations,previous_total_tokens,previous_cost,cost_difference\r\n"),
            csv.npos);
  EXPECT_NE(csv.find(",3,120,0.002000000,0.000102848\r\n"), csv.npos) << csv;
  EXPECT_NE(csv.find("team-c,gpt-4o-mini,0,"), csv.npos);
  EXPECT_NE(csv.find(",1,1001,0.000000005,-0.000000005\r\n"), csv.npos) << csv;
}

// A client stood in two lines, each of which looked as if it had come or gone.
TEST(RowOrder, WhatHadNoAmountBeforeIsOneRow) {
  UsageRow unpriced{{"team-a"}, 3};
  UsageRow priced{{"team-a"}, 5};
  priced.cost_nano = 7;
  priced.currency = "EUR";
  std::vector<UsageRow> rows{priced};
  compare_rows(rows, {unpriced});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].operations, 5);
  EXPECT_EQ(rows[0].previous->operations, 3);
  EXPECT_FALSE(rows[0].previous->cost_nano.has_value());
  rows = {unpriced};
  compare_rows(rows, {priced});
  ASSERT_EQ(rows.size(), 1U) << "and the other way";
  EXPECT_EQ(rows[0].currency, "EUR") << "of what it was";
  EXPECT_TRUE(rows[0].previous->cost_nano == Int128{7});
  UsageRow dollars = priced;
  dollars.currency = "USD";
  rows = {unpriced};
  compare_rows(rows, {priced, dollars});
  EXPECT_EQ(rows.size(), 3U) << "beside which of the two is not known";
}

}  // namespace
}  // namespace tollgate::reports
