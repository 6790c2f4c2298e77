// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>

#include "commands.hpp"
#include "one_record_ledger.hpp"

namespace tollgate::app {
namespace {

class RerateTest : public testing::Test {
 protected:
  RerateTest() {
    options_.ledger.ledger = ledger_.path;
    options_.prices = prices_;
    options_.period.month = "2026-11";
  }

  int rerate_with(const std::string& currency, bool write = false, bool currency_changes = false) {
    options_.write = write;
    options_.currency_changes = currency_changes;
    return rerate_by("currency: " + currency +
                     "\nentries: [{model: gpt-4.1, from: 2020-01-01, per_million: {input: 3}}]\n");
  }

  /// By a price list of that text.
  int rerate_by(const std::string& prices) {
    std::ofstream(prices_) << prices;
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = rerate(options_);
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }

  OneRecordLedger ledger_;
  std::string prices_ = ledger_.directory / "next.yaml";
  RerateOptions options_;
  std::string out_;
  std::string err_;
};

TEST_F(RerateTest, SaysWhatAllComesTo) {
  EXPECT_EQ(rerate_with("USD"), 0) << err_;
  EXPECT_EQ(out_,
            "client  model\n"
            "                            without\n"
            "  records              old      old\n"
            "                   without\n"
            "              new      new    difference  changed\n"
            "retail  gpt-4.1\n"
            "        1  0.004000000 USD        0\n"
            "  0.003000000 USD        0  -0.001000000        1\n"
            "(all)\n"
            "        1  0.004000000 USD        0\n"
            "  0.003000000 USD        0  -0.001000000        1\n");
  EXPECT_EQ(err_, "");
}

// It had turned euros into dollars at the same figure.
TEST_F(RerateTest, WritesNoOtherCurrencyUnlessThatIsAskedFor) {
  EXPECT_EQ(rerate_with("EUR", true), 0);
  EXPECT_EQ(err_,
            "1 record whose cost stays: it is in another currency than these prices "
            "(--currency-changes takes theirs)\n0 adjustments written\n");
  EXPECT_EQ(rerate_with("EUR", true, true), 0);
  EXPECT_EQ(err_, "1 adjustment written\n");
}

// It left them out without a word.
TEST_F(RerateTest, TellsOfHoursThatAreStillOpen) {
  options_.period = {.since = {}, .from = "2026-11-29", .to = "2026-11-30"};
  EXPECT_EQ(rerate_by("currency: USD\nprovisioned: [{backend: east, deployment: gpt-4o, model: "
                      "gpt-4.1, from: 2020-01-01, ptu: 50, hourly_per_ptu: 1}]\n"),
            0);
  EXPECT_EQ(err_, "12 hours of capacity left out: not shared out yet, with 1 record\n");
}

TEST_F(RerateTest, OfAPeriodWhoseRecordsAreDeletedSaysSo) {
  ledger_.note_deleted_to(*from_rfc3339("2026-11-10T00:00:00Z"));
  EXPECT_EQ(rerate_with("USD"), 3);
  EXPECT_NE(out_, "");
  EXPECT_TRUE(
      err_.starts_with("warning: what is above is not whole: of what began up to "
                       "2026-11-10T00:00:00Z, records were deleted"))
      << err_;
}

}  // namespace
}  // namespace tollgate::app
