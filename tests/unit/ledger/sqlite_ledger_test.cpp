// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

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

  static std::vector<StoredRecord> queued(Ledger& ledger, std::size_t limit = 1000) {
    EXPECT_TRUE(ledger.flush());
    return *ledger.queued(limit);
  }

  static std::vector<usage::UsageRecord> records(Ledger& ledger) {
    std::vector<usage::UsageRecord> out;
    for (const StoredRecord& stored : queued(ledger)) out.push_back(stored.record);
    return out;
  }

  static std::vector<std::int64_t> sequences(const std::vector<StoredRecord>& records) {
    std::vector<std::int64_t> out;
    for (const StoredRecord& stored : records) out.push_back(stored.sequence);
    return out;
  }

  /// Asks until it holds; the ledger's own thread works on it. False when the time is over: far
  /// more than it can need, and less than the five seconds between its rounds of deletion.
  template <class Condition>
  static bool eventually(const Condition& condition) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::milliseconds(4500);
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
  const std::vector<StoredRecord> batch = queued(*ledger);
  ASSERT_EQ(batch.size(), 2U);
  EXPECT_EQ(queued(*ledger, 1).size(), 1U);
  EXPECT_EQ(sequences(queued(*ledger)), sequences(batch))
      << "they stay until they are acknowledged";
  ASSERT_TRUE(ledger->mark_delivered(sequences(batch), kNow));
  EXPECT_TRUE(queued(*ledger).empty());
}

TEST_F(SqliteLedgerTest, CountsWhereRecordsStand) {
  auto ledger = open();
  for (std::uint64_t i = 1; i <= 5; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
  const std::vector<std::int64_t> all = sequences(queued(*ledger));
  EXPECT_EQ(ledger->stats().queued, 5U);
  EXPECT_EQ(ledger->stats().oldest_queued, sample_close(1).event_time);
  EXPECT_GE(ledger->stats().journal_bytes, 4U * 1024 * 1024);
  ASSERT_TRUE(ledger->mark_delivered(std::vector{all[0], all[1]}, kNow));
  ASSERT_TRUE(ledger->quarantine(all[2], "too large", kNow));
  // Acknowledged once more: nothing counts twice.
  ASSERT_TRUE(ledger->mark_delivered(std::vector{all[0], all[2]}, kNow));
  ASSERT_TRUE(ledger->quarantine(all[2], "again", kNow));
  ASSERT_TRUE(ledger->quarantine(all[0], "delivered already", kNow));
  ASSERT_TRUE(ledger->quarantine(4711, "never there", kNow));
  const auto expect_counts = [](const LedgerStats& stats) {
    EXPECT_EQ(stats.queued, 2U);
    EXPECT_EQ(stats.delivered, 2U);
    EXPECT_EQ(stats.quarantined, 1U);
    EXPECT_EQ(stats.oldest_queued, sample_close(4).event_time);
    EXPECT_EQ(stats.damaged, 0U);
    EXPECT_EQ(stats.interrupted, 0U);
  };
  expect_counts(ledger->stats());
  ledger.reset();
  expect_counts(open()->stats());
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
  const std::vector<StoredRecord> delivered = queued(*killed);
  ASSERT_TRUE(killed->mark_delivered(sequences(delivered), kNow));
  ASSERT_TRUE(killed->journal(0).open(sample_intent(2)));
  ASSERT_TRUE(killed->journal(1).open(sample_intent(3)));
  ASSERT_TRUE(killed->journal(1).open(sample_intent(4)));
  ASSERT_TRUE(killed->journal(1).close(sample_close(4)));
  const std::string path = directory_ / "copy.ledger";
  copy_ledger(settings_.path, path);
  settings_.path = path;
  const auto ledger = open(1);
  EXPECT_EQ(ledger->stats().interrupted, 2U);
  EXPECT_EQ(ledger->stats().delivered, 1U) << "delivered once, never queued again";
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
  EXPECT_TRUE(eventually([&] { return ledger->queued(1)->size() == 1; }));
}

// More than one batch goes at once: a busy gateway delivers hundreds a second.
TEST_F(SqliteLedgerTest, DeletesWhatIsPastItsRetention) {
  settings_.retention = hours(24);
  {
    const auto ledger = open();
    for (std::uint64_t i = 0; i < 2503; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
    std::vector<std::int64_t> all = sequences(queued(*ledger, 3000));
    ASSERT_EQ(all.size(), 2503U);
    ASSERT_TRUE(ledger->quarantine(all[2502], "rejected", kNow - hours(48)));
    ASSERT_TRUE(ledger->mark_delivered(std::vector{all[2501]}, kNow - hours(23)));
    all.resize(2500);  // one stays queued
    ASSERT_TRUE(ledger->mark_delivered(all, kNow - hours(25)));
  }
  const auto ledger = open();
  EXPECT_TRUE(eventually([&] { return ledger->stats().delivered == 1; }));
  EXPECT_EQ(ledger->stats().queued, 1U);
  EXPECT_EQ(ledger->stats().quarantined, 1U);
}

// Promise 3: a segment that a crash leaves would bring a deleted record back, to be delivered
// again.
TEST_F(SqliteLedgerTest, DeletesNoRecordBeforeItsSegment) {
  {
    const auto ledger = open();
    for (std::uint64_t i = 0; i < 3003; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
    ASSERT_TRUE(ledger->mark_delivered(sequences(queued(*ledger, 4000)), kNow));
  }
  // Above its size the ledger deletes whatever is delivered, a batch in each round.
  settings_.max_size = 1;
  const auto killed = open();
  ASSERT_TRUE(killed->journal(0).close(sample_close(5000)));
  const std::vector<std::int64_t> last = sequences(queued(*killed));
  ASSERT_TRUE(killed->mark_delivered(last, std::chrono::system_clock::now()));
  EXPECT_TRUE(eventually([&] { return killed->stats().delivered <= 1; }));
  EXPECT_EQ(killed->stats().delivered, 1U);
  copy_ledger(settings_.path, directory_ / "copy.ledger");
  settings_.path = directory_ / "copy.ledger";
  EXPECT_TRUE(queued(*open()).empty());
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
  EXPECT_EQ(queued(*ledger, opened + 1).size(), opened);
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
    const std::vector<StoredRecord> batch = queued(*ledger, 100);
    EXPECT_TRUE(ledger->mark_delivered(sequences(batch), kNow));
    delivered += batch.size();
    return delivered >= kWorkers * kEach;
  }));
  EXPECT_EQ(delivered, kWorkers * kEach);
  EXPECT_EQ(ledger->stats().delivered, kWorkers * kEach);
}

}  // namespace
}  // namespace tollgate::ledger
