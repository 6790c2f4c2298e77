// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "recovery.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "entry_scanner.hpp"
#include "record_codec.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

usage::UsageRecord interrupted(std::uint64_t number) {
  usage::UsageRecord record = sample_intent(number);
  record.outcome = usage::Outcome::interrupted;
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = "gateway_interrupted";
  record.cost_reason = record.usage_reason;
  return record;
}

/// A journal that a process left when it was killed.
class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() { fs::create_directory(journal_); }

  RecoveryResult recover_now() {
    const Result<RecoveryResult> result = recover(store_, journal_, UtcTime());
    EXPECT_TRUE(result);
    return result ? *result : RecoveryResult{};
  }

  std::string only_segment() const { return segments_in(journal_).at(0); }

  static void overwrite(const std::string& path, std::size_t at, std::string_view bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  /// The files of damaged/, with its folder closed to others.
  std::size_t kept_aside() const {
    const std::string folder = journal_ + "/damaged";
    if (!fs::exists(folder)) return 0;
    EXPECT_EQ(fs::status(folder).permissions(), fs::perms::owner_all);
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& file : fs::directory_iterator(folder)) ++count;
    return count;
  }

  TempDirectory directory_;
  std::string journal_ = directory_ / "ledger.journal";
  RecordStore store_ = open_store(directory_ / "ledger");
};

TEST_F(RecoveryTest, MakesRecordsOfWhatWasClosedAndOfWhatWasNot) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    ASSERT_TRUE(worker.journal.open(sample_intent(2)));
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
    ASSERT_TRUE(worker.journal.close(sample_close(3)));
  }
  const RecoveryResult result = recover_now();
  EXPECT_EQ(result.interrupted, 1U);
  EXPECT_EQ(result.damaged, 0U);
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(3), interrupted(2)}));
  EXPECT_TRUE(segments_in(journal_).empty());
}

TEST_F(RecoveryTest, CarriesEveryFieldOfAnIntentIntoItsRecord) {
  ASSERT_TRUE(Worker(journal_).journal.open(filled_finished_record()));
  recover_now();
  usage::UsageRecord expected = filled_finished_record();
  expected.outcome = usage::Outcome::interrupted;
  expected.usage_basis = usage::UsageBasis::none;
  expected.usage_reason = "gateway_interrupted";
  expected.cost_reason = "gateway_interrupted";
  EXPECT_EQ(all_records(store_), std::vector{expected});
}

TEST_F(RecoveryTest, TakesTheNewestFormOfAnIntentAndFollowsIt) {
  usage::UsageRecord amended = sample_intent(1);
  amended.follow_path = "/openai/v1/responses/resp_1";
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    ASSERT_TRUE(worker.journal.amend(amended));
  }
  EXPECT_EQ(recover_now().interrupted, 1U);
  EXPECT_TRUE(all_records(store_).empty());
  const auto awaiting = *store_.awaiting(10);
  ASSERT_EQ(awaiting.size(), 1U);
  EXPECT_EQ(awaiting.front().record.follow_path, amended.follow_path);
  EXPECT_EQ(awaiting.front().record.outcome, usage::Outcome::interrupted);
}

TEST_F(RecoveryTest, DoesNothingWithoutAJournal) {
  fs::remove(journal_);
  EXPECT_EQ(recover_now().interrupted, 0U);
  EXPECT_TRUE(all_records(store_).empty());
}

// A crash in the middle of recovery: the store has it all, the files are still there.
TEST_F(RecoveryTest, IsHarmlessTwice) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  const std::string copy = directory_ / "copy";
  fs::copy(journal_, copy);
  recover_now();
  fs::rename(journal_, directory_ / "old");
  fs::rename(copy, journal_);
  EXPECT_EQ(recover_now().interrupted, 0U);
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(2), interrupted(1)}));
}

TEST_F(RecoveryTest, JoinsIntentsAndClosesOfDifferentFiles) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    ASSERT_TRUE(worker.journal.open(sample_intent(2)));
    ASSERT_TRUE(worker.journal.open(sample_intent(3)));
    worker.fill_segment();
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
    ASSERT_TRUE(worker.ingest(store_)) << "now the intents stand in the store";
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
  }
  EXPECT_EQ(recover_now().interrupted, 1U);
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(Worker::kFiller), sample_close(2),
                                              sample_close(1), interrupted(3)}));
  EXPECT_TRUE(kept_intents(store_).empty());
  EXPECT_EQ(recover_now().interrupted, 0U);
}

