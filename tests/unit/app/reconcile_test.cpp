// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <span>
#include <sstream>
#include <string>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "config/minimal.hpp"
#include "one_record_ledger.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kId = "/subscriptions/s/accounts/contoso";

class ReconcileTest : public testing::Test {
 protected:
  ReconcileTest() {
    std::ofstream(config_) << config::minimal_with(
                                  "    endpoint",
                                  "    resource_id: " + std::string(kId) + "\n    endpoint")
                           << "prices:\n  currency: USD\n  entries:\n"
                              "    - {model: gpt-4.1, from: 2020-01-01, per_million: {input: 4}}\n";
  }

  int reconcile_with(const std::string& row, const std::string& format = "table") {
    std::ofstream(bill_) << "Date,ResourceId,MeterName,Quantity,UnitOfMeasure,"
                            "CostInBillingCurrency,BillingCurrencyCode,Tags\n"
                         << row;
    ReconcileOptions options;
    options.ledger = {config_, ledger_.path};
    options.cost_export = bill_;
    options.format = format;
    options.period.month = month_;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = reconcile(options);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }

  static std::string row(const std::string& quantity, const std::string& cost) {
    return "11/29/2026," + std::string(kId) + ",gpt 4.1 Inp glbl Tokens," + quantity + ",1K," +
           cost + ",USD,\"\"\"deployment\"\": \"\"gpt-4o\"\"\"\n";
  }

  OneRecordLedger ledger_;
  std::string month_;
  std::string config_ = ledger_.directory / "tollgate.yaml";
  std::string bill_ = ledger_.directory / "bill.csv";
  std::string out_;
  std::string err_;
};

TEST_F(ReconcileTest, EqualSidesEndWell) {
  EXPECT_EQ(reconcile_with(row("1000", "0.004")), 0) << err_;
  EXPECT_EQ(out_,
            "              azure   here  gap  percent\n"
            "2026-11-29  contoso  gpt-4o\n"
            "  gpt 4.1 Inp glbl Tokens\n"
            "    quantity   1000   1000    0\n"
            "    cost USD  0.004  0.004    0\n"
            "\ntotals\n"
            "  gpt 4.1 Inp glbl Tokens\n"
            "    quantity   1000   1000    0\n"
            "    cost USD  0.004  0.004    0\n"
            "  (all)\n"
            "    cost USD  0.004  0.004    0\n");
  EXPECT_EQ(err_, "");
}

// "gap 0 ... 0.04": a percent of what the decimals do not show.
TEST_F(ReconcileTest, AGapThatIsShownAs0HasNoPercent) {
  EXPECT_EQ(reconcile_with(row("1000", "0.0040000004")), 0) << err_;
  EXPECT_NE(out_.find("    cost USD  0.004  0.004    0\n"), std::string::npos) << out_;
}

TEST_F(ReconcileTest, AGapIsShownWithItsCauseAndEndsBadly) {
  EXPECT_EQ(reconcile_with(row("1250.0", "0.005") + row("0.5", "0.000002"), "json"), 1);
  const auto report = nlohmann::json::parse(out_);
  const auto& compared = report["rows"][0];
  EXPECT_EQ(compared["azure"], "1250500") << "fractions: blocks of a thousand";
  EXPECT_EQ(compared["here"], "1000");
  EXPECT_EQ(compared["azure_cost"], "0.005002");
  EXPECT_EQ(compared["causes"][0]["cause"], "other_callers");
  EXPECT_EQ(compared["explained"], false);
  EXPECT_NE(err_.find("tollgate: 1 gap that the records here do not explain"), std::string::npos)
      << err_;
}

TEST_F(ReconcileTest, AFileWithoutRowsComparesNothingAndEndsBadly) {
  EXPECT_EQ(reconcile_with(""), 1);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_,
            "tollgate: nothing was compared: " + bill_ + " has no row that counts anything\n");
}

