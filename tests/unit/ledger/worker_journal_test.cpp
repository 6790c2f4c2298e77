// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "worker_journal.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <exception>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "record_codec.hpp"
#include "sample_record.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

/// A journal directory that can be taken away: to the journal that is a disk which gives no more.
class WorkerJournalTest : public testing::Test {
 protected:
  WorkerJournalTest() { fs::create_directory(path_); }

  void disk_full() { fs::rename(path_, path_ + ".away"); }
  void disk_back() { fs::rename(path_ + ".away", path_); }

  /// The records whose close stands in the files, and how many entries are damaged.
  std::set<Uuid> closed() const {
    std::set<Uuid> out;
    for (const std::string& file : segments_in(path_)) {
      std::string bytes = read_segment_bytes(file)->bytes;
      const auto damaged = scan_segment(bytes, [&](const EntryScanner::Entry& entry) {
        if (entry.type == EntryType::close) out.insert(*decode_record_id(entry.payload));
      });
      EXPECT_EQ(damaged, 0U) << file;
    }
    return out;
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "journal";
  Worker worker_{path_};
  const usage::UsageRecord large_ = largest_record(1'000'000);
};

TEST_F(WorkerJournalTest, WritesIntentThenClose) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.journal.open(sample_intent(2)));
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  std::vector<std::pair<EntryType, usage::UsageRecord>> found;
  for (const std::string& file : segments_in(path_)) {
    std::string bytes = read_segment_bytes(file)->bytes;
    scan_segment(bytes, [&](const EntryScanner::Entry& entry) {
      found.emplace_back(entry.type, *decode_record(entry.payload));
    });
  }
  const std::vector<std::pair<EntryType, usage::UsageRecord>> expected{
      {EntryType::intent, sample_intent(1)},
      {EntryType::intent, sample_intent(2)},
      {EntryType::close, sample_close(1)}};
  EXPECT_EQ(found, expected);
}

TEST_F(WorkerJournalTest, GoesOnInTheNextSegment) {
  std::set<Uuid> expected{large_.record_id};
  for (std::uint64_t i = 0; i < 17; ++i) {
    ASSERT_TRUE(worker_.journal.open(large_));
    ASSERT_TRUE(worker_.journal.close(large_));
    ASSERT_TRUE(worker_.journal.close(sample_close(i)));
    expected.insert(sample_id(i));
  }
  EXPECT_EQ(worker_.store.snapshot().size(), 3U);
  EXPECT_EQ(closed(), expected);
}

TEST_F(WorkerJournalTest, TakesNoIntentWhileTheLedgerIsFullButEveryClose) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  worker_.full = true;
  const Result<void> refused = worker_.journal.open(sample_intent(2));
  ASSERT_TRUE(refused.has_error());
  EXPECT_EQ(refused.error().code, Errc::storage);
  EXPECT_TRUE(worker_.journal.close(sample_close(1)));
  worker_.full = false;
  EXPECT_TRUE(worker_.journal.open(sample_intent(2)));
  EXPECT_EQ(closed(), std::set<Uuid>{sample_id(1)});
}

// E9: whatever was opened can be closed on a disk that is full by then.
TEST_F(WorkerJournalTest, ClosesWhateverItOpenedWithoutMoreDisk) {
  std::set<Uuid> expected;
  std::uint64_t next = 0;
  for (; next < 200; ++next) ASSERT_TRUE(worker_.journal.open(sample_intent(next)));
  ASSERT_TRUE(worker_.store.prepare_spares(1));
  disk_full();
  // Traffic goes on in what is left, the spare included.
  const std::uint64_t open = next;
  for (; worker_.journal.open(large_); ++next) ASSERT_TRUE(worker_.journal.close(large_));
  EXPECT_GT(next, open);
  EXPECT_EQ(worker_.store.snapshot().size(), 2U);
  for (std::uint64_t i = 0; i < open; ++i) {
    usage::UsageRecord record = sample_close(i);
    record.attempts.assign(3, {"backend", "deployment", 503, 10, std::string(500, 'e')});
    ASSERT_TRUE(worker_.journal.close(record)) << i;
    expected.insert(record.record_id);
  }
  expected.insert(large_.record_id);
  disk_back();
  EXPECT_EQ(closed(), expected);
}