TEST_F(RecoveryTest, LosesTheDamagedRecordOnlyAndKeepsItAside) {
  std::size_t second = 0;
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
    second = Segment::kSize - worker.store.snapshot().back()->room();
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
    ASSERT_TRUE(worker.journal.close(sample_close(3)));
  }
  overwrite(only_segment(), second + 30, "?");
  EXPECT_EQ(recover_now().damaged, 1U);
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(3)}));
  EXPECT_EQ(kept_aside(), 1U);
  EXPECT_TRUE(segments_in(journal_).empty());
}

TEST_F(RecoveryTest, TurnsAnIntentWithADamagedCloseIntoAnInterruptedRecord) {
  std::size_t close = 0;
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    close = Segment::kSize - worker.store.snapshot().back()->room();
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
  }
  overwrite(only_segment(), close, "?");
  const RecoveryResult result = recover_now();
  EXPECT_EQ(result.damaged, 1U);
  EXPECT_EQ(all_records(store_), std::vector{interrupted(1)});
}

// E8: no byte of the header costs a record.
TEST_F(RecoveryTest, ReadsOnBehindADamagedHeader) {
  std::vector<usage::UsageRecord> expected;
  for (const std::size_t at : {0U, 11U, 12U, 63U}) {
    ASSERT_TRUE(Worker(journal_).journal.close(sample_close(at)));
    overwrite(only_segment(), at, "?");
    EXPECT_EQ(recover_now().damaged, at < 12 ? 1U : 0U) << at;
    expected.push_back(sample_close(at));
    EXPECT_EQ(all_records(store_), expected) << at;
  }
  EXPECT_EQ(kept_aside(), 2U);
}

TEST_F(RecoveryTest, ReadsATruncatedFile) {
  std::size_t second = 0;
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
    second = Segment::kSize - worker.store.snapshot().back()->room();
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  fs::resize_file(only_segment(), second + 21);
  EXPECT_EQ(recover_now().damaged, 1U);
  EXPECT_EQ(all_records(store_), std::vector{sample_close(1)});
}

TEST_F(RecoveryTest, SetsFilesOfOthersAside) {
  std::ofstream(journal_ + "/foreign.segment") << std::string(100'000, 'x');
  std::ofstream(journal_ + "/short.segment") << "x";
  std::ofstream(journal_ + "/later.segment") << [] {
    std::string bytes(Segment::kHeaderSize, '\0');
    write_segment_header(bytes.data(), 0, 0);
    bytes[8] = kFormatVersion + 1;
    return bytes;
  }();
  std::ofstream(journal_ + "/notes.txt") << "x";
  EXPECT_EQ(recover_now().damaged, 3U);
  EXPECT_EQ(kept_aside(), 3U);
  EXPECT_TRUE(all_records(store_).empty());
  EXPECT_TRUE(fs::exists(journal_ + "/notes.txt")) << "no segment by its name";
}

// A process killed before it wrote anything.
TEST_F(RecoveryTest, TakesABlankFileForAnEmptyOne) {
  std::ofstream(journal_ + "/empty.segment").flush();
  std::ofstream(journal_ + "/blank.segment") << std::string(Segment::kSize, '\0');
  ASSERT_TRUE(SegmentStore(journal_, 0).prepare_spares(1));
  EXPECT_EQ(recover_now().damaged, 0U);
  EXPECT_TRUE(segments_in(journal_).empty());
  EXPECT_EQ(kept_aside(), 0U);
}

// They were taken for files that never held anything, noted as done with, and deleted.
TEST_F(RecoveryTest, CountsAndKeepsWhatLacksTheBytesThatItHad) {
  const auto emptied = [](const std::string& file) { fs::resize_file(file, 0); };
  const auto cut_behind_its_header = [](const std::string& file) {
    fs::resize_file(file, Segment::kHeaderSize);
  };
  const auto zeroed = [](const std::string& file) {
    fs::resize_file(file, 0);
    fs::resize_file(file, Segment::kSize);
  };
  std::uint64_t number = 0;
  for (const std::function<void(const std::string&)>& damage :
       {std::function<void(const std::string&)>(emptied),
        std::function<void(const std::string&)>(cut_behind_its_header),
        std::function<void(const std::string&)>(zeroed)}) {
    recover_now();
    {
      Worker worker(journal_);
      ASSERT_TRUE(worker.journal.close(sample_close(++number)));
      ASSERT_TRUE(worker.ingest(store_));
    }
    const std::string name = fs::path(only_segment()).filename();
    const std::uint64_t read_to = *store_.ingested_to(name);
    damage(only_segment());
    EXPECT_EQ(recover_now().damaged, 1U) << "those before were counted when they were found";
    EXPECT_EQ(*store_.ingested_to(name), read_to);
    EXPECT_TRUE(segments_in(journal_).empty());
    EXPECT_EQ(kept_aside(), number);
    EXPECT_EQ(all_records(store_).size(), number);
  }
}

TEST_F(RecoveryTest, OfOneThatWasDoneWithNothingIsLost) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
  }
  const std::string file = only_segment();
  recover_now();
  std::ofstream(file).flush();
  EXPECT_EQ(recover_now().damaged, 0U);
  EXPECT_EQ(kept_aside(), 0U);
}

