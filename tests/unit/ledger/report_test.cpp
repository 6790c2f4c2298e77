// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/report.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::ledger {
namespace {

const std::vector<std::string> kBy{"client", "model"};
const std::vector<UsageRow> kRows{{{"team-a", "gpt-4o"}, 3, 100, 20, 120, 60.0, 1, 0},
                                  {{"team-b", ""}, 2, 0, 0, 0, std::nullopt, 2, 1},
                                  {{"team-c", "gpt-4o-mini"}, 1, 1000, 1, 1001, 1001.0, 0, 1}};

std::string formatted(std::string_view format) { return *format_usage(kRows, kBy, format); }

TEST(Report, TableEndsWithATotal) {
  EXPECT_EQ(formatted("table"),
            "client  model        operations  prompt_tokens  completion_tokens  total_tokens  "
            "average_total_tokens  estimated  without_usage\n"
            "team-a  gpt-4o                3            100                 20           120  "
            "               60.00          0              1\n"
            "team-b                        2              0                  0             0  "
            "                              1              2\n"
            "team-c  gpt-4o-mini           1           1000                  1          1001  "
            "             1001.00          1              0\n"
            "total                         6           1100                 21          1121  "
            "              373.67          2              3\n");
}

TEST(Report, CsvIsRfc4180) {
  EXPECT_EQ(formatted("csv"),
            "client,model,operations,prompt_tokens,completion_tokens,total_tokens,"
            "average_total_tokens,estimated,without_usage\r\n"
            "team-a,gpt-4o,3,100,20,120,60.00,0,1\r\n"
            "team-b,,2,0,0,0,,1,2\r\n"
            "team-c,gpt-4o-mini,1,1000,1,1001,1001.00,1,0\r\n");
}

TEST(Report, CsvDefusesFormulas) {
  const auto cell = [](const std::string& text) {
    const std::vector<std::string> by{"client"};
    const std::vector<UsageRow> rows{{{text}}};
    const std::string csv = *format_usage(rows, by, "csv");
    const std::size_t begin = csv.find("\r\n") + 2;
    return csv.substr(begin, csv.rfind(",0,0,0,0,,0,0\r\n") - begin);
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
  EXPECT_EQ(*format_usage(std::span(kRows).subspan(1, 1), kBy, "json"), R"([
  {
    "client": "team-b",
    "model": "",
    "operations": 2,
    "prompt_tokens": 0,
    "completion_tokens": 0,
    "total_tokens": 0,
    "average_total_tokens": null,
    "estimated": 1,
    "without_usage": 2
  }
]
)");
  const std::vector<UsageRow> rows{{{"a\xFF\"", "m"}, 1, 2, 3, 5, 5.0, 0, 0}};
  const std::string json = *format_usage(rows, kBy, "json");
  EXPECT_NE(json.find("\"client\": \"a\xEF\xBF\xBD\\\"\""), std::string::npos) << json;
  EXPECT_NE(json.find("\"average_total_tokens\": 5.0"), std::string::npos) << json;
}

TEST(Report, HoldsNothingButItsFrameWithoutRows) {
  EXPECT_EQ(*format_usage({}, kBy, "json"), "[]\n");
  const std::string table = *format_usage({}, kBy, "table");
  EXPECT_EQ(table.substr(table.find('\n') + 1, 5), "total");
}

TEST(Report, RefusesOtherFormats) {
  for (const char* const format : {"", "xml", "CSV"}) {
    const auto refused = format_usage(kRows, kBy, format);
    ASSERT_TRUE(refused.has_error()) << format;
    EXPECT_EQ(refused.error().code, Errc::invalid_input);
  }
}

}  // namespace
}  // namespace tollgate::ledger
