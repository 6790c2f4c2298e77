// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "database.hpp"
#include "recovery.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {
namespace {

using std::chrono::hours;

/// The ledger's own thread goes by the clock: what was delivered long ago would be deleted
/// meanwhile.
const UtcTime kNow = std::chrono::system_clock::now();

class SqliteLedgerTest : public testing::Test {
 protected:
  std::unique_ptr<Ledger> open(unsigned workers = 1) {
    Result<std::unique_ptr<Ledger>> opened = Ledger::open(settings_, workers, kNow);
    EXPECT_TRUE(opened) << opened.error().message;
    return opened ? std::move(*opened) : nullptr;
  }

  /// What the exporter "one" has not got; served from the beginning.
  static std::vector<StoredRecord> waiting(Ledger& ledger, std::size_t limit = 1000) {
    EXPECT_TRUE(ledger.flush());
    EXPECT_TRUE(serve(ledger, {{"one", true, true}}));
    return *ledger.undelivered("one", limit);
  }
  static Result<void> serve(Ledger& ledger, const std::vector<ExporterTerms>& exporters) {
    return ledger.serve_exporters(exporters);
  }

  static std::vector<usage::UsageRecord> records(Ledger& ledger) {
    std::vector<usage::UsageRecord> out;
    for (const StoredRecord& stored : waiting(ledger)) out.push_back(stored.record);
    return out;
  }

  static std::vector<std::int64_t> sequences(const std::vector<StoredRecord>& records) {
    std::vector<std::int64_t> out;
    for (const StoredRecord& stored : records) out.push_back(stored.sequence);
    return out;
  }
  static void deliver(Ledger& ledger, const std::vector<StoredRecord>& records) {
    ASSERT_TRUE(ledger.account("one", {sequences(records), {}}, kNow));
  }
  static ExporterProgress progress(const Ledger& ledger, const std::string& exporter = "one") {
    for (const ExporterProgress& one : ledger.stats().exporters) {
      if (one.exporter == exporter) return one;
    }
    ADD_FAILURE() << "no exporter " << exporter;
    return {};
  }

  /// Asks until it holds; the ledger's own thread works on it. False when the time is over: far
  /// more than it can need.
  template <class Condition>
  static bool eventually(const Condition& condition, milliseconds limit = milliseconds(4500)) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > deadline) return false;
      std::this_thread::yield();
    }
    return true;
  }

  TempDirectory directory_;
  config::Ledger settings_{.path = directory_ / "usage.ledger"};
};

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

TEST_F(SqliteLedgerTest, LeavesNoJournalAtACleanEnd) {
  {
    const auto ledger = open();
    ASSERT_TRUE(ledger->journal(0).open(sample_intent(1)));
    ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  }
  EXPECT_TRUE(list_segments(settings_.path + ".journal").empty());
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

// More than one batch of blocks goes at once.
TEST_F(SqliteLedgerTest, DeletesWhatIsPastItsRetentionAndDelivered) {
  settings_.retention = seconds(0);
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  for (std::uint64_t i = 0; i < 150; ++i) {
    ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
    ASSERT_TRUE(ledger->flush());
  }
  const std::vector<StoredRecord> all = waiting(*ledger);
  ASSERT_EQ(all.size(), 150U) << "whatever their age: nobody has them";
  deliver(*ledger, {all.begin(), all.begin() + 140});
  EXPECT_TRUE(eventually([&] { return ledger->stats().records <= 10; }, seconds(15)));
  EXPECT_EQ(ledger->stats().records, 10U);
  EXPECT_EQ(waiting(*ledger).size(), 10U);
}

// It said nothing of it until the ledger was full.
TEST_F(SqliteLedgerTest, WithoutAnExporterAgeAloneDeletes) {
  settings_.retention = seconds(0);
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  ASSERT_TRUE(serve(*ledger, {})) << "it is removed: its cursor holds nothing any more";
  EXPECT_TRUE(eventually([&] { return ledger->stats().records == 0; }, seconds(15)));
}

// Promise 7: the stated policy on a full disk; the caller applies ledger.on_failure.
TEST_F(SqliteLedgerTest, TakesNoIntentAboveItsSizeButEveryClose) {
  settings_.max_size = 1;
  const auto ledger = open();
  std::uint64_t opened = 0;
  EXPECT_TRUE(eventually([&] {
    const Result<void> done = ledger->journal(0).open(sample_intent(opened));
    if (done) ++opened;
    return done.has_error() && done.error().code == Errc::storage;
  }));
  for (std::uint64_t i = 0; i < opened; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
  EXPECT_EQ(waiting(*ledger, opened + 1).size(), opened);
}

/// Closes so many bytes of records.
void fill(Ledger& ledger, std::uint64_t bytes, std::uint64_t first) {
  usage::UsageRecord record = sample_close(first);
  record.end_user.assign(1000, 'u');
  for (std::uint64_t done = 0; done < bytes; done += 1200) {
    record.record_id = sample_id(++first);
    ASSERT_TRUE(ledger.journal(0).close(record));
    if (first % 200 == 0) {
      ASSERT_TRUE(ledger.flush());
    }
  }
  ASSERT_TRUE(ledger.flush());
}

/// Whether it takes intents.
bool takes(Ledger& ledger) { return ledger.journal(0).open(sample_intent(7)).has_value(); }

constexpr std::uint64_t kSmall = 24 * 1024 * 1024;

// An idle worker's old segment held back what had been delivered: 503 until a restart.
TEST_F(SqliteLedgerTest, AFullLedgerRecoversByItselfOnceAllIsDelivered) {
  settings_.max_size = kSmall;
  const auto ledger = open(2);
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  ASSERT_TRUE(ledger->journal(1).close(sample_close(1))) << "and then that worker is idle";
  fill(*ledger, kSmall, 100);
  EXPECT_TRUE(eventually([&] { return !takes(*ledger); }, seconds(15)));
  const std::vector<StoredRecord> all = waiting(*ledger, 1'000'000);
  deliver(*ledger, all);
  EXPECT_TRUE(eventually([&] { return takes(*ledger); }, seconds(15)));
  EXPECT_EQ(progress(*ledger).given_up, 0U);
}

TEST_F(SqliteLedgerTest, OfAnExporterThatIsNotRequiredTheOldestAreGivenUpAndCounted) {
  settings_.max_size = kSmall;
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", false, true}, {"two", true, true}}));
  fill(*ledger, kSmall, 100);
  EXPECT_TRUE(eventually([&] { return !takes(*ledger); }, seconds(15)))
      << "the required one holds them";
  EXPECT_EQ(progress(*ledger).given_up, 0U);
  const std::uint64_t all = ledger->stats().records;
  const auto last = static_cast<std::int64_t>(all);
  ASSERT_TRUE(ledger->account("two", {{last}, {}}, kNow));
  EXPECT_TRUE(eventually([&] { return takes(*ledger); }, seconds(15)));
  const ExporterProgress left = progress(*ledger);
  EXPECT_GT(left.given_up, 0U);
  EXPECT_EQ(left.given_up + left.backlog, all);
  const std::size_t rest = waiting(*ledger, 1'000'000).size();
  EXPECT_EQ(rest, progress(*ledger).backlog);
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
    EXPECT_TRUE(*ledger->find_object("file-1")) << "whoever asks waits for no writer";
  }
  EXPECT_TRUE(eventually([&] { return ledger->stats().problem.empty(); }, seconds(30)));
  EXPECT_EQ(records(*ledger), (std::vector{made, sample_close(2)}));
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
