// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "restored_ledger.hpp"

namespace tollgate::ledger {
namespace {

using TakenSegmentsTest = RestoredLedgerTest;

// Of each worker a loss was told, at every start, and nothing was lost.
TEST_F(TakenSegmentsTest, OfACopyOfARunningGatewayThatHasEverythingNothingIsTold) {
  {
    const auto ledger = open(2);
    for (const unsigned worker : {0U, 1U}) serve_one(*ledger, worker);
    copy_live(*ledger);
  }
  { const auto idle = open(2); }
  restore();
  EXPECT_EQ(faults(), kNone);
  EXPECT_EQ(reported(), kNone);
  {
    const auto ledger = open(2);
    EXPECT_EQ(ledger->stats().losses, kNone);
    EXPECT_EQ(ledger->stats().damaged, 0U);
  }
  serve_records(1);
  EXPECT_EQ(losses_at_start(), kNone);
  EXPECT_EQ(faults(), kNone);
  EXPECT_EQ(reported(), kNone);
  EXPECT_EQ(audit(settings_.path)->records, 3U);
}

// It was told three times.
TEST_F(TakenSegmentsTest, WhatItLacksIsToldOnceWhateverItsSegments) {
  {
    const auto ledger = open(2);
    for (const unsigned worker : {0U, 1U}) serve_one(*ledger, worker);
    copy_live(*ledger);
    for (const unsigned worker : {0U, 1U, 1U}) serve_one(*ledger, worker);
  }
  restore();
  const Lines before = faults();
  ASSERT_EQ(before.size(), 1U);
  EXPECT_NE(before[0].find("up to 3 records that it held at "), std::string::npos) << before[0];
  EXPECT_EQ(reported(), before);
  const Lines told = losses_at_start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with(before[0])) << told[0];
  EXPECT_EQ(losses_at_start(), told);
  EXPECT_EQ(faults(), told);
  EXPECT_EQ(reported(), told);
}

TEST_F(TakenSegmentsTest, AnOpenOperationThatItLacksIsLost) {
  {
    const auto ledger = open();
    serve_one(*ledger);
    copy_live(*ledger);
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(2)));
  }
  restore();
  const Lines found = faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find(".segment is gone: "), std::string::npos) << found[0];
  EXPECT_EQ(losses_at_start().size(), 1U);
}

TEST_F(TakenSegmentsTest, WhatSomebodyDeletedIsLostAlsoWhereTheMarkHasAsManyRecords) {
  serve_records(1);
  fs::copy(journal_, directory_ / "marks", fs::copy_options::recursive);
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(2)));
    copy_live(*ledger);
  }
  restore();  // as if it had been killed, and the journal deleted
  fs::remove_all(journal_);
  fs::copy(directory_ / "marks", journal_, fs::copy_options::recursive);
  const Lines found = faults();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_NE(found[0].find(".segment is gone: "), std::string::npos) << found[0];
  EXPECT_EQ(reported({kNow - 2 * kMonth, kNow - kMonth}), kNone) << "it had not begun then";
  EXPECT_EQ(reported({kNow - kMonth, kNow + kMonth}), found);
}

TEST_F(TakenSegmentsTest, OneThatCannotBeReadExcusesNothing) {
  {
    const auto ledger = open();
    serve_one(*ledger);
    copy_live(*ledger);
  }
  restore();
  std::ofstream(journal_ + "/taken", std::ios::app) << "torn";
  EXPECT_EQ(faults().size(), 1U);
  fs::remove(journal_ + "/taken");
  fs::create_directory(journal_ + "/taken");
  EXPECT_EQ(faults().size(), 1U);
  serve_records(1);
  EXPECT_EQ(audit(settings_.path)->records, 2U) << "it keeps no journal from going";
  EXPECT_EQ(segments_in(journal_), kNone);
}

}  // namespace
}  // namespace tollgate::ledger
