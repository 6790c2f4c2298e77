// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ledger_watch.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "one_record_ledger.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

class LedgerTroublesTest : public testing::Test {
 protected:
  /// What is said that many seconds after the start: "", "-" for its end, or the problem with the
  /// failures.
  std::string look(int second, const std::string& problem, std::uint64_t failures) {
    ledger::LedgerStats stats;
    stats.problem = problem;
    stats.failures = failures;
    const auto line = troubles_.look(stats, SteadyTime(seconds(1'000 + second)));
    if (!line) return "";
    return line->trouble ? line->problem + " " + std::to_string(line->failures) : "-";
  }
  LedgerTroubles troubles_;
};

TEST_F(LedgerTroublesTest, ATroubleIsToldAtOnceThenOnceAMinuteAndItsEnd) {
  EXPECT_EQ(look(0, "", 0), "");
  EXPECT_EQ(look(1, "full", 1), "full 1");
  EXPECT_EQ(look(2, "full", 40), "");
  EXPECT_EQ(look(60, "full", 900), "");
  EXPECT_EQ(look(61, "full", 950), "full 949");
  EXPECT_EQ(look(62, "full", 960), "");
  EXPECT_EQ(look(63, "", 960), " 10");
  EXPECT_EQ(look(64, "", 960), "");
}

TEST_F(LedgerTroublesTest, OneThatPassedBetweenTwoLooksIsToldTooButCannotFillTheLog) {
  EXPECT_EQ(look(1, "", 1), " 1");
  EXPECT_EQ(look(2, "", 30), "");
  EXPECT_EQ(look(61, "", 31), " 30");
  EXPECT_EQ(look(62, "", 31), "");
}

TEST_F(LedgerTroublesTest, TheEndOfATroubleWithoutFailuresIsTold) {
  EXPECT_EQ(look(1, "max_size is reached", 0), "max_size is reached 0");
  EXPECT_EQ(look(2, "", 0), "-");
}

TEST(FreshLines, EachIsToldOnceWhileItIsThere) {
  using Lines = std::vector<std::string>;
  FreshLines losses;
  EXPECT_EQ(losses.look({"a", "b"}), (Lines{"a", "b"}));
  EXPECT_EQ(losses.look({"a", "b", "c"}), Lines{"c"});
  EXPECT_EQ(losses.look({"c"}), Lines{});
  EXPECT_EQ(losses.look({"a", "c"}), Lines{"a"}) << "it came again";
}

// A start set a counter right, and nothing showed that it says so.
TEST(LedgerWatch, WhatAStartSetRightIsALineOfTheLog) {
  const OneRecordLedger one;
  one.execute("INSERT OR REPLACE INTO counters VALUES (9, -1)");
  config::Ledger settings;
  settings.path = one.path;
  const auto opened = ledger::Ledger::open(settings, 1, one.record.event_time);
  ASSERT_TRUE(opened);
  testing::internal::CaptureStderr();
  {
    const telemetry::log::ToStandardError log;
    boost::asio::io_context control;
    LedgerWatch watch(control, **opened);
    watch.start();
    watch.stop();
  }
  const std::string said = testing::internal::GetCapturedStderr();
  const std::size_t line = said.find("ledger.set_right");
  ASSERT_NE(line, std::string::npos) << said;
  EXPECT_NE(said.find("the counter 9 (rollups_summed_to) is -1: that is no number of its kind"),
            std::string::npos)
      << said;
  EXPECT_EQ(said.find("ledger.set_right", line + 1), std::string::npos) << "once";
}

}  // namespace
}  // namespace tollgate::app
