// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_table.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include "tollgate/base/page_lines.hpp"

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
            "average_total_tokens  estimated  without_usage  free  priced_otherwise  unknown  "
            "tokens_percent  "
            "cached_prompt_tokens  estimated_tokens         cost  currency  unpriced  partial  "
            "allocated_later  provisional\n"
            "team-a  gpt-4o                3            100                 20           120  "
            "               60.00          0              1     0                 0        1       "
            "    10.70  "
            "                  40                 0  0.002102848       EUR         1        0  "
            "              0             \n"
            "team-b  (none)                2              0                  0             0  "
            "                              1              2     1                 0        1       "
            "     0.00  "
            "                   0                 0                                1        0  "
            "              1  0.000000042\n"
            "team-c  gpt-4o-mini           1           1000                  1          1001  "
            "             1001.00          1              0     0                 0        0       "
            "    89.30  "
            "                   0              1001  0.000000005       EUR         0        1  "
            "              0             \n"
            "total                         6           1100                 21          1121  "
            "              373.67          2              3     1                 0        2       "
            "   100.00  "
            "                  40              1001  0.002102853       EUR         2        1  "
            "              1  0.000000042\n");
}

TEST(Report, CsvIsRfc4180) {
  EXPECT_EQ(
      formatted(ReportFormat::csv),
      "client,model,operations,prompt_tokens,completion_tokens,total_tokens,"
      "average_total_tokens,estimated,without_usage,free,priced_otherwise,unknown,tokens_percent,"
      "cached_prompt_tokens,estimated_tokens,cost,currency,unpriced,partial,"
      "allocated_later,provisional\r\n"
      "team-a,gpt-4o,3,100,20,120,60.00,0,1,0,0,1,10.70,40,0,0.002102848,EUR,1,0,0,\r\n"
      "team-b,,2,0,0,0,,1,2,1,0,1,0.00,0,0,,,1,0,1,0.000000042\r\n"
      "team-c,gpt-4o-mini,1,1000,1,1001,1001.00,1,0,0,0,0,89.30,0,1001,0.000000005,EUR,0,1,"
      "0,\r\n");
}

