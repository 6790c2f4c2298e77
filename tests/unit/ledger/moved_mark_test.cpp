// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "moved_mark.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "restored_ledger.hpp"
#include "segments_in.hpp"
#include "tollgate/ledger/ledger_files.hpp"

namespace tollgate::ledger {
namespace {

using MovedMarkTest = RestoredLedgerTest;

// Ten of fifteen records were gone, and nothing said so.
TEST_F(MovedMarkTest, WhatACopyLacksIsToldOnceAndUntilItIsAcknowledged) {
  serve_records(5);
  copy();
  serve_records(10);
  restore();
  const Lines before = faults();
  ASSERT_EQ(before.size(), 1U) << "also before a gateway has started on it";
  EXPECT_NE(before[0].find("up to 10 records that it held at "), std::string::npos) << before[0];
  EXPECT_NE(before[0].find("; the last record that it has arrived at "), std::string::npos);
  EXPECT_EQ(reported(), before);
  const Lines told = losses_at_start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with(before[0])) << told[0];
  EXPECT_EQ(losses_at_start(), told);
  EXPECT_EQ(faults(), told);
  EXPECT_EQ(reported(), told);
  acknowledge();
  serve_records(3);
  EXPECT_EQ(losses_at_start(), Lines{});
  EXPECT_EQ(faults(), before) << "kept_losses_test.cpp";
}

TEST_F(MovedMarkTest, OfACopyThatHasEverythingNothingIsTold) {
  serve_records(5);
  copy();
  { const auto idle = open(); }
  restore();
  EXPECT_EQ(losses_at_start(), Lines{});
  EXPECT_EQ(faults(), Lines{});
}

TEST_F(MovedMarkTest, WhatJournalsStillHoldIsTakenOverAndNotLost) {
  serve_records(1);
  copy();
  fs::create_directories(directory_ / "kept");
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->journal(0).close(sample_close(2)));
    ASSERT_TRUE(ledger->flush());
    for (const std::string& file : segments_in(journal_))
      fs::create_hard_link(file, directory_ / "kept" / fs::path(file).filename());
  }
  // As if the gateway had been killed: its journal is there, and no mark of its end.
  for (const std::string& file : segments_in(directory_ / "kept"))
    fs::rename(file, fs::path(journal_) / fs::path(file).filename());
  restore();
  ASSERT_TRUE(write_moved_mark(journal_, {1, kNow}));
  EXPECT_EQ(losses_at_start(), Lines{});
  EXPECT_EQ(audit(settings_.path)->records, 2U);
}

TEST_F(MovedMarkTest, ARecordThatAwaitsItsUsageCounts) {
  serve_records(1);
  copy();
  {
    const auto ledger = open();
    usage::UsageRecord awaiting = sample_close(2);
    awaiting.follow_path = "/openai/v1/responses/resp_1";
    ASSERT_TRUE(ledger->journal(0).close(awaiting));
  }
  restore();
  const Lines told = losses_at_start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("up to 1 record that it held"), std::string::npos) << told[0];
}

TEST_F(MovedMarkTest, ACrashBehindTheNoteTellsNothingTwice) {
  serve_records(1);
  copy();
  serve_records(1);
  restore();
  const auto mark = read_moved_mark(journal_);
  ASSERT_TRUE(mark && *mark);
  const Lines told = losses_at_start();
  restore();
  ASSERT_TRUE(write_moved_mark(journal_, **mark));
  EXPECT_EQ(losses_at_start(), told);
}

TEST_F(MovedMarkTest, AFolderOfAnEarlierVersionHasNone) {
  serve_records(5);
  copy();
  serve_records(5);
  restore();
  forget_moved_mark(journal_);
  EXPECT_EQ(losses_at_start(), Lines{});
}

TEST_F(MovedMarkTest, ADatabaseThatIsGoneIsToldAsThatAlone) {
  serve_records(5);
  fs::remove(settings_.path);
  const Lines told = losses_at_start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find(" was gone at "), std::string::npos);
}

TEST_F(MovedMarkTest, OneThatCannotBeReadIsToldOnce) {
  serve_records(1);
  std::ofstream(journal_ + "/moved") << "records 0 at 0 00000000\n";
  const Lines told = losses_at_start();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].find("/moved cannot be read: "), std::string::npos);
  EXPECT_EQ(losses_at_start(), told);
}

// Reports and verify said it twice: as what is noted, and as what they saw themselves.
TEST_F(MovedMarkTest, OneThatCannotBeReadIsToldOnceToWhomACrashBehindTheNoteLeftIt) {
  serve_records(1);
  const std::string torn = "records 0 at 0 00000000\n";
  std::ofstream(journal_ + "/moved") << torn;
  ASSERT_EQ(reported().size(), 1U) << "also before a gateway has started on it";
  EXPECT_EQ(faults(), reported());
  const Lines told = losses_at_start();
  std::ofstream(journal_ + "/moved") << torn;
  EXPECT_EQ(reported(), told);
  EXPECT_EQ(faults(), told);
  EXPECT_EQ(losses_at_start(), told);
}

