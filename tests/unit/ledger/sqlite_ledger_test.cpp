// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "sample_record.hpp"
#include "segments_in.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {
namespace {

TEST_F(SqliteLedgerTest, DeliversWhatWasClosedOnce) {
  const auto ledger = open(2);
  ASSERT_TRUE(ledger->journal(0).open(sample_intent(1)));
  ASSERT_TRUE(ledger->journal(1).open(sample_intent(2)));
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  EXPECT_EQ(records(*ledger), std::vector{sample_close(1)});
  ASSERT_TRUE(ledger->journal(1).close(sample_close(2)));
  const std::vector<StoredRecord> batch = waiting(*ledger);
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(waiting(*ledger, 1).size(), 1U);
  EXPECT_EQ(sequences(waiting(*ledger)), sequences(batch))
      << "they stay until they are accounted for";
  deliver(*ledger, batch);
  EXPECT_TRUE(waiting(*ledger).empty());
}

TEST_F(SqliteLedgerTest, CountsHowFarExportersHaveCome) {
  auto ledger = open();
  for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
  const std::vector<StoredRecord> all = waiting(*ledger);
  EXPECT_EQ(progress(*ledger).backlog, 5U);
  EXPECT_EQ(progress(*ledger).oldest, sample_close(1).event_time);
  EXPECT_GE(ledger->stats().journal_bytes, 4U * 1024 * 1024);
  const Accounting accounting{{1, 2}, {{3, "too large", all[2].record}}};
  ASSERT_TRUE(ledger->account("one", accounting, kNow));
  const auto expect_counts = [](const Ledger& opened) {
    EXPECT_EQ(opened.stats().records, 5U);
    EXPECT_EQ(progress(opened).backlog, 2U);
    EXPECT_EQ(progress(opened).quarantined, 1U);
    EXPECT_EQ(opened.stats().damaged, 0U);
    EXPECT_EQ(opened.stats().interrupted, 0U);
  };
  expect_counts(*ledger);
  ledger.reset();
  expect_counts(*open());
}

TEST_F(SqliteLedgerTest, SettlesAnAwaitingRecordOnceAndGivesItItsPlace) {
  const auto ledger = open();
  usage::UsageRecord unfinished = sample_close(1);
  unfinished.follow_path = "/openai/v1/responses/resp_1";
  ASSERT_TRUE(ledger->journal(0).close(unfinished));
  ASSERT_TRUE(ledger->journal(0).close(sample_close(2)));
  EXPECT_EQ(records(*ledger), std::vector{sample_close(2)});
  EXPECT_EQ(ledger->stats().awaiting, 1U);
  StoredRecord settled = ledger->awaiting(9)->at(0);
  settled.record.follow_path.clear();
  for (int i = 0; i < 2; ++i) ASSERT_TRUE(ledger->settle(settled));
  EXPECT_EQ(ledger->stats().awaiting, 0U);
  EXPECT_EQ(records(*ledger), (std::vector{sample_close(2), settled.record}));
}

// It began anew without a word.
TEST_F(SqliteLedgerTest, ADatabaseThatWasDeletedIsToldUntilSomebodyHasSeenIt) {
  EXPECT_EQ(open()->stats().losses, std::vector<std::string>{}) << "the first start finds nothing";
  EXPECT_EQ(open()->stats().losses, std::vector<std::string>{});
  for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(settings_.path + part);
  const std::string note = settings_.path + ".journal/damaged/usage.ledger.lost";
  for (int start = 0; start < 2; ++start) {
    const std::vector<std::string> told = open()->stats().losses;
    ASSERT_EQ(told.size(), 1U);
    EXPECT_TRUE(told[0].starts_with("the database usage.ledger was gone at ")) << told[0];
    EXPECT_TRUE(told[0].ends_with("(" + note + ")")) << told[0];
  }
  const auto ledger = open();
  std::filesystem::remove(note);
  EXPECT_TRUE(eventually([&] { return ledger->stats().losses.empty(); }));
}

TEST_F(SqliteLedgerTest, LeavesNoJournalAtACleanEnd) {
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(1)));
    ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  }
  EXPECT_TRUE(segments_in(settings_.path + ".journal").empty());
  EXPECT_EQ(records(*open()), std::vector{sample_close(1)});
}