TEST(Report, CsvDefusesFormulas) {
  const auto cell = [](const std::string& text) {
    const std::vector<std::string> by{"client"};
    const std::vector<UsageRow> rows{{{text}}};
    const std::string csv = format_usage(rows, by, ReportFormat::csv);
    const std::size_t begin = csv.find("\r\n") + 2;
    return csv.substr(begin, csv.rfind(",0,0,0,0,,0,0,0,0,0,,0,0,,,0,0,0,\r\n") - begin);
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
    "priced_otherwise": 0,
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

TEST(Report, RefusesOtherWords) {
  EXPECT_EQ(*parse_report_format("json"), ReportFormat::json);
  for (const char* const word : {"", "xml", "CSV", "prompt"}) {
    const auto format = parse_report_format(word);
    ASSERT_TRUE(format.has_error()) << word;
    EXPECT_EQ(format.error().code, Errc::invalid_input);
    EXPECT_NE(format.error().message.find("table, csv or json"), std::string::npos);
  }
}

TEST(Report, SeveralCurrenciesHaveATotalEach) {
  std::vector<UsageRow> rows = kRows;
  rows[2].currency = "USD";
  const std::string table = format_usage(rows, kBy, ReportFormat::table);
  EXPECT_EQ(table.find("0.002102853"), table.npos) << "two currencies are never added";
  const std::size_t all = table.find("\ntotal  ");
  const std::size_t euros = table.find("\ntotal EUR  ");
  const std::size_t dollars = table.find("\ntotal USD  ");
  ASSERT_TRUE(all < euros && euros < dollars && dollars != table.npos) << table;
  EXPECT_EQ(table.substr(all, euros - all).find("0.00210"), table.npos);
  EXPECT_NE(table.substr(euros, dollars - euros).find("0.002102848       EUR"), table.npos);
  EXPECT_NE(table.substr(dollars).find("0.000000005       USD"), table.npos);
}

/// The other columns say nothing in both rows.
TEST(Report, ANarrowTableLeavesOutWhatIsEmptyAndSaysSo) {
  UsageRow row{{""}, 3, 100, 0, 120, 40.0};
  row.cost_nano = 5;
  row.currency = "EUR";
  EXPECT_EQ(format_usage(std::vector{row}, std::vector<std::string>{"client"}, ReportFormat::table,
                         std::numeric_limits<std::size_t>::max()),
            "                                    average                                \n"
            "                    prompt   total    total   tokens                       \n"
            "client  operations  tokens  tokens   tokens  percent         cost  currency\n"
            "(none)           3     100     120    40.00   100.00  0.000000005       EUR\n"
            "total            3     100     120    40.00   100.00  0.000000005       EUR\n"
            "not shown, for they are empty or 0 in every row: completion_tokens, estimated, "
            "without_usage, free, priced_otherwise, unknown, cached_prompt_tokens, "
            "estimated_tokens, unpriced, partial, allocated_later, "
            "provisional\n");
}

TEST(Report, ATableThatDoesNotFitMissesWhatCanBestBeMissed) {
  UsageRow row{{"a"}, 3, 100, 20, 120, 40.0};
  row.unpriced = 3;
  const std::string table =
      format_usage(std::vector{row}, std::vector<std::string>{"client"}, ReportFormat::table, 48);
  EXPECT_EQ(table.substr(0, table.find("not shown")),
            "                    completion   total          \n"
            "client  operations      tokens  tokens  unpriced\n"
            "a                3          20     120         3\n"
            "total            3          20     120         3\n");
  EXPECT_NE(table.find("not shown, for want of room:\naverage_total_tokens, tokens_percent,\n"
                       "prompt_tokens\n"),
            table.npos)
      << table;
}

std::string in_80_columns(const std::vector<UsageRow>& rows) {
  std::string out = format_usage(rows, kBy, ReportFormat::table, kPageWidth);
  for (std::size_t at = 0; at < out.size(); at = out.find('\n', at) + 1)
    EXPECT_LE(out.find('\n', at) - at, kPageWidth) << out;
  return out;
}

// Operations and all tokens went first, and what was left was not known and not priced.
TEST(Report, WhatAReaderWantsStaysLongest) {
  std::vector<UsageRow> rows = kRows;
  rows[0].keys = {"customer-service", "gpt-4.1-mini-2025-04-14"};
  const std::string table = in_80_columns(rows);
  const std::string shown = table.substr(0, table.find("not shown"));
  EXPECT_NE(shown.find("client            model                    operations"), shown.npos)
      << table;
  for (const char* const told : {"1121", "0.002102853"})
    EXPECT_NE(shown.find(told), shown.npos) << told << "\n" << table;
}

// They were named as not shown, and the amount that is not final was more than the one shown.
TEST(Report, WhatIsNotKnownStandsBelowWhereItDoesNotFit) {
  std::vector<UsageRow> rows = kRows;
  rows[0].keys = {"customer-service", "gpt-4.1-mini-2025-04-14"};
  const std::string table = in_80_columns(rows);
  EXPECT_NE(
      table.find("\nall amounts are in EUR\n"
                 "no room for these, in all: 2 operations whose tokens are not known (unknown), 2\n"
                 "operations whose tokens are estimated, or known in part (estimated), 2\n"
                 "operations without an amount (unpriced), 1 operation with an amount for a part\n"
                 "alone (partial), 1 operation of hours of capacity that are not shared out\n"
                 "(allocated_later), 1001 tokens of these estimated (estimated_tokens),\n"
                 "0.000000042 EUR (provisional); by row: --format csv\n"),
      table.npos)
      << table;
  const std::string missed = table.substr(table.find("for want of room"));
  for (const char* const name : {"unpriced", "provisional", "allocated_later", "currency"})
    EXPECT_EQ(missed.find(name), missed.npos) << name << "\n" << table;
}

TEST(Report, WhatIsNotKnownStaysBeforeWhatIs) {
  UsageRow row{{"a", "b"}, 3, 100, 20, 120, 40.0};
  row.cost_nano = 5;
  row.currency = "EUR";
  row.allocated_later = 1;
  row.provisional_nano = 7;
  const std::string table = in_80_columns({row});
  const std::string names = table.substr(0, table.find("\na "));
  EXPECT_NE(names.find("provisional"), names.npos) << table;
  EXPECT_NE(names.find("allocated"), names.npos) << table;
  EXPECT_EQ(names.find("percent"), names.npos) << table;
}

TEST(Report, AnAmountOfNothingIsKnown) {
  UsageRow row{{"a", "b"}, 1};
  row.cost_nano = 0;
  row.currency = "EUR";
  const std::string table = in_80_columns({row});
  EXPECT_NE(table.find("0.000000000       EUR"), table.npos) << table;
}

TEST(Report, AmountsOfSeveralCurrenciesKeepTheirOwn) {
  std::vector<UsageRow> rows = kRows;
  rows[0].keys = {"customer-service", "gpt-4.1-mini-2025-04-14"};
  rows[2].currency = "USD";
  const std::string table = in_80_columns(rows);
  const std::string shown = table.substr(0, table.find("not shown"));
  EXPECT_NE(shown.find("currency"), shown.npos) << table;
  EXPECT_NE(shown.find("0.002102848"), shown.npos) << table;
  EXPECT_EQ(table.find("all amounts are in"), table.npos) << table;
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

TEST(Report, ComponentsHaveWhatNobodyUsedAsAnAmount) {
  UsageRow row{{"(unused capacity)", ""}};
  row.kind = RowKind::unused_capacity;
  row.cost_nano = 7;
  row.currency = "EUR";
  const auto lookup = [](std::int64_t) -> const usage::CostComponent& { std::abort(); };
  EXPECT_EQ(format_components(std::vector{row}, kBy, ReportFormat::csv, lookup),
            "client,model,class,price,per,percent,operations,quantity,cost,currency\r\n"
            "(unused capacity),,unused_capacity,,,,0,,0.000000007,EUR\r\n");
}

}  // namespace
}  // namespace tollgate::reports