TEST_F(ReconcileTest, AFileOfAnotherTimeComparesNothing) {
  month_ = "2026-08";
  EXPECT_EQ(reconcile_with(row("1000", "0.004")), 1);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "tollgate: nothing was compared: " + bill_ +
                      " has rows of 2026-11-29 to 2026-11-29, and none of the period\n");
}

TEST_F(ReconcileTest, AFileOfAnotherResourceComparesNothing) {
  std::string misspelt = row("1000", "0.004");
  misspelt.replace(misspelt.find("contoso"), 7, "contosso");
  EXPECT_EQ(reconcile_with(misspelt), 1);
  EXPECT_EQ(out_, "");
  EXPECT_NE(err_.find("(contosso), 0.004 USD: left out"), std::string::npos) << err_;
  EXPECT_NE(err_.find("no row of " + bill_ + " is of a resource"), std::string::npos) << err_;
}

// Every gap was called explained, and each row accused other callers.
TEST_F(ReconcileTest, OfDaysWhoseRecordsAreDeletedSaysSoAndAccusesNobody) {
  ledger_.note_deleted_to(*from_rfc3339("2026-11-29T08:00:00Z"));
  EXPECT_EQ(reconcile_with(row("1250", "0.005")), 3);
  EXPECT_NE(out_.find("    records_lost: retention has deleted records up to 2026-11-29"),
            std::string::npos)
      << out_;
  EXPECT_EQ(out_.find("other_callers"), std::string::npos) << out_;
  EXPECT_TRUE(err_.starts_with("warning: what is above is not whole")) << err_;
}

TEST_F(ReconcileTest, WhatARerateWroteCounts) {
  usage::CostAdjustment adjustment{.kind = usage::AdjustmentKind::rerate, .run = "a run"};
  adjustment.made_at = ledger_.record.event_time + std::chrono::hours(1);
  adjustment.record = usage::adjusted_part(ledger_.record);
  adjustment.record.cost_nano = 3'000'000;
  adjustment.record.cost_components = {{"input", 1'000, "3", 1'000'000, "", 3'000'000}};
  {
    const auto desk = ledger::AdjustmentDesk::open(ledger_.path);
    ASSERT_TRUE(desk);
    ASSERT_TRUE((*desk)->add(std::span(&adjustment, 1)));
  }
  EXPECT_EQ(reconcile_with(row("1000", "0.003")), 0) << out_ << err_;
}

TEST_F(ReconcileTest, AFileThatIsNoExportIsRefused) {
  EXPECT_EQ(reconcile_with("1\n"), 1);
  EXPECT_EQ(out_, "");
  EXPECT_EQ(err_, "tollgate: " + bill_ + ": line 2: has 1 fields, the first line 8\n");
}

// A meter's name set the title of the terminal, and a deployment's turned the line around.
TEST_F(ReconcileTest, NamesOfTheFileAreNoCommandsOfATerminalAndFitItsWidth) {
  std::string bad = row("1250", "0.005");
  bad.replace(bad.find("gpt 4.1 Inp glbl Tokens"), 23, "\x1B]0;owned\x07 " + std::string(90, 'm'));
  bad.replace(bad.rfind("gpt-4o"), 6, "a\u202Eb");
  EXPECT_EQ(reconcile_with(row("1250", "0.005") + bad), 1);
  EXPECT_EQ((out_ + err_).find_first_of("\x1B\x07"), std::string::npos) << out_;
  EXPECT_EQ((out_ + err_).find("\u202E"), std::string::npos) << out_;
  std::istringstream lines(out_);
  for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 84U) << line;
}

TEST_F(ReconcileTest, AFileWithoutAnEndIsRefused) {
  ReconcileOptions options;
  options.ledger = {config_, ledger_.path};
  options.metrics = "/dev/zero";
  testing::internal::CaptureStderr();
  EXPECT_EQ(reconcile(options), 1);
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "tollgate: /dev/zero has more than 256 MiB, which is the most that is read\n");
}

}  // namespace
}  // namespace tollgate::app
