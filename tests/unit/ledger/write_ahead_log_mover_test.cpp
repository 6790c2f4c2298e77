// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "write_ahead_log_mover.hpp"

#include <atomic>
#include <filesystem>
#include <new>
#include <string>
#include <vector>

#include "recovery.hpp"
#include "sample_record.hpp"
#include "segments_in.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

/// What passes end with, one after the other; the last again and again.
class WriteAheadLogMoverTest : public SqliteLedgerTest {
 protected:
  using Left = Result<std::optional<std::int64_t>>;

  static Left left(std::optional<std::int64_t> pages) { return pages; }

  std::atomic<int> passes_{0};
  std::atomic<bool> well_{false};
};

// Its errors were dropped, and what was thrown ended the process.
TEST_F(WriteAheadLogMoverTest, TellsWhatGoesWrongAndTriesAgain) {
  for (const bool throws : {false, true}) {
    well_ = false;
    WriteAheadLogMover mover(
        [&]() -> Left {
          ++passes_;
          if (well_) return left(0);
          if (throws) throw std::bad_alloc();
          return Error{Errc::storage, "no disk"};
        },
        milliseconds(1));
    EXPECT_TRUE(eventually([&] {
      return mover.state().problem == (throws ? "out of memory" : "no disk") && passes_ > 2;
    }));
    EXPECT_FALSE(mover.state().moved);
    well_ = true;
    EXPECT_TRUE(eventually([&] { return mover.state().moved; }));
    EXPECT_EQ(mover.state().problem, "");
  }
}

TEST_F(WriteAheadLogMoverTest, GoesOnWhileSomebodyElseIsAboutItOrMuchIsLeft) {
  WriteAheadLogMover mover(
      [&]() -> Left {
        if (well_) return left(10);
        return ++passes_ % 2 == 0 ? left(std::nullopt) : left(100'000);
      },
      milliseconds(1));
  EXPECT_TRUE(eventually([&] { return passes_ > 4; }));
  EXPECT_FALSE(mover.state().moved);
  EXPECT_EQ(mover.state().problem, "") << "nothing is wrong";
  well_ = true;
  EXPECT_TRUE(eventually([&] { return mover.state().moved; }));
}

TEST_F(WriteAheadLogMoverTest, AnEndComesBetweenTwoPasses) {
  const WriteAheadLogMover mover(
      [&]() -> Left {
        ++passes_;
        return left(std::nullopt);
      },
      std::chrono::hours(1));
  EXPECT_TRUE(eventually([&] { return passes_ == 1; }));
}

// They were deleted while their records stood in a write-ahead log that was on no disk.
TEST_F(WriteAheadLogMoverTest, JournalsStayUntilWhatAStartTookIsOnTheDisk) {
  const std::string journal = directory_ / "taken.journal";
  std::filesystem::create_directory(journal);
  RecordStore store = open_store(directory_ / "taken");
  ASSERT_TRUE(arrive(store, {sample_close(3)}));
  {
    Worker worker(journal);
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  const std::string log = directory_ / "taken-wal";
  std::filesystem::rename(log, log + ".away");
  const Result<RecoveryResult> failed = recover(store, journal, UtcTime());
  ASSERT_TRUE(failed.has_error());
  EXPECT_NE(failed.error().message.find("cannot sync"), std::string::npos);
  EXPECT_EQ(segments_in(journal).size(), 1U);
  std::filesystem::rename(log + ".away", log);
  ASSERT_TRUE(recover(store, journal, UtcTime()));
  EXPECT_EQ(all_records(store), (std::vector{sample_close(3), sample_close(2)})) << "none twice";
  EXPECT_TRUE(segments_in(journal).empty());
}

}  // namespace
}  // namespace tollgate::ledger