TEST_F(SqliteLedgerTest, StopsWithOperationsOpen) {
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(1)));
  }
  const auto ledger = open();
  EXPECT_EQ(ledger->stats().interrupted, 1U);
  const std::vector<usage::UsageRecord> found = records(*ledger);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record_id, sample_id(1));
  EXPECT_EQ(found[0].outcome, usage::Outcome::interrupted);
  EXPECT_EQ(found[0].usage_reason, "gateway_interrupted");
}

// What kill -9 leaves: no destructor ran.
TEST_F(SqliteLedgerTest, OpensWhatAKilledProcessLeft) {
  const auto killed = open(2);
  ASSERT_TRUE(killed->journal(0).open(sample_intent(1)));
  ASSERT_TRUE(killed->journal(0).close(sample_close(1)));
  deliver(*killed, waiting(*killed));
  ASSERT_TRUE(killed->journal(0).open(sample_intent(2)));
  ASSERT_TRUE(killed->journal(1).open(sample_intent(3)));
  ASSERT_TRUE(killed->journal(1).open(sample_intent(4)));
  ASSERT_TRUE(killed->journal(1).close(sample_close(4)));
  const std::string path = directory_ / "copy.ledger";
  copy_ledger(settings_.path, path);
  settings_.path = path;
  const auto ledger = open(1);
  EXPECT_EQ(ledger->stats().interrupted, 2U);
  std::map<Uuid, usage::Outcome> found;
  for (const usage::UsageRecord& record : records(*ledger)) {
    EXPECT_TRUE(found.emplace(record.record_id, record.outcome).second);
  }
  const std::map<Uuid, usage::Outcome> expected{{sample_id(2), usage::Outcome::interrupted},
                                                {sample_id(3), usage::Outcome::interrupted},
                                                {sample_id(4), usage::Outcome::completed}};
  EXPECT_EQ(found, expected);
}

// E11
// Four answered operations had no record: the folder itself was still there.
TEST_F(SqliteLedgerTest, TakesNothingMoreOnceAJournalFileIsGone) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  for (const auto& file : std::filesystem::directory_iterator(settings_.path + ".journal"))
    std::filesystem::remove(file.path());
  EXPECT_TRUE(eventually([&] { return ledger->stats().broken; }));
  EXPECT_EQ(ledger->journal(0).open(sample_intent(2)).error().code, Errc::storage);
}

TEST_F(SqliteLedgerTest, KeepsASecondProcessOff) {
  auto first = open();
  const auto second = Ledger::open(settings_, 1, kNow);
  ASSERT_TRUE(second.has_error());
  EXPECT_EQ(second.error().code, Errc::storage);
  EXPECT_NE(second.error().message.find("in use by another process"), std::string::npos);
  ASSERT_TRUE(first->journal(0).close(sample_close(1))) << "the first one is not disturbed";
  first.reset();
  EXPECT_EQ(records(*open()).size(), 1U);
}

// E14
TEST_F(SqliteLedgerTest, IsClosedToOtherUsers) {
  const auto ledger = open();
  const auto mode = [](const std::string& path) {
    struct stat status {};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return status.st_mode & 0777;
  };
  EXPECT_EQ(mode(settings_.path), 0600U);
  EXPECT_EQ(mode(settings_.path + "-wal"), 0600U);
  EXPECT_EQ(mode(settings_.path + ".lock"), 0600U);
  EXPECT_EQ(mode(settings_.path + ".journal"), 0700U);
}

// It was made 0600 before it was refused, and had a folder and a lock beside it.
TEST_F(SqliteLedgerTest, AFileThatIsSomethingElseIsLeftAlone) {
  const auto refused = [this](const char* why) {
    ::chmod(settings_.path.c_str(), 0644);
    const auto opened = Ledger::open(settings_, 1, kNow);
    ASSERT_TRUE(opened.has_error());
    EXPECT_EQ(opened.error().message, settings_.path + " is no ledger: " + why);
    struct stat status {};
    ASSERT_EQ(::stat(settings_.path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777, 0644U);
    for (const char* const part : {".journal", ".lock"})
      EXPECT_FALSE(std::filesystem::exists(settings_.path + part)) << part;
  };
  std::ofstream(settings_.path) << "a list of things to do";
  refused("it is no SQLite database, and has no journals beside it");
  std::filesystem::remove(settings_.path);
  ASSERT_TRUE(Database::open(settings_.path)->execute("CREATE TABLE t (a)"));
  refused("it is another program's SQLite database");
}

// Where the journals have a disk of their own, mkfs has put it there.
TEST_F(SqliteLedgerTest, LostAndFoundIsNoLoss) {
  std::filesystem::create_directories(settings_.path + ".journal/lost+found");
  EXPECT_EQ(open()->stats().losses, std::vector<std::string>{});
  EXPECT_EQ(open()->stats().losses, std::vector<std::string>{});
}

TEST_F(SqliteLedgerTest, SaysWhyItCannotBeOpened) {
  settings_.path = "/dev/null/usage.ledger";
  const auto opened = Ledger::open(settings_, 1, kNow);
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, Errc::storage);
}