// Its close would have come twice, later: as an interrupted operation's and as itself.
TEST_F(RecoveryTest, ChangesNothingWhenAFileCannotBeOpened) {
  ASSERT_TRUE(Worker(journal_).journal.open(sample_intent(1)));
  const std::string barred = journal_ + "/z.segment";
  fs::create_symlink(barred, barred);
  const auto failed = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, Errc::storage);
  EXPECT_EQ(failed.error().message.find("the journal's segment z.segment cannot be read: "), 0U);
  EXPECT_EQ(segments_in(journal_).size(), 2U);
  EXPECT_TRUE(all_records(store_).empty());
  fs::remove(barred);
  EXPECT_EQ(recover_now().interrupted, 1U);
}

TEST_F(RecoveryTest, CountsPagesThatTheDiskCannotReadAndKeepsTheFile) {
  fs::create_symlink("/proc/self/mem", journal_ + "/bad.segment");  // EIO
  EXPECT_EQ(recover_now().damaged, 1U);
  EXPECT_EQ(kept_aside(), 1U);
}

// It began as if there were none.
TEST_F(RecoveryTest, RefusesWithoutTheListOfFiles) {
  fs::remove(journal_);
  std::ofstream(journal_) << "in the way";
  const auto failed = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().message, "cannot list " + journal_ + ": Not a directory");
}

TEST_F(RecoveryTest, KeepsADamagedFileThatItCannotSetAside) {
  ASSERT_TRUE(Worker(journal_).journal.close(sample_close(1)));
  overwrite(only_segment(), 0, "?");
  std::ofstream(journal_ + "/damaged") << "in the way";
  EXPECT_EQ(recover_now().damaged, 1U);
  EXPECT_EQ(segments_in(journal_).size(), 1U);
  EXPECT_EQ(recover_now().damaged, 1U);
  EXPECT_EQ(all_records(store_), std::vector{sample_close(1)});
}

// The program that wrote version 3 had put closes into its table whose segments it had not deleted
// yet.
TEST_F(RecoveryTest, TakesNothingTwiceOfSegmentsFromBeforeAnUpgrade) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  ASSERT_TRUE(arrive(store_, {sample_close(1)}));
  ASSERT_TRUE(write_counter(store_.database(), Counter::tables_may_hold_journal_records_since, 1));
  recover_now();
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(2)}));
}

TEST_F(RecoveryTest, TakesOnWhereTheIngesterStood) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.close(sample_close(1)));
    ASSERT_TRUE(worker.ingest(store_));
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  recover_now();
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(2)}));
}

TEST_F(RecoveryTest, KeepsAllFilesWhenTheStoreTakesNothing) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    ASSERT_TRUE(worker.journal.close(sample_close(2)));
  }
  ASSERT_TRUE(store_.database().execute("PRAGMA query_only = ON"));
  const Result<RecoveryResult> failed = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(failed.has_error());
  EXPECT_EQ(failed.error().code, Errc::storage);
  EXPECT_EQ(segments_in(journal_).size(), 1U);
  ASSERT_TRUE(store_.database().execute("PRAGMA query_only = OFF"));
  EXPECT_EQ(recover_now().interrupted, 1U);
  EXPECT_EQ(all_records(store_).size(), 2U);
}

}  // namespace
}  // namespace tollgate::ledger
