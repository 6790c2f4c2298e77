// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

class RecordTableTest : public testing::Test {
 protected:
  std::vector<std::int64_t> sequences() {
    std::vector<std::int64_t> out;
    const auto stored = table_.queued(100);
    for (const StoredRecord& record : *stored) out.push_back(record.sequence);
    return out;
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
  RecordTable table_ = open_table(path_);
};

TEST_F(RecordTableTest, KeepsEveryField) {
  ASSERT_TRUE(table_.insert(filled_finished_record()));
  ASSERT_TRUE(table_.insert(sample_intent(1)));
  EXPECT_EQ(queued_records(table_), (std::vector{filled_finished_record(), sample_intent(1)}));
}

usage::UsageRecord unfinished_record(std::uint64_t number) {
  usage::UsageRecord record = sample_close(number);
  record.follow_path = "/openai/v1/responses/resp_1";
  record.stored_objects = "resp_1 file-2";
  return record;
}

TEST_F(RecordTableTest, LetsUnfinishedWorkAwaitItsUsageAndQueuesItOnce) {
  ASSERT_TRUE(table_.insert(unfinished_record(1)));
  EXPECT_TRUE(queued_records(table_).empty());
  std::vector<StoredRecord> awaiting = *table_.awaiting(10);
  ASSERT_EQ(awaiting.size(), 1U);
  EXPECT_EQ(awaiting.front().record, unfinished_record(1));
  awaiting.front().record.follow_path.clear();
  awaiting.front().record.tokens.total = 42;
  EXPECT_TRUE(*table_.settle(awaiting.front()));
  EXPECT_FALSE(*table_.settle(awaiting.front())) << "it awaits no more";
  EXPECT_TRUE(table_.awaiting(10)->empty());
  EXPECT_EQ(queued_records(table_), std::vector{awaiting.front().record});
  EXPECT_FALSE(*table_.insert(unfinished_record(1))) << "a journal read again changes nothing";
  EXPECT_EQ(table_.counts()->queued, 1U);
  EXPECT_EQ(table_.counts()->awaiting, 0U);
}

TEST_F(RecordTableTest, KnowsWhoMadeAnObjectAndForgetsOldResponses) {
  const usage::UsageRecord record = unfinished_record(1);
  ASSERT_TRUE(table_.insert(record));
  for (const char* id : {"resp_1", "file-2"}) {
    const auto found = *table_.find_object(id);
    ASSERT_TRUE(found) << id;
    EXPECT_EQ(found->client_name, record.client_name);
    EXPECT_EQ(found->backend, record.backend);
    EXPECT_EQ(found->deployment, record.backend_deployment);
    EXPECT_EQ(found->model, record.requested_model);
  }
  EXPECT_FALSE(*table_.find_object("resp_"));
  ASSERT_TRUE(table_.forget_responses(record.event_time));
  EXPECT_TRUE(*table_.find_object("resp_1")) << "not older than that";
  ASSERT_TRUE(table_.forget_responses(record.event_time + seconds(1)));
  EXPECT_FALSE(*table_.find_object("resp_1"));
  EXPECT_TRUE(*table_.find_object("file-2"));
}

TEST_F(RecordTableTest, TakesARecordOnce) {
  EXPECT_TRUE(*table_.insert(sample_close(1)));
  usage::UsageRecord other = sample_close(1);
  other.model = "other";
  EXPECT_FALSE(*table_.insert(other));
  EXPECT_EQ(queued_records(table_), std::vector{sample_close(1)});
}

TEST_F(RecordTableTest, HandsOutTheOldestFirst) {
  for (std::uint64_t i = 5; i > 0; --i) ASSERT_TRUE(table_.insert(sample_close(i)));
  const auto two = table_.queued(2);
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(two->front().record, sample_close(5));
  EXPECT_LT(two->front().sequence, two->back().sequence);
  EXPECT_EQ(table_.oldest_queued(), sample_close(5).event_time) << "by arrival";
}

TEST_F(RecordTableTest, SettlesARecordOnce) {
  for (std::uint64_t i = 0; i < 4; ++i) ASSERT_TRUE(table_.insert(sample_close(i)));
  const std::vector<std::int64_t> all = sequences();
  ASSERT_TRUE(table_.mark_delivered(all[0], from_unix_micros(1)));
  ASSERT_TRUE(table_.quarantine(all[1], "rejected", from_unix_micros(1)));
  EXPECT_EQ(sequences(), (std::vector{all[2], all[3]}));
  // Whoever comes late changes nothing.
  ASSERT_TRUE(table_.quarantine(all[0], "late", from_unix_micros(2)));
  ASSERT_TRUE(table_.mark_delivered(all[1], from_unix_micros(2)));
  const RecordTable::Counts counts = *table_.counts();
  EXPECT_EQ(counts.queued, 2U);
  EXPECT_EQ(counts.delivered, 1U);
  EXPECT_EQ(counts.quarantined, 1U);
  EXPECT_EQ(counts.oldest_queued, sample_close(2).event_time);
}

TEST_F(RecordTableTest, DeletesOnlyWhatWasDeliveredBefore) {
  for (std::uint64_t i = 0; i < 6; ++i) ASSERT_TRUE(table_.insert(sample_close(i)));
  const std::vector<std::int64_t> all = sequences();
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(table_.mark_delivered(all[static_cast<std::size_t>(i)], from_unix_micros(10 + i)));
  }
  ASSERT_TRUE(table_.quarantine(all[4], "rejected", from_unix_micros(1)));
  EXPECT_EQ(*table_.delete_delivered(from_unix_micros(13), 2), 2);
  EXPECT_EQ(*table_.delete_delivered(from_unix_micros(13), 2), 1);
  EXPECT_EQ(*table_.delete_delivered(from_unix_micros(13), 2), 0);
  const RecordTable::Counts counts = *table_.counts();
  EXPECT_EQ(counts.delivered, 1U);
  EXPECT_EQ(counts.quarantined, 1U);
  EXPECT_EQ(counts.queued, 1U);
}

