// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/statement.hpp"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

#include "fake_reader.hpp"

namespace tollgate::reports {
namespace {

/// By statement_groups(): client, model, price id, basis, cost basis and its reason, deployment.
UsageRow row(const std::vector<std::string>& keys, std::int64_t operations) {
  UsageRow out;
  out.keys = keys;
  out.operations = operations;
  return out;
}

UsageRow priced(const std::string& client, const std::string& basis, Int128 nano) {
  UsageRow out = row({client, "gpt-5", "id1", basis, "priced", "", "prod"}, 2);
  out.cost_nano = nano;
  out.currency = "EUR";
  out.prices = {{1, 2, 1234, nano}};
  return out;
}

class StatementTest : public testing::Test {
 protected:
  StatementTest() {
    reader_.prices[1] = {"input", 0, "4.2", 1'000'000, "-12", 0};
    reader_.prices[2] = {"provisioned", 0, "30", 4'634, "", 0};
    statement_.payer = "cost_center=4711";
    statement_.period = "2026-11";
    statement_.time_zone = "Europe/Berlin";
  }
  void fill(const std::vector<UsageRow>& rows) { fill_statement(statement_, rows, reader_, zone_); }
  /// A share of an hour of the deployment "ptu", by hours.
  UsageRow share(const std::string& hour, std::int64_t weight, Int128 nano) {
    UsageRow out = priced("a", "reported", nano);
    out.keys = {"a", "gpt-5", "id2", "reported", "priced", "", "ptu", hour};
    out.prices = {{2, 2, weight, nano}};
    return out;
  }

  FakeReader reader_;
  Statement statement_;
  TimeZone zone_ = *TimeZone::load("Europe/Berlin");
};

TEST_F(StatementTest, ItemsAddUpToTheTotal) {
  fill({priced("a", "reported", 5), priced("a", "estimated", 7), priced("b", "reported", 11)});
  ASSERT_EQ(statement_.items.size(), 2U) << "one of each client, model, class and price";
  EXPECT_TRUE(statement_.items[0].amount_nano == 12);
  EXPECT_TRUE(statement_.items[0].quantity == 2468);
  ASSERT_EQ(statement_.totals.size(), 1U);
  EXPECT_TRUE(statement_.totals[0].amount_nano == 23);
  EXPECT_TRUE(statement_.totals[0].estimated_nano == 7);
  EXPECT_EQ(statement_.totals[0].operations, 6);
  EXPECT_EQ(statement_.totals[0].estimated, 2);
  EXPECT_TRUE(statement_.gaps.empty());
}

TEST_F(StatementTest, WhatHasNoAmountIsToldAndIsNotZero) {
  UsageRow gap = row({"a", "gpt-6", "", "reported", "unpriced", "no_price_for_model", ""}, 3);
  gap.total_tokens = 900;
  fill({gap});
  EXPECT_TRUE(statement_.totals.empty());
  ASSERT_EQ(statement_.gaps.size(), 1U);
  EXPECT_EQ(statement_.gaps[0].total_tokens, 900);
  const std::string text = statement_text(statement_);
  EXPECT_NE(text.find("No amount is known."), text.npos);
  EXPECT_NE(text.find("no_price_for_model"), text.npos);
  EXPECT_NE(statement_html(statement_).find("no_price_for_model"), std::string::npos);
}

TEST_F(StatementTest, WhatIsProvisionalStandsApartFromEveryTotal) {
  UsageRow open = row({"a", "gpt-5", "", "reported", "allocated_later", ""}, 3);
  open.provisional_nano = 5;
  open.currency = "EUR";
  fill({priced("a", "reported", 7), open});
  ASSERT_EQ(statement_.totals.size(), 1U);
  EXPECT_TRUE(statement_.totals[0].amount_nano == 7);
  ASSERT_EQ(statement_.gaps.size(), 1U);
  EXPECT_TRUE(statement_.gaps[0].provisional_nano == 5);
  EXPECT_NE(statement_csv(statement_).find("allocated_later,,EUR,,,,3,,,0,0.000000005\r\n"),
            std::string::npos);
  EXPECT_NE(statement_text(statement_).find("0.000000005"), std::string::npos);
}

TEST_F(StatementTest, CurrenciesHaveTotalsOfTheirOwn) {
  UsageRow dollars = priced("a", "reported", 5);
  dollars.currency = "USD";
  fill({priced("a", "reported", 7), dollars});
  ASSERT_EQ(statement_.totals.size(), 2U);
  EXPECT_EQ(statement_.totals[0].currency, "EUR");
  EXPECT_TRUE(statement_.totals[0].amount_nano == 7);
  EXPECT_EQ(statement_.items.size(), 2U);
}

TEST_F(StatementTest, WhatACorrectionTookAwayIsNoLine) {
  UsageRow gone = priced("a", "reported", 0);
  gone.prices = {{1, 0, 0, 0}};
  fill({gone});
  EXPECT_TRUE(statement_.items.empty());
}

TEST_F(StatementTest, HtmlEscapesEveryText) {
  statement_.payer = "cost_center=<script>alert('x')</script>";
  statement_.warning = "a & \"b\"";
  fill({priced("<b>client</b>", "reported", 5)});
  const std::string html = statement_html(statement_);
  EXPECT_EQ(html.find("<script"), html.npos);
  EXPECT_EQ(html.find("<b>"), html.npos);
  EXPECT_NE(html.find("&lt;b&gt;client&lt;/b&gt;"), html.npos);
  EXPECT_NE(html.find("a &amp; &quot;b&quot;"), html.npos);
  for (const char* const outside : {"http:", "https:", "src=", "href=", "url("})
    EXPECT_EQ(html.find(outside), html.npos) << outside;
}

TEST_F(StatementTest, CsvHasAmountsAsDecimals) {
  statement_.payer = "=1+1";
  statement_.revised_operations = 2;
  statement_.revised_at = "2026-12-01 09:00 +01:00";
  fill({priced("a", "reported", 1'230'000'005)});
  EXPECT_EQ(statement_csv(statement_),
            "kind,payer,period,time_zone,client,model,deployment,class,hour,price_id,cost_basis,"
            "reason,currency,price,per,percent,operations,quantity,amount,total_tokens,"
            "provisional\r\n"
            "item,'=1+1,2026-11,Europe/Berlin,a,gpt-5,,input,,id1,,,EUR,4.2,1000000,-12,2,1234,"
            "1.230000005,,\r\n"
            "total,'=1+1,2026-11,Europe/Berlin,,,,,,,,,EUR,,,,2,,1.230000005,,\r\n"
            "of it estimated,'=1+1,2026-11,Europe/Berlin,,,,,,,,,EUR,,,,0,,0.000000000,,\r\n"
            "revised,'=1+1,2026-11,Europe/Berlin,,,,,,,,2026-12-01 09:00 +01:00,,,,,2,,,,\r\n");
}

TEST_F(StatementTest, SharesOfCapacitySayWhenAndOfWhat) {
  EXPECT_TRUE(has_capacity({share("2026-11-05T09:00Z", 1, 1)}, reader_));
  EXPECT_FALSE(has_capacity({priced("a", "reported", 5)}, reader_));
  fill({share("2026-11-05T10:00Z", 10, 64'738'886),
        share("2026-11-05T09:00Z", 2'274, 14'721'622'788)});
  ASSERT_EQ(statement_.items.size(), 2U) << "each hour has its own price";
  EXPECT_EQ(statement_.items[0].deployment, "ptu");
  EXPECT_EQ(statement_.items[0].hour, "2026-11-05 10:00 +01:00") << "in order";
  const std::string text = statement_text(statement_);
  EXPECT_NE(text.find("2026-11-05 10:00"), text.npos) << text;
  EXPECT_NE(text.find("14.721622788"), text.npos) << text;
  EXPECT_NE(text.find("Capacity that is paid by the hour is shared out"), text.npos);
}

TEST_F(StatementTest, WhatNobodyUsedIsAnAmountAlone) {
  UsageRow unused =
      row({"(unused capacity)", "gpt-5", "id2", "none", "priced", "unused_capacity", "ptu"}, 0);
  unused.kind = RowKind::unused_capacity;
  unused.cost_nano = 7'000'000'000;
  unused.currency = "EUR";
  UsageRow another = unused;
  another.keys[2] = "id3";
  fill({unused, another});
  ASSERT_EQ(statement_.items.size(), 1U) << "though each hour has a price of its own";
  EXPECT_TRUE(statement_.items[0].amount_nano == statement_.totals.at(0).amount_nano);
  EXPECT_NE(statement_text(statement_)
                .find("unused_capacity ptu                        14.000000000 EUR"),
            std::string::npos)
      << statement_text(statement_);
  EXPECT_NE(statement_csv(statement_).find(",ptu,unused_capacity,,,,,EUR,,,,0,,14.000000000,"),
            std::string::npos)
      << statement_csv(statement_);
}

TEST_F(StatementTest, SaysThatNothingWasUsed) {
  const std::string text = statement_text(statement_);
  EXPECT_NE(text.find("Nothing was used in this time."), text.npos);
  EXPECT_EQ(text.find("has a price"), text.npos) << "which would be said of something";
  EXPECT_EQ(text.find("price id"), text.npos) << "names of columns above nothing";
  EXPECT_EQ(statement_html(statement_).find("<table>"), std::string::npos);
  EXPECT_EQ(statement_html(statement_).find("<h2>"), std::string::npos);
  UsageRow gap = row({"a", "gpt-6", "", "reported", "unpriced", "no_price_for_model"}, 3);
  fill({gap});
  EXPECT_NE(statement_text(statement_).find("\nNothing was used that has an amount.\n"),
            std::string::npos)
      << statement_text(statement_);
  EXPECT_NE(statement_html(statement_).find("<p class=\"\">Nothing was used that has an amount."),
            std::string::npos);
}

// A month of much traffic, and a server without capacity.
TEST_F(StatementTest, OfUnusedCapacitySaysNothingOfUse) {
  statement_.of_unused_capacity = true;
  const std::string text = statement_text(statement_);
  EXPECT_EQ(text.find("Nothing was used"), text.npos);
  EXPECT_NE(text.find("No capacity is known to have been left unused in this time."), text.npos);
}

TEST_F(StatementTest, SaysThatItWasRevised) {
  EXPECT_EQ(statement_text(statement_).find("Revised"), std::string::npos);
  statement_.revised_operations = 6;
  statement_.revised_at = "2026-12-01 09:00 +01:00";
  const std::string words = "6 operations were priced anew, last at 2026-12-01 09:00 +01:00";
  EXPECT_NE(statement_text(statement_).find(words), std::string::npos);
  EXPECT_NE(statement_html(statement_).find(words), std::string::npos);
}

TEST_F(StatementTest, HtmlIsMadeToBeRead) {
  fill({priced("a", "reported", 17'456'960'869'942)});
  const std::string html = statement_html(statement_);
  EXPECT_NE(html.find("<p class=\"total\">Total: 17\u202f456.960869942 EUR for 2 operations"),
            html.npos);
  EXPECT_NE(html.find(">4.2 per 1\u202f000\u202f000, -12\u00a0%<"), html.npos);
  EXPECT_NE(html.find(">1\u202f234<"), html.npos);
}

// Its column was two letters wide, and each line of the table as high as sixteen.
TEST_F(StatementTest, HtmlHasPriceIdsBelowItsTables) {
  UsageRow other = priced("b", "reported", 5);
  other.keys[2] = "0123456789abcdef0123456789abcdef";
  fill({priced("a", "reported", 1), other, priced("c", "reported", 7)});
  const std::string html = statement_html(statement_);
  EXPECT_NE(html.find("0.000000001 EUR</td><td class=\"n\">[1]</td>"), html.npos) << html;
  EXPECT_NE(html.find("0.000000005 EUR</td><td class=\"n\">[2]</td>"), html.npos);
  EXPECT_NE(html.find("0.000000007 EUR</td><td class=\"n\">[1]</td>"), html.npos);
  EXPECT_NE(html.find("<dt>[1]</dt><dd>id1</dd>\n<dt>[2]</dt><dd>" + other.keys[2] + "</dd>"),
            html.npos);
}

// Its tables were 150 columns wide.
TEST_F(StatementTest, TextFitsAPage) {
  statement_.warning = std::string(30, 'w') + " " + std::string(30, 'w') + " and more of that";
  UsageRow wide = priced("retail-chatbot-sweden", "estimated", 17'456'960'869'942);
  wide.keys[1] = "gpt-5-mini-2026-01-01";
  wide.keys[2] = "0123456789abcdef0123456789abcdef";
  UsageRow gap = row(
      {"retail-chatbot-sweden", "gpt-6", "", "reported", "unpriced", "no_price_at_that_time", ""},
      1'234'567);
  gap.total_tokens = 123'456'789'012;
  UsageRow open = row({"a", "gpt-5", "", "reported", "allocated_later", ""}, 3);
  open.provisional_nano = 17'456'960'869'942;
  open.currency = "EUR";
  fill({wide, gap, open, share("2026-11-05T09:00Z", 2'274, 14'721'622'788)});
  const std::string text = statement_text(statement_);
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80U) << line;
  for (const char* const said :
       {"retail-chatbot-sweden, gpt-5-mini-2026-01-01\n", "17456.960869942", "[1]",
        "[2] 0123456789abcdef0123456789abcdef\n", "no_price_at_that_time", "123456789012"})
    EXPECT_NE(text.find(said), text.npos) << said << "\n" << text;
}

TEST_F(StatementTest, OneOperationIsOne) {
  UsageRow one = priced("a", "estimated", 5);
  one.operations = 1;
  statement_.revised_operations = 1;
  statement_.revised_at = "2026-12-01 09:00 +01:00";
  fill({one});
  const std::string html = statement_html(statement_);
  EXPECT_NE(html.find("for 1 operation; of these 1 is estimated"), html.npos) << html;
  EXPECT_NE(html.find("1 operation was priced anew"), html.npos);
}

}  // namespace
}  // namespace tollgate::reports