TEST_F(SqliteLedgerTest, IngestsByItself) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  EXPECT_TRUE(eventually([&] { return ledger->undelivered("one", 1)->size() == 1; }));
}

TEST_F(SqliteLedgerTest, AnExporterAddedLaterStartsAtNowOrAtTheBeginning) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  ASSERT_TRUE(serve(*ledger, {{"now", true, false}, {"old", true, true}}));
  ASSERT_TRUE(ledger->journal(0).close(sample_close(2)));
  ASSERT_TRUE(ledger->flush());
  EXPECT_EQ(ledger->undelivered("now", 9)->size(), 1U);
  EXPECT_EQ(ledger->undelivered("old", 9)->size(), 2U);
  EXPECT_EQ(ledger->undelivered("never", 9).error().code, Errc::not_found);
}

TEST_F(SqliteLedgerTest, WaitsForTheDiskWhenAPowerLossMustCostNothing) {
  settings_.durability = config::Durability::power_loss;
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).open(sample_intent(1)));
  boost::asio::io_context context;
  Cancellation cancellation;
  bool durable = false;
  boost::asio::co_spawn(context, ledger->journal(0).until_durable(cancellation),
                        [&](const std::exception_ptr& thrown, const Result<void>& result) {
                          durable = thrown == nullptr && result.has_value();
                        });
  context.run();
  EXPECT_TRUE(durable);
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  EXPECT_EQ(records(*ledger), std::vector{sample_close(1)});
}

TEST_F(SqliteLedgerTest, TakesRecordsOfManyWorkersWhileOthersRead) {
  constexpr unsigned kWorkers = 3;
  constexpr std::uint64_t kEach = 400;
  const auto ledger = open(kWorkers);
  std::vector<std::jthread> workers;
  for (unsigned w = 0; w < kWorkers; ++w) {
    workers.emplace_back([&, w] {
      for (std::uint64_t i = 0; i < kEach; ++i) {
        EXPECT_TRUE(ledger->journal(w).open(sample_intent(w * kEach + i)));
        EXPECT_TRUE(ledger->journal(w).close(sample_close(w * kEach + i)));
      }
    });
  }
  std::size_t delivered = 0;
  EXPECT_TRUE(eventually([&] {
    const std::vector<StoredRecord> batch = waiting(*ledger, 100);
    deliver(*ledger, batch);
    delivered += batch.size();
    return delivered >= kWorkers * kEach;
  }));
  EXPECT_EQ(delivered, kWorkers * kEach);
  EXPECT_EQ(progress(*ledger).backlog, 0U);
}

// It was swallowed: no count, no word.
TEST_F(SqliteLedgerTest, WhatCannotBeMovedIntoTheDatabaseIsCountedAndTold) {
  const auto ledger = open();
  usage::UsageRecord made = sample_close(1);
  made.stored_objects = {"file-1"};
  ASSERT_TRUE(ledger->journal(0).close(made));
  ASSERT_TRUE(ledger->flush());
  Database other = std::move(*Database::open(settings_.path));
  {
    const Transaction lock(other);
    ASSERT_TRUE(lock.begun());
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(2)));
    ASSERT_TRUE(ledger->journal(0).close(sample_close(2))) << "the journal takes it";
    EXPECT_TRUE(eventually([&] { return ledger->stats().failures > 0; }, seconds(30)));
    EXPECT_NE(ledger->stats().problem.find("cannot be moved"), std::string::npos);
    EXPECT_FALSE(ledger->stats().broken);
    EXPECT_EQ(ledger->find_objects(std::vector<std::string>{"file-1"})->size(), 1U)
        << "whoever asks waits for no writer";
  }
  EXPECT_TRUE(eventually([&] { return ledger->stats().problem.empty(); }, seconds(30)));
  EXPECT_EQ(records(*ledger), (std::vector{made, sample_close(2)}));
}