TEST_F(RecordTableTest, NeverUsesASequenceAgain) {
  ASSERT_TRUE(table_.insert(sample_close(1)));
  const std::int64_t first = sequences().at(0);
  ASSERT_TRUE(table_.mark_delivered(first, from_unix_micros(1)));
  ASSERT_EQ(*table_.delete_delivered(from_unix_micros(2), 10), 1);
  ASSERT_TRUE(table_.insert(sample_close(2)));
  EXPECT_GT(sequences().at(0), first);
}

TEST_F(RecordTableTest, KeepsIntentsUntilTheyAreDropped) {
  ASSERT_TRUE(table_.keep_intent(sample_intent(2)));
  ASSERT_TRUE(table_.keep_intent(sample_intent(1)));
  ASSERT_TRUE(table_.keep_intent(sample_intent(1))) << "twice is once";
  EXPECT_EQ(*table_.kept_intents(), (std::vector{sample_intent(1), sample_intent(2)}));
  ASSERT_TRUE(table_.drop_intent(sample_id(2)));
  EXPECT_EQ(*table_.kept_intents(), std::vector{sample_intent(1)});
}

TEST_F(RecordTableTest, IsThereAgainWhenOpenedAgain) {
  ASSERT_TRUE(table_.insert(sample_close(1)));
  RecordTable again = open_table(path_);
  EXPECT_EQ(queued_records(again), std::vector{sample_close(1)});
}

// E11
TEST_F(RecordTableTest, RefusesWhatANewerVersionWrote) {
  ASSERT_TRUE(table_.database().execute("PRAGMA user_version = " +
                                        std::to_string(RecordTable::kSchemaVersion + 1)));
  const auto opened = RecordTable::open(path_, config::Durability::process_crash);
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, Errc::storage);
  EXPECT_NE(opened.error().message.find("newer version"), std::string::npos);
}

TEST_F(RecordTableTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(directory_ / "text") << std::string(5000, 'x');
  for (const std::string& path :
       {directory_ / "text", directory_ / "none/ledger", directory_.path()}) {
    const auto opened = RecordTable::open(path, config::Durability::power_loss);
    ASSERT_TRUE(opened.has_error()) << path;
    EXPECT_EQ(opened.error().code, Errc::storage);
  }
}

}  // namespace
}  // namespace tollgate::ledger