// A reading ended with what a stream had thrown, which named no path.
TEST_F(MovedMarkTest, OneThatIsADirectoryIsNamedByWhoReadsAndRefusedByAStart) {
  serve_records(1);
  fs::remove(journal_ + "/moved");
  EXPECT_EQ(in_way_of_ledger(settings_.path), std::nullopt);
  EXPECT_EQ(unreadable_beside(settings_.path), std::nullopt);
  fs::create_directory(journal_ + "/moved");
  const std::string words = "cannot read " + journal_ + "/moved: Is a directory: whether the ";
  ASSERT_EQ(faults().size(), 1U);
  EXPECT_TRUE(faults()[0].starts_with(words)) << faults()[0];
  EXPECT_EQ(reported(), faults());
  const auto refused = Ledger::open(settings_, 1, kNow);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message,
            "the ledger cannot be opened: " + journal_ + "/moved is a directory, not a file");
  EXPECT_EQ(in_way_of_ledger(settings_.path), journal_ + "/moved is a directory");
  EXPECT_FALSE(fs::exists(journal_ + "/moved.new"));
  // A link to one was replaced, with a warning only.
  fs::remove(journal_ + "/moved");
  fs::create_symlink(directory_ / "", journal_ + "/moved");
  EXPECT_FALSE(Ledger::open(settings_, 1, kNow));
  EXPECT_EQ(in_way_of_ledger(settings_.path), journal_ + "/moved is a directory");
}

// What a start fails at, and what is looked at before one, are the same.
TEST_F(MovedMarkTest, WhatIsNoJournalAndNoSegmentIsRefusedAsItIsNamed) {
  serve_records(1);
  const std::string segment = journal_ + "/20261106T000000Z-1-0.segment";
  ASSERT_EQ(::mkfifo(segment.c_str(), 0600), 0);
  EXPECT_EQ(in_way_of_ledger(settings_.path), segment + " is a pipe");
  const std::string begin = "the ledger cannot be opened: ";
  EXPECT_EQ(Ledger::open(settings_, 1, kNow).error().message,
            begin + segment + " is a pipe, not a file");
  fs::remove_all(journal_);
  EXPECT_EQ(in_place_of_journals(settings_.path), std::nullopt);
  fs::create_symlink("nowhere", journal_);
  const std::string link = journal_ + " is a link to what is not there";
  EXPECT_EQ(in_place_of_journals(settings_.path), link);
  EXPECT_EQ(Ledger::open(settings_, 1, kNow).error().message, begin + link);
}

TEST_F(MovedMarkTest, AnEmptyOneAndALinkToNowhereAreNamed) {
  serve_records(1);
  fs::resize_file(journal_ + "/moved", 0);
  EXPECT_TRUE(
      unreadable_beside(settings_.path).value_or("").starts_with(journal_ + "/moved cannot"));
  EXPECT_EQ(in_way_of_ledger(settings_.path), std::nullopt) << "a start writes it anew";
  fs::remove(journal_ + "/moved");
  fs::create_symlink(directory_ / "nowhere", journal_ + "/moved");
  EXPECT_NE(unreadable_beside(settings_.path).value_or("").find("link to what is not there"),
            std::string::npos);
  EXPECT_EQ(losses_at_start().size(), 1U);
  EXPECT_EQ(unreadable_beside(settings_.path), std::nullopt);
}

// Writing one waited for whoever reads from it, and a link was written through.
TEST_F(MovedMarkTest, WhatHasTheUnbornOnesNameIsReplaced) {
  serve_records(1);
  const std::string unborn = journal_ + "/moved.new";
  ASSERT_EQ(::mkfifo(unborn.c_str(), 0600), 0);
  EXPECT_TRUE(write_moved_mark(journal_, {1, kNow}));
  fs::create_symlink(directory_ / "elsewhere", unborn);
  EXPECT_TRUE(write_moved_mark(journal_, {2, kNow}));
  EXPECT_FALSE(fs::exists(directory_ / "elsewhere"));
  const UtcTime noted = std::chrono::floor<std::chrono::microseconds>(kNow);
  EXPECT_EQ(read_moved_mark(journal_).value(), (MovedMark{2, noted}));
  fs::remove(journal_ + "/moved");
  ASSERT_EQ(::mkfifo((journal_ + "/moved").c_str(), 0600), 0);
  EXPECT_EQ(read_moved_mark(journal_).error().message.find("cannot read " + journal_ +
                                                           "/moved: it is a pipe: "),
            0U);
}

// It ended with its journals left, and had never said why.
TEST_F(MovedMarkTest, WhatStandsInItsWayIsToldWhileTheGatewayRuns) {
  const auto ledger = open();
  fs::remove(journal_ + "/moved");
  fs::create_directory(journal_ + "/moved");
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->stats().problem, "journals will stay: " + journal_ + "/moved is a directory");
  fs::remove(journal_ + "/moved");
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->stats().problem, "");
}

// Else it is deleted with nothing to tell of it.
TEST_F(MovedMarkTest, NoJournalGoesBeforeTheMarkStands) {
  serve_records(1);
  fs::remove(journal_ + "/moved");
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger);
    fs::create_directory(journal_ + "/moved.new");  // while it runs: no start goes on beside it
    ASSERT_TRUE(ledger->journal(0).close(sample_close(++last_)));
  }
  EXPECT_EQ(segments_in(journal_).size(), 1U);
  EXPECT_FALSE(Ledger::open(settings_, 1, kNow)) << "it would delete it";
  fs::remove(journal_ + "/moved.new");
  EXPECT_EQ(losses_at_start(), Lines{});
  EXPECT_EQ(segments_in(journal_), Lines{});
  EXPECT_EQ(audit(settings_.path)->records, 2U);
}

}  // namespace
}  // namespace tollgate::ledger