// Its errors were dropped: a full ledger then said that no record may be deleted yet.
TEST_F(SqliteLedgerTest, WhatCannotBeTidiedAwayIsTold) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  ASSERT_TRUE(Database::open(settings_.path)->execute("ALTER TABLE cursors RENAME TO away"));
  EXPECT_TRUE(eventually([&] {
    return ledger->stats().problem.find("old records cannot be tidied away") != std::string::npos;
  }));
  ASSERT_TRUE(Database::open(settings_.path)->execute("ALTER TABLE away RENAME TO cursors"));
  EXPECT_TRUE(eventually([&] { return ledger->stats().problem.empty(); }));
}

// 10,797 records went into files that nobody would find again.
TEST_F(SqliteLedgerTest, TakesNothingMoreOnceItsFilesAreGone) {
  const auto ledger = open();
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  std::filesystem::remove_all(settings_.path + ".journal");
  EXPECT_TRUE(eventually([&] { return ledger->stats().broken; }));
  EXPECT_NE(ledger->stats().problem.find(".journal was deleted"), std::string::npos);
  EXPECT_EQ(ledger->journal(0).open(sample_intent(2)).error().code, Errc::storage);
}

// The restart that the message asks for took what the journals still held into the grave.
TEST_F(SqliteLedgerTest, AnEndAfterTheDatabaseWasDeletedLeavesTheJournalsToTheNextStart) {
  const std::vector<ExporterTerms> exporters{{"one", true, false}};
  {
    const auto ledger = open();
    ASSERT_TRUE(serve(*ledger, exporters));
    ASSERT_TRUE(ledger->flush());
    for (const char* part : {"", "-wal", "-shm"}) std::filesystem::remove(settings_.path + part);
    ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
    EXPECT_FALSE(ledger->flush()) << "nothing goes into a file without a name";
  }
  const auto ledger = open();
  EXPECT_EQ(records(*ledger), std::vector{sample_close(1)});
  ASSERT_TRUE(serve(*ledger, exporters));
  EXPECT_EQ(ledger->undelivered("one", 9)->size(), 1U) << "no exporter has got it";
  EXPECT_EQ(ledger->stats().losses.size(), 1U);
}

TEST_F(SqliteLedgerTest, KeepsASecondProcessOffAlsoWithoutTheLockFile) {
  const auto first = open();
  std::filesystem::remove(settings_.path + ".lock");
  const auto second = Ledger::open(settings_, 1, kNow);
  ASSERT_TRUE(second.has_error());
  EXPECT_NE(second.error().message.find("in use by another process"), std::string::npos);
}

TEST_F(SqliteLedgerTest, AnEmptiedDatabaseIsNotBegunAnewWithoutAWord) {
  open().reset();
  std::filesystem::resize_file(settings_.path, 0);
  const auto opened = Ledger::open(settings_, 1, kNow);
  ASSERT_TRUE(opened.has_error());
  EXPECT_NE(opened.error().message.find("was emptied"), std::string::npos);
  std::filesystem::remove(settings_.path);
  EXPECT_TRUE(open());
}

TEST_F(SqliteLedgerTest, SaysHowToSalvageADamagedDatabase) {
  open().reset();
  std::ofstream(settings_.path) << std::string(8192, 'x');
  const auto opened = Ledger::open(settings_, 1, kNow);
  ASSERT_TRUE(opened.has_error());
  EXPECT_NE(opened.error().message.find("tollgate ledger salvage"), std::string::npos)
      << opened.error().message;
}

// What a process that died in its first moment leaves.
TEST_F(SqliteLedgerTest, BeginsAgainWhereAFirstStartWasCutShort) {
  std::ofstream(settings_.path + ".new") << "half";
  EXPECT_TRUE(open());
  EXPECT_FALSE(std::filesystem::exists(settings_.path + ".new"));
}

}  // namespace
}  // namespace tollgate::ledger
