// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "ingester.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <fstream>
#include <string>
#include <vector>

#include "sample_record.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

class IngesterTest : public testing::Test {
 protected:
  /// Flips a bit in the file, as a fault of the disk would, under the mapping in use.
  static void flip(const std::string& path, std::size_t at) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get() ^ 4);
    file.seekp(static_cast<std::streamoff>(at));
    file.put(byte);
  }

  std::size_t segment_files() const { return segments_in(directory_.path()).size(); }
  std::size_t set_aside() const { return segments_in(directory_ / "damaged").size(); }
  std::vector<usage::UsageRecord> kept_intents() { return ledger::kept_intents(store_); }

  TempDirectory directory_;
  RecordStore store_ = open_store(directory_ / "ledger");
  Worker worker_{directory_.path()};
};

TEST_F(IngesterTest, MovesWhatWasClosedInItsOrder) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(2), sample_close(1)}));
  EXPECT_EQ(worker_.arrived, 2U);
}

TEST_F(IngesterTest, MovesManyInTheirOrderWhateverTheirNumber) {
  std::vector<usage::UsageRecord> expected;
  std::uint64_t next = 0;
  for (std::uint64_t count = 1; count <= 17; ++count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      ASSERT_TRUE(worker_.journal.open(sample_intent(++next)));
      ASSERT_TRUE(worker_.journal.close(expected.emplace_back(sample_close(next))));
    }
    ASSERT_TRUE(worker_.ingest(store_));
    EXPECT_EQ(worker_.arrived, count);
  }
  EXPECT_EQ(all_records(store_), expected);
}

TEST_F(IngesterTest, ReadsOnFromWhereItStood) {
  EXPECT_FALSE(worker_.ingester.has_news());
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  EXPECT_TRUE(worker_.ingester.has_news());
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_FALSE(worker_.ingester.has_news());
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(worker_.arrived, 0U);
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(worker_.arrived, 1U);
  EXPECT_EQ(all_records(store_).size(), 2U);
}

TEST_F(IngesterTest, DoesAFailedRoundAgain) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  {
    Transaction transaction(store_.database());
    Intake intake(store_, UtcTime());
    ASSERT_TRUE(worker_.ingester.stage(store_, intake, UtcTime()));
    ASSERT_TRUE(intake.finish());
    // No commit: the disk is full, say.
  }
  EXPECT_TRUE(all_records(store_).empty());
  EXPECT_EQ(segment_files(), 2U);
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(all_records(store_),
            (std::vector{sample_close(1), sample_close(Worker::kFiller), sample_close(2)}));
  EXPECT_EQ(segment_files(), 1U);
}

TEST_F(IngesterTest, AFailedRoundLeavesOpenIntentsAsTheyWere) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.journal.open(sample_intent(2)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.open(sample_intent(3)));
  ASSERT_TRUE(worker_.ingest(store_));
  usage::UsageRecord amended = sample_intent(2);
  amended.response_id = "resp_1";
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  ASSERT_TRUE(worker_.journal.amend(amended));
  ASSERT_TRUE(worker_.journal.open(sample_intent(4)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(3)));
  for (int i = 0; i < 3; ++i) {
    Transaction transaction(store_.database());
    Intake intake(store_, UtcTime());
    ASSERT_TRUE(worker_.ingester.stage(store_, intake, UtcTime()));
  }
  // When a segment goes, all that is open is kept: 3 as well, which stands in the next one.
  EXPECT_EQ(kept_intents(), (std::vector{sample_intent(1), sample_intent(2), sample_intent(3)}));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(kept_intents(), (std::vector{amended, sample_intent(4)}));
}

// A crash between the commit and the deletion of the segment brings the file again.
TEST_F(IngesterTest, NotesHowFarItHasCome) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  ASSERT_TRUE(worker_.ingest(store_));
  const auto segment = worker_.store.snapshot().front();
  EXPECT_EQ(*store_.ingested_to(segment->name()), Segment::kSize - segment->room());
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(*store_.ingested_to(segment->name()), Segment::kSize);
}