// However many are open: room is made as they come, not when they go.
TEST_F(WorkerJournalTest, KeepsRoomForTheClosesOfThousands) {
  constexpr std::uint64_t kOpen = 3000;
  for (std::uint64_t i = 0; i < kOpen; ++i) ASSERT_TRUE(worker_.journal.open(sample_intent(i)));
  disk_full();
  for (std::uint64_t i = 0; i < kOpen; ++i) {
    usage::UsageRecord record = sample_close(i);
    record.attempts.assign(3, {"backend", "deployment", 503, 10, std::string(2000, 'e')});
    ASSERT_TRUE(worker_.journal.close(record)) << i;
  }
  disk_back();
  EXPECT_EQ(closed().size(), kOpen);
}

// A close that finds no room fails, again and again if need be, and costs nothing that was written
// before.
TEST_F(WorkerJournalTest, KeepsItsSegmentWholeWhenItCannotGoOn) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  worker_.fill_segment();
  disk_full();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(worker_.journal.close(sample_close(2)).has_error());
  disk_back();
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  EXPECT_EQ(closed(), (std::set{sample_id(1), sample_id(2), sample_id(Worker::kFiller)}));
}

// One that is smaller may fit where another did not: it counts like any other.
TEST_F(WorkerJournalTest, LosesNothingBehindACloseThatFailed) {
  constexpr int kFit = 13;  // in what a segment is given at first, and no more
  for (int i = 0; i < kFit; ++i) ASSERT_TRUE(worker_.journal.close(large_));
  disk_full();
  ASSERT_TRUE(worker_.journal.close(large_).has_error());
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  disk_back();
  ASSERT_TRUE(worker_.journal.close(large_)) << "in the next segment";
  RecordStore store = open_store(directory_ / "ledger");
  ASSERT_TRUE(worker_.ingest(store));
  EXPECT_EQ(all_records(store), std::vector{sample_close(1)});
  EXPECT_EQ(*store.count_awaiting(), kFit + 1U) << "the large ones have a path to follow";
}

// Each one kept its room for good, until no disk had enough for the next intent.
TEST_F(WorkerJournalTest, ACloseThatFailedKeepsNoRoom) {
  constexpr std::uint64_t kOpen = 1500;  // 8 KiB is kept for each: three segments' worth
  for (std::uint64_t i = 0; i < kOpen; ++i) ASSERT_TRUE(worker_.journal.open(sample_intent(i)));
  disk_full();
  // Closes without an intent take what was kept for others.
  while (worker_.journal.close(large_)) continue;
  while (worker_.journal.close(sample_close(kOpen))) continue;
  std::uint64_t failed = 0;
  for (std::uint64_t i = 0; i < kOpen; ++i) {
    failed += worker_.journal.close(sample_close(i)).has_error() ? 1 : 0;
  }
  EXPECT_GE(failed, kOpen - 1) << "one that is a few bytes shorter may fit";
  ASSERT_EQ(worker_.store.spares(), 0U);
  disk_back();
  ASSERT_TRUE(worker_.journal.open(sample_intent(kOpen + 1)));
  EXPECT_EQ(worker_.store.spares(), 0U) << "the one segment that it made is in use";
}

TEST_F(WorkerJournalTest, IsDurableAtOnceAgainstACrashOfTheProcess) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  boost::asio::io_context context;
  Cancellation cancellation;
  bool done = false;
  boost::asio::co_spawn(context, worker_.journal.until_durable(cancellation),
                        [&](const std::exception_ptr& thrown, const Result<void>& result) {
                          done = thrown == nullptr && result.has_value();
                        });
  context.poll();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace tollgate::ledger
