// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "commands.hpp"
#include "config/minimal.hpp"
#include "one_record_ledger.hpp"

// What `prices check` and `prices breakeven` say in front: of which target, of which time.
namespace tollgate::app {
namespace {

class PriceHeads : public testing::Test {
 protected:
  void write_config(const std::string& target, const std::string& prices) const {
    std::string text = config::minimal_with("{backend: east}", target);
    text.replace(text.find("/tmp/ledger.db"), 14, ledger_.path);
    std::ofstream(config_) << text << prices;
  }
  template <class Run>
  int run(const Run& command) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    const int status = command();
    out_ = testing::internal::GetCapturedStdout();
    err_ = testing::internal::GetCapturedStderr();
    return status;
  }

  static constexpr const char* kPrices =
      "prices:\n  currency: EUR\n  entries:\n"
      "    - {model: gpt-4.1, from: 2020-01-01, per_million: {input: 4, output: 8}}\n";
  OneRecordLedger ledger_;
  std::string config_ = ledger_.directory / "tollgate.yaml";
  std::string out_;
  std::string err_;
};

TEST_F(PriceHeads, CheckNamesTheTargetOfEachLine) {
  write_config("{backend: east, serves: gpt-4.1, sku: GlobalStandard}", kPrices);
  EXPECT_EQ(run([&] { return check_prices(config_); }), 0) << err_;
  EXPECT_EQ(out_.find("gpt-4o: east/gpt-4o, serves gpt-4.1, GlobalStandard: priced"), 0U) << out_;
  write_config("{backend: east}", kPrices);
  EXPECT_NE(run([&] { return check_prices(config_); }), 0);
  EXPECT_EQ(out_.find("gpt-4o: east/gpt-4o: "), 0U) << out_;
  EXPECT_NE(err_.find("no price for 1 target"), std::string::npos) << err_;
}

TEST_F(PriceHeads, BreakEvenNamesItsWholeHoursAndItsCurrency) {
  write_config("{backend: east}", kPrices);
  BreakEvenOptions options;
  options.config_path = config_;
  options.period.from = "2026-11-28";
  options.period.to = "2026-11-30";
  EXPECT_EQ(run([&] { return break_even(options); }), 0) << err_;
  EXPECT_EQ(out_.find("from 2026-11-29T12:00Z to 2026-11-30T00:00Z, in EUR\n\n"), 0U) << out_;
}

}  // namespace
}  // namespace tollgate::app