TEST_F(IngesterTest, DeletesASegmentOnceItIsInTheStore) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(3)));
  EXPECT_EQ(segment_files(), 3U);
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(segment_files(), 1U) << "the one in use stays";
  EXPECT_EQ(all_records(store_).size(), 5U);
}

TEST_F(IngesterTest, KeepsIntentsThatOutliveTheirSegment) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.journal.open(sample_intent(2)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.open(sample_intent(3)));
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(segment_files(), 1U);
  EXPECT_EQ(kept_intents(), (std::vector{sample_intent(1), sample_intent(3)}));
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(kept_intents(), std::vector{sample_intent(3)});
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(3)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_TRUE(kept_intents().empty());
}

TEST_F(IngesterTest, LeavesOpenIntentsInTheStoreAtACleanEnd) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  ASSERT_TRUE(worker_.ingest(store_));
  worker_.ingester.finish(store_, UtcTime());
  EXPECT_EQ(segment_files(), 0U);
  EXPECT_EQ(kept_intents(), std::vector{sample_intent(1)});
}

TEST_F(IngesterTest, KeepsAnIntentAsItWasReadThoughItsFileIsDamagedLater) {
  ASSERT_TRUE(worker_.journal.open(sample_intent(1)));
  ASSERT_TRUE(worker_.ingest(store_));
  const auto segment = worker_.store.snapshot().front();
  flip(segment->path(), segment->bytes().find(sample_intent(1).client_name));
  worker_.ingester.finish(store_, UtcTime());
  EXPECT_EQ(kept_intents(), std::vector{sample_intent(1)});
}

TEST_F(IngesterTest, StepsOverDamageAndCountsItOnce) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  const std::size_t second = Segment::kSize - worker_.store.snapshot().back()->room();
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  flip(segments_in(directory_.path()).at(0), second + 20);
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(worker_.ingest(store_));
  ASSERT_TRUE(worker_.journal.close(sample_close(3)));
  for (int round = 0; round < 3; ++round) ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(3)}));
  EXPECT_EQ(worker_.ingester.damaged(), 1U);
  EXPECT_EQ(set_aside(), 0U) << "it is in use";
  worker_.ingester.finish(store_, UtcTime());
  EXPECT_EQ(set_aside(), 1U);
  EXPECT_EQ(segment_files(), 0U);
}

// What shows which records are gone was deleted.
TEST_F(IngesterTest, SetsAsideTheSegmentInWhichAnEarlierRoundMetDamageAndNoOther) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  ASSERT_TRUE(worker_.journal.close(sample_close(2)));
  const std::string name = worker_.store.snapshot().front()->name();
  flip(worker_.store.snapshot().front()->path(), Segment::kHeaderSize + 20);
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(worker_.ingester.damaged(), 1U);
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(3)));
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(4)));
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(segment_files(), 1U);
  EXPECT_EQ(segments_in(directory_ / "damaged"),
            std::vector<std::string>{directory_ / "damaged/" + name});
}

TEST_F(IngesterTest, NeedsNoSealToGoOn) {
  worker_.fill_segment();
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  flip(worker_.store.snapshot().front()->path(), Segment::kSize - Segment::kEntryHeaderSize + 8);
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(all_records(store_).back(), sample_close(1));
  EXPECT_EQ(worker_.ingester.damaged(), 1U);
  EXPECT_EQ(segment_files(), 1U);
  EXPECT_EQ(set_aside(), 1U);
}

TEST_F(IngesterTest, LeavesDamageToTheNextStart) {
  ASSERT_TRUE(worker_.journal.close(sample_close(1)));
  flip(worker_.store.snapshot().front()->path(), Segment::kHeaderSize + 20);
  ASSERT_TRUE(worker_.ingest(store_));
  worker_.ingester.finish(store_, UtcTime());
  EXPECT_EQ(segment_files(), 1U);
}

}  // namespace
}  // namespace tollgate::ledger
