// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "intake.hpp"
#include "object_table.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "temp_directory.hpp"
#include "tollgate/usage/reasons.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

class RecordStoreTest : public testing::Test {
 protected:
  std::vector<usage::UsageRecord> behind(std::int64_t sequence) {
    std::vector<usage::UsageRecord> out;
    EXPECT_TRUE(store_.read_behind(sequence, [&](std::int64_t at, std::string_view payload) {
      EXPECT_EQ(at, sequence + static_cast<std::int64_t>(out.size()) + 1);
      out.push_back(read_payload(payload));
      return true;
    }));
    return out;
  }
  std::int64_t count_blocks() {
    Statement count = store_.database().prepare("SELECT COUNT(*) FROM blocks");
    EXPECT_TRUE(*count.step());
    return count.number(0);
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
  RecordStore store_ = open_store(path_);
};

std::vector<usage::UsageRecord> sample_closes(std::uint64_t first, std::uint64_t last) {
  std::vector<usage::UsageRecord> out;
  for (std::uint64_t i = first; i <= last; ++i) out.push_back(sample_close(i));
  return out;
}

TEST_F(RecordStoreTest, KeepsEveryFieldInTheOrderOfArrival) {
  ASSERT_TRUE(arrive(store_, {filled_finished_record(), sample_intent(1)}));
  ASSERT_TRUE(arrive(store_, {sample_close(9)}));
  EXPECT_EQ(behind(0), (std::vector{filled_finished_record(), sample_intent(1), sample_close(9)}));
  EXPECT_EQ(behind(1), (std::vector{sample_intent(1), sample_close(9)}));
  EXPECT_EQ(behind(2), std::vector{sample_close(9)});
  EXPECT_TRUE(behind(3).empty());
  EXPECT_EQ(store_.last_sequence(), 3);
  EXPECT_EQ(*store_.first_sequence(), 1);
}

TEST_F(RecordStoreTest, IsThereAgainWhenOpenedAgain) {
  ASSERT_TRUE(arrive(store_, sample_closes(1, 3)));
  RecordStore again = open_store(path_);
  EXPECT_EQ(all_records(again), sample_closes(1, 3));
  EXPECT_EQ(again.last_sequence(), 3);
}

// A start after a kill with a thousand requests under way asks for a thousand times at once.
TEST_F(RecordStoreTest, ShowsEachIdAboutManyTimesOnce) {
  constexpr std::uint64_t kHour = 3'600'000'000;
  ASSERT_TRUE(arrive(store_, {sample_close(1), sample_close(2)}));
  ASSERT_TRUE(arrive(store_, {sample_close(kHour)}));
  ASSERT_TRUE(arrive(store_, {sample_close(3 * kHour)}));
  const std::int64_t before = store_.last_sequence();
  ASSERT_TRUE(arrive(store_, {sample_close(3)}));
  std::vector<UtcTime> times;
  for (std::uint64_t i = 0; i < 1'000; ++i)
    times.push_back(sample_intent(i * 1'000'000).event_time);
  times.push_back(sample_intent(3 * kHour + 50'000'000).event_time);
  std::vector<Uuid> shown;
  const auto visit = [&](const Uuid& id) { shown.push_back(id); };
  ASSERT_TRUE(store_.visit_ids_about(times, before, visit));
  EXPECT_EQ(shown, (std::vector{sample_id(1), sample_id(2), sample_id(3 * kHour)}));
  shown.clear();
  ASSERT_TRUE(store_.visit_ids_about({}, before, visit));
  EXPECT_TRUE(shown.empty());
}

TEST_F(RecordStoreTest, AWriteAheadLogThatGrowsIsMovedWhenItIsWanted) {
  const auto size = [this] { return std::filesystem::file_size(path_); };
  ASSERT_TRUE(arrive(store_, {sample_close(1)}));
  EXPECT_EQ(RecordStore::move_write_ahead_log(path_)->value_or(-1), 0) << "left";
  const auto before = size();
  ASSERT_TRUE(store_.let_write_ahead_log_grow());
  constexpr std::uint64_t kMany = 40'000;  // more than the pages at which a commit moves them
  ASSERT_TRUE(arrive(store_, sample_closes(2, kMany)));
  EXPECT_EQ(size(), before);
  EXPECT_EQ(RecordStore::move_write_ahead_log(path_)->value_or(-1), 0) << "left";
  const auto moved = size();
  EXPECT_GT(moved, before + 1000 * 4096);
  ASSERT_TRUE(store_.keep_write_ahead_log_small());
  ASSERT_TRUE(arrive(store_, sample_closes(kMany + 1, 2 * kMany)));
  EXPECT_GT(size(), moved) << "by commits again";
  EXPECT_EQ(all_records(store_).size(), 2 * kMany);
}

TEST_F(RecordStoreTest, ATransactionThatFailsLeavesNoGap) {
  {
    Transaction transaction(store_.database());
    Intake intake(store_, UtcTime());
    std::string payload;
    encode_record(sample_close(1), payload);
    ASSERT_TRUE(*intake.take(payload));
    ASSERT_TRUE(intake.finish());
  }
  ASSERT_TRUE(arrive(store_, {sample_close(2)}));
  EXPECT_EQ(behind(0), std::vector{sample_close(2)});
}

TEST_F(RecordStoreTest, MakesNoBlockLargerThanItsDamageMayCost) {
  usage::UsageRecord large = sample_close(1);
  large.end_user.assign(1000, 'u');
  ASSERT_TRUE(arrive(store_, std::vector(600, large)));
  EXPECT_GT(count_blocks(), 1);
  EXPECT_EQ(behind(0).size(), 600U);
}

TEST_F(RecordStoreTest, DamageCostsTheDamagedRecordAlone) {
  ASSERT_TRUE(arrive(store_, sample_closes(1, 3)));
  Statement read = store_.database().prepare("SELECT entries FROM blocks");
  ASSERT_TRUE(*read.step());
  std::string entries = read.text(0);
  read.reset();
  entries[entries.size() / 2] ^= 4;
  Statement write = store_.database().prepare("UPDATE blocks SET entries = ?");
  write.bind_bytes(1, entries);
  ASSERT_TRUE(write.run());
  std::vector<std::int64_t> found;
  const auto damaged = store_.read_behind(0, [&](std::int64_t at, std::string_view) {
    found.push_back(at);
    return true;
  });
  EXPECT_EQ(*damaged, 1U);
  EXPECT_EQ(found, (std::vector<std::int64_t>{1, 3}));
}

TEST_F(RecordStoreTest, FindsARecordByItsId) {
  usage::UsageRecord timed = sample_close(5);
  timed.event_time = std::chrono::system_clock::now();
  timed.record_id = make_uuid_v7(timed.event_time);
  ASSERT_TRUE(arrive(store_, sample_closes(1, 3)));
  ASSERT_TRUE(arrive(store_, {timed}));
  EXPECT_EQ((*store_.find(timed.record_id, std::nullopt))->sequence, 4);
  EXPECT_EQ((*store_.find(sample_id(2), sample_close(2).event_time))->record, sample_close(2));
  EXPECT_EQ((*store_.find(sample_id(2), std::nullopt))->sequence, 2) << "an id without a time";
  EXPECT_FALSE(*store_.find(sample_id(2), timed.event_time)) << "another time";
  EXPECT_FALSE(*store_.find(sample_id(99), std::nullopt));
}

TEST_F(RecordStoreTest, NeverUsesASequenceAgain) {
  ASSERT_TRUE(arrive(store_, sample_closes(1, 3)));
  ASSERT_TRUE(store_.delete_block(**store_.oldest_block()));
  EXPECT_FALSE(*store_.oldest_block());
  RecordStore again = open_store(path_);
  EXPECT_EQ(again.last_sequence(), 3);
  ASSERT_TRUE(arrive(again, {sample_close(4)}));
  EXPECT_EQ(*again.first_sequence(), 4);
}

TEST_F(RecordStoreTest, PutsSmallBlocksTogetherAndKeepsTheirDamage) {
  usage::UsageRecord record = sample_close(1);
  record.end_user.assign(1000, 'u');
  for (int i = 0; i < 200; ++i) {
    record.tokens.total = i;
    ASSERT_TRUE(arrive(store_, {record}));
  }
  ASSERT_TRUE(store_.database().execute(
      "UPDATE blocks SET entries = zeroblob(length(entries)) WHERE first_sequence = 7"));
  ASSERT_EQ(count_blocks(), 200);
  std::int64_t from = 1;
  for (int i = 0; i < 10; ++i) from = *store_.merge_small(from);
  EXPECT_LT(count_blocks(), 80);
  EXPECT_GT(from, 100);
  std::vector<std::int64_t> found;
  const auto damaged = store_.read_behind(0, [&](std::int64_t at, std::string_view payload) {
    EXPECT_EQ(read_payload(payload).tokens.total, at - 1);
    found.push_back(at);
    return true;
  });
  EXPECT_EQ(*damaged, 1U);
  EXPECT_EQ(found.size(), 199U);
  EXPECT_EQ(*store_.merge_small(from), from) << "too little has come since";
}

usage::UsageRecord unfinished_record(std::uint64_t number) {
  usage::UsageRecord record = sample_close(number);
  record.follow_path = "/openai/v1/responses/resp_1";
  record.stored_objects = {"resp_1", "file-2"};
  return record;
}

TEST_F(RecordStoreTest, UnfinishedWorkHasNoPlaceInTheOrder) {
  ASSERT_TRUE(arrive(store_, {sample_close(1), unfinished_record(2), sample_close(3)}));
  EXPECT_EQ(behind(0), (std::vector{sample_close(1), sample_close(3)}));
  const std::vector<StoredRecord> awaiting = *store_.awaiting(10);
  ASSERT_EQ(awaiting.size(), 1U);
  EXPECT_EQ(awaiting.front().record, unfinished_record(2));
  EXPECT_TRUE(*store_.awaits(sample_id(2)));
  EXPECT_EQ(*store_.count_awaiting(), 1U);
  EXPECT_TRUE(*store_.drop_awaiting(awaiting.front().sequence));
  EXPECT_FALSE(*store_.drop_awaiting(awaiting.front().sequence)) << "it awaits no more";
  EXPECT_FALSE(*store_.awaits(sample_id(2)));
}

TEST_F(RecordStoreTest, KnowsWhoMadeAnObjectAndForgetsOldResponses) {
  const usage::UsageRecord record = unfinished_record(1);
  ASSERT_TRUE(arrive(store_, {record}));
  Database& database = store_.database();
  const auto known = [&](const std::vector<std::string>& ids) {
    std::set<std::string> out;
    const std::vector<StoredObject> all = *find_objects(database, ids);
    for (const StoredObject& found : all) {
      out.insert(found.id);
      EXPECT_EQ(found.client_name, record.client_name);
      EXPECT_EQ(found.backend, record.backend);
      EXPECT_EQ(found.deployment, record.backend_deployment);
      EXPECT_EQ(found.model, record.requested_model);
    }
    EXPECT_EQ(out.size(), all.size());
    return out;
  };
  const std::vector<std::string> ids{"resp_", "resp_1", "x'); --", "file-2"};
  EXPECT_EQ(known(ids), (std::set<std::string>{"resp_1", "file-2"}));
  EXPECT_EQ(known({"resp_"}), std::set<std::string>{});
  EXPECT_EQ(known({}), std::set<std::string>{});
  ASSERT_TRUE(forget_responses(database, record.event_time, 10));
  EXPECT_EQ(known(ids).count("resp_1"), 1U) << "not older than that";
  ASSERT_TRUE(forget_responses(database, record.event_time + seconds(1), 10));
  EXPECT_EQ(known(ids), std::set<std::string>{"file-2"});
}

TEST_F(RecordStoreTest, KnowsWhichConversationAnObjectBelongsToAsLongAsItKnowsTheObject) {
  usage::UsageRecord record = unfinished_record(1);
  record.conversation_id = "talk";
  usage::UsageRecord later = unfinished_record(2);
  later.stored_objects = {"resp_2"};
  later.conversation_id.clear();
  ASSERT_TRUE(arrive(store_, {record, later}));
  Database& database = store_.database();
  const auto conversation = [&](const std::string& id) {
    return find_objects(database, std::vector{id}).value().at(0).conversation;
  };
  EXPECT_EQ(conversation("resp_1"), "talk");
  EXPECT_EQ(conversation("file-2"), "talk");
  EXPECT_EQ(conversation("resp_2"), "");
  ASSERT_TRUE(forget_responses(database, record.event_time + seconds(1), 10));
  Statement left = database.prepare("SELECT group_concat(id) FROM object_conversations");
  ASSERT_TRUE(left.step().value());
  EXPECT_EQ(left.text(0), "file-2");
}

TEST_F(RecordStoreTest, ForgettingLooksAtOldResponsesOnly) {
  Statement plan = store_.database().prepare(
      "EXPLAIN QUERY PLAN SELECT id FROM objects INDEXED BY responses_by_time WHERE id >= 'resp_' "
      "AND "
      "id < 'resp`' AND made_at < 5 ORDER BY made_at LIMIT 5");
  ASSERT_TRUE(*plan.step());
  EXPECT_NE(plan.text(3).find("responses_by_time (made_at<?)"), std::string::npos) << plan.text(3);
}

TEST_F(RecordStoreTest, KeepsIntentsUntilTheyAreDropped) {
  for (const std::uint64_t number : {2, 1, 1}) {
    std::string payload;
    encode_record(sample_intent(number), payload);
    ASSERT_TRUE(store_.keep_intent(sample_id(number), payload)) << "twice is once";
  }
  EXPECT_EQ(kept_intents(store_), (std::vector{sample_intent(1), sample_intent(2)}));
  ASSERT_TRUE(store_.drop_intent(sample_id(2)));
  EXPECT_EQ(kept_intents(store_), std::vector{sample_intent(1)});
}

TEST_F(RecordStoreTest, ForgetsSegmentsThatAreGoneForLong) {
  ASSERT_TRUE(store_.note_ingested("gone", Segment::kSize, from_unix_micros(4)));
  ASSERT_TRUE(store_.note_ingested("there", 100, from_unix_micros(1)));
  ASSERT_TRUE(store_.note_ingested("young", Segment::kSize, from_unix_micros(9)));
  ASSERT_TRUE(store_.note_ingested("lost", 100, from_unix_micros(4)));
  ASSERT_TRUE(store_.note_ingested("lost long ago", 100, from_unix_micros(1)));
  ASSERT_TRUE(store_.forget_segments(from_unix_micros(5), from_unix_micros(2),
                                     [](const std::string& name) { return name != "there"; }));
  EXPECT_EQ(*store_.ingested_to("gone"), 0U);
  EXPECT_EQ(*store_.ingested_to("there"), 100U) << "an idle worker's stays";
  EXPECT_EQ(*store_.ingested_to("young"), Segment::kSize);
  EXPECT_EQ(*store_.ingested_to("lost"), 100U) << "a loss is known for longer";
  EXPECT_EQ(*store_.ingested_to("lost long ago"), 0U);
}

// E11
TEST_F(RecordStoreTest, RefusesWhatANewerVersionWrote) {
  ASSERT_TRUE(
      store_.database().execute("PRAGMA user_version = " + std::to_string(kSchemaVersion + 1)));
  const auto opened = RecordStore::open(path_, config::Durability::process_crash);
  ASSERT_TRUE(opened.has_error());
  EXPECT_EQ(opened.error().code, Errc::storage);
  EXPECT_NE(opened.error().message.find("newer version"), std::string::npos);
}

TEST(ReadPayload, OfADamagedOneWhatAGlanceTells) {
  std::string payload;
  encode_record(sample_close(3), payload);
  constexpr char kOutcome = 25;
  payload[payload.find(std::string{kOutcome, 8, 0, 0, 0}) + 5] = 99;
  const usage::UsageRecord record = read_payload(payload);
  EXPECT_EQ(record.record_id, sample_id(3));
  EXPECT_EQ(record.event_time, sample_close(3).event_time);
  EXPECT_EQ(record.usage_reason, usage::reason::kRecordDamaged);
}

TEST_F(RecordStoreTest, RefusesAFileThatIsNoDatabase) {
  std::ofstream(directory_ / "text") << std::string(5000, 'x');
  for (const std::string& path :
       {directory_ / "text", directory_ / "none/ledger", directory_.path()}) {
    const auto opened = RecordStore::open(path, config::Durability::power_loss);
    ASSERT_TRUE(opened.has_error()) << path;
    EXPECT_EQ(opened.error().code, Errc::storage);
  }
}

}  // namespace
}  // namespace tollgate::ledger
