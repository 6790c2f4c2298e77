// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/charts.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tollgate::reports {
namespace {

UsageRow row(const std::string& key, std::int64_t tokens, std::optional<Int128> nano = {},
             const std::string& currency = "") {
  UsageRow out;
  out.keys = {key};
  out.total_tokens = tokens;
  out.cost_nano = nano;
  out.currency = currency;
  return out;
}

TEST(Charts, ASparklineGoesFromNothingToTheLargest) {
  EXPECT_EQ(sparkline(std::vector<double>{0, 1, 2, 3, 4, 5, 6, 7}), "▁▂▃▄▅▆▇█");
  EXPECT_EQ(sparkline(std::vector<double>{0, -1, 5}), "▁▁█");
  EXPECT_EQ(sparkline(std::vector<double>{0, 0}), "▁▁");
  EXPECT_EQ(sparkline({}), "");
}

TEST(Charts, ABarIsAPartOfTheLargest) {
  EXPECT_EQ(bar(4, 4, 2), "██");
  EXPECT_EQ(bar(3, 4, 2), "█▌");
  EXPECT_EQ(bar(1, 1000, 2), "▏") << "little is not nothing";
  EXPECT_EQ(bar(0, 4, 2), "");
}

TEST(Charts, TimesAreALineAndOthersAreBars) {
  const std::vector<UsageRow> rows{row("2026-11-01", 1), row("2026-11-02", 8)};
  EXPECT_EQ(charts(rows, std::vector<std::string>{"day"}),
            "\ntotal_tokens, a bar for each day from 2026-11-01 to 2026-11-02; the highest is 8\n"
            "tokens\n▂█\n");
  const std::vector<UsageRow> priced{row("a", 9, 1, "EUR"), row("long", 1, 2, "EUR")};
  const std::string bars = charts(priced, std::vector<std::string>{"client"});
  EXPECT_EQ(bars.substr(0, bars.find("long  ") + 4),
            "\ncost in EUR; the longest bar is 0.000000002 EUR\nlong")
      << "the dearest first";
  EXPECT_NE(bars.find("\na     █"), bars.npos);
}

TEST(Charts, WhatHasNoNameAndWhatNobodyUsedIsLabelled) {
  UsageRow unused = row("(unused capacity)", 0, 9, "EUR");
  unused.kind = RowKind::unused_capacity;
  const std::vector<UsageRow> clients{row("", 1, 2, "EUR"), unused};
  const std::string bars = charts(clients, std::vector<std::string>{"client"});
  EXPECT_NE(bars.find("\n(unused capacity)  █"), bars.npos) << bars;
  EXPECT_NE(bars.find("\n(none)             █"), bars.npos) << bars;
  const std::vector<UsageRow> times{unused, row("2026-11-01", 1, 1, "EUR"),
                                    row("2026-11-02", 8, 8, "EUR")};
  EXPECT_EQ(charts(times, std::vector<std::string>{"day"}),
            "\ncost in EUR, a bar for each day from 2026-11-01 to 2026-11-02; the highest is\n"
            "0.000000008 EUR\n▂█\n");
}

TEST(Charts, WhatCannotBeComparedIsNotShown) {
  const std::vector<std::string> by{"client"};
  EXPECT_EQ(charts(std::vector<UsageRow>{row("a", 5)}, by), "");
  EXPECT_EQ(charts(std::vector<UsageRow>{row("a", 0), row("b", 0)}, by), "");
  const std::vector<UsageRow> two{row("a", 5, 1, "EUR"), row("b", 6, 1, "USD")};
  EXPECT_EQ(charts(two, by).substr(0, 14), "\ntotal_tokens;") << "currencies are not compared";
  const std::vector<UsageRow> many(25, row("a", 5));
  EXPECT_NE(charts(many, by).find("total_tokens, of 25 rows the 20 largest; the longest bar is 5 "
                                  "tokens\n"),
            std::string::npos);
}

}  // namespace
}  // namespace tollgate::reports
