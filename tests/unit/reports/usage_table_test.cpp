// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::reports {
namespace {

const std::vector<std::string> kBy{"client", "model"};
const std::vector<UsageRow> kRows{
    {{"team-a", "gpt-4o"}, 3, 100, 20, 120, 60.0, 1, 0, 0, 40, 0, 2'102'848, "EUR", 1, 0, 0},
    {{"team-b", ""},
     2,
     0,
     0,
     0,
     std::nullopt,
     2,
     1,
     1,
     0,
     0,
     std::nullopt,
     "",
     1,
     0,
     1,
     {},
     {},
     42},
    {{"team-c", "gpt-4o-mini"}, 1, 1000, 1, 1001, 1001.0, 0, 1, 0, 0, 1001, 5, "EUR", 0, 1, 0}};

std::string formatted(ReportFormat format) { return format_usage(kRows, kBy, format); }

TEST(Report, TableEndsWithATotal) {
  EXPECT_EQ(formatted(ReportFormat::table),
            "client  model        operations  prompt_tokens  completion_tokens  total_tokens  "
            "average_total_tokens  estimated  without_usage  free  unknown  tokens_percent  "
            "cached_prompt_tokens  estimated_tokens         cost  currency  unpriced  partial  "
            "allocated_later  provisional\n"
            "team-a  gpt-4o                3            100                 20           120  "
            "               60.00          0              1     0        1           10.70  "
            "                  40                 0  0.002102848       EUR         1        0  "
            "              0             \n"
            "team-b                        2              0                  0             0  "
            "                              1              2     1        1            0.00  "
            "                   0                 0                                1        0  "
            "              1  0.000000042\n"
            "team-c  gpt-4o-mini           1           1000                  1          1001  "
            "             1001.00          1              0     0        0           89.30  "
            "                   0              1001  0.000000005       EUR         0        1  "
            "              0             \n"
            "total                         6           1100                 21          1121  "
            "              373.67          2              3     1        2          100.00  "
            "                  40              1001  0.002102853       EUR         2        1  "
            "              1  0.000000042\n");
}

TEST(Report, CsvIsRfc4180) {
  EXPECT_EQ(formatted(ReportFormat::csv),
            "client,model,operations,prompt_tokens,completion_tokens,total_tokens,"
            "average_total_tokens,estimated,without_usage,free,unknown,tokens_percent,"
            "cached_prompt_tokens,estimated_tokens,cost,currency,unpriced,partial,"
            "allocated_later,provisional\r\n"
            "team-a,gpt-4o,3,100,20,120,60.00,0,1,0,1,10.70,40,0,0.002102848,EUR,1,0,0,\r\n"
            "team-b,,2,0,0,0,,1,2,1,1,0.00,0,0,,,1,0,1,0.000000042\r\n"
            "team-c,gpt-4o-mini,1,1000,1,1001,1001.00,1,0,0,0,89.30,0,1001,0.000000005,EUR,0,1,"
            "0,\r\n");
}

TEST(Report, CsvDefusesFormulas) {
  const auto cell = [](const std::string& text) {
    const std::vector<std::string> by{"client"};
    const std::vector<UsageRow> rows{{{text}}};
    const std::string csv = format_usage(rows, by, ReportFormat::csv);
    const std::size_t begin = csv.find("\r\n") + 2;
    return csv.substr(begin, csv.rfind(",0,0,0,0,,0,0,0,0,,0,0,,,0,0,0,\r\n") - begin);
  };
  EXPECT_EQ(cell("=cmd|'/c calc'!A1"), "'=cmd|'/c calc'!A1");
  EXPECT_EQ(cell("+1"), "'+1");
  EXPECT_EQ(cell("-1"), "'-1");
  EXPECT_EQ(cell("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(cell("\t=1"), "'\t=1");
  EXPECT_EQ(cell("=\"a\",b"), "\"'=\"\"a\"\",b\"");
  EXPECT_EQ(cell("a,\"b\"\nc"), "\"a,\"\"b\"\"\nc\"");
  EXPECT_EQ(cell("team-a"), "team-a") << "a dash inside is harmless";
}

TEST(Report, JsonTellsUnknownFromZero) {
  EXPECT_EQ(format_usage(std::span(kRows).subspan(1, 1), kBy, ReportFormat::json), R"([
  {
    "client": "team-b",
    "model": "",
    "operations": 2,
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "average_total_tokens": null,
    "estimated": 1,
    "without_usage": 2,
    "free": 1,
    "unknown": 1,
    "tokens_percent": null,
    "cached_prompt_tokens": 0,
    "estimated_tokens": 0,
    "cost": null,
    "currency": "",
    "unpriced": 1,
    "partial": 0,
    "allocated_later": 1,
    "provisional": "0.000000042"
  }
]
)");
  const std::vector<UsageRow> rows{{{"a\xFF\"", "m"}, 1, 2, 3, 5, 5.0, 0, 0}};
  const std::string json = format_usage(rows, kBy, ReportFormat::json);
  EXPECT_NE(json.find("\"client\": \"a\xEF\xBF\xBD\\\"\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"average_total_tokens\": 5.0"), std::string::npos) << json;
}

TEST(Report, HoldsNothingButItsFrameWithoutRows) {
  EXPECT_EQ(format_usage({}, kBy, ReportFormat::json), "[]\n");
  const std::string table = format_usage({}, kBy, ReportFormat::table);
  EXPECT_EQ(table.substr(table.find('\n') + 1, 5), "total");
}

TEST(Report, IsSortedAsItIsAskedFor) {
  const auto sorted = [](RowOrder order) {
    std::vector<UsageRow> rows{{{"a"}, 1, 0, 0, 5}, {{"b"}, 3, 0, 0, 7}, {{"c"}, 3, 0, 0, 5}};
    sort_rows(rows, order);
    return rows[0].keys[0] + rows[1].keys[0] + rows[2].keys[0];
  };
  EXPECT_EQ(sorted(RowOrder::name), "abc");
  EXPECT_EQ(sorted(RowOrder::tokens), "bac");
  EXPECT_EQ(sorted(RowOrder::operations), "bca");
}

TEST(Report, RefusesOtherWords) {
  EXPECT_EQ(*parse_report_format("json"), ReportFormat::json);
  EXPECT_EQ(*parse_row_order("tokens"), RowOrder::tokens);
  for (const char* const word : {"", "xml", "CSV", "prompt"}) {
    const auto format = parse_report_format(word);
    ASSERT_TRUE(format.has_error()) << word;
    EXPECT_EQ(format.error().code, Errc::invalid_input);
    EXPECT_NE(format.error().message.find("table, csv or json"), std::string::npos);
    const auto order = parse_row_order(word);
    ASSERT_TRUE(order.has_error()) << word;
    EXPECT_NE(order.error().message.find("name, tokens, operations or cost"), std::string::npos);
  }
}

TEST(Report, ATotalOfSeveralCurrenciesIsNone) {
  std::vector<UsageRow> rows = kRows;
  rows[2].currency = "USD";
  const std::string table = format_usage(rows, kBy, ReportFormat::table);
  EXPECT_EQ(table.find("0.002102853"), table.npos);
  EXPECT_NE(table.find("0.002102848"), table.npos);
}

TEST(Report, WhatIsNotAmongTheFirstIsOneRow) {
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

TEST(Report, ComparesEqualRowsAndKeepsWhatIsGone) {
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

TEST(Report, ComponentsSayWhatWasMultiplied) {
  std::vector<UsageRow> rows{kRows[0]};
  rows[0].prices = {{7, 2, 1234, 2'102'848}, {8, 0, 0, 0}};
  const usage::CostComponent price{"input", 0, "4", 1'000'000, "-12", 0};
  const auto lookup = [&](std::int64_t) -> const usage::CostComponent& { return price; };
  EXPECT_EQ(format_components(rows, kBy, ReportFormat::csv, lookup),
            "client,model,class,price,per,percent,operations,quantity,cost,currency\r\n"
            "team-a,gpt-4o,input,4,1000000,-12,2,1234,0.002102848,EUR\r\n");
}

}  // namespace
}  // namespace tollgate::reports
