// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "record_table.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <fstream>
#include <string>
#include <vector>

#include "record_codec.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "tollgate/usage/reasons.hpp"
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
  record.stored_objects = {"resp_1", "file-2"};
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

/// Records with their journal forms, as the ingester hands them over.
class Batch {
 public:
  explicit Batch(std::vector<usage::UsageRecord> records) : records_(std::move(records)) {
    for (const auto& record : records_) encode_record(record, payloads_.emplace_back());
  }

  std::string insert_into(RecordTable& table) const {
    std::vector<RecordTable::Row> rows;
    for (std::size_t i = 0; i < records_.size(); ++i) rows.push_back({&records_[i], payloads_[i]});
    std::string out;
    const auto inserted = table.insert(rows);
    for (std::size_t i = 0; inserted && i < rows.size(); ++i) out += inserted->test(i) ? '+' : '-';
    return out;
  }

 private:
  std::vector<usage::UsageRecord> records_;
  std::vector<std::string> payloads_;
};

std::vector<usage::UsageRecord> sample_closes(std::vector<std::uint64_t> numbers) {
  std::vector<usage::UsageRecord> out;
  for (const std::uint64_t number : numbers) out.push_back(sample_close(number));
  return out;
}

TEST_F(RecordTableTest, TakesManyAtOnceInTheirOrder) {
  const auto records = sample_closes({8, 7, 6, 5, 4, 3, 2, 1});
  ASSERT_EQ(records.size(), RecordTable::kRowsAtOnce);
  EXPECT_EQ(Batch(records).insert_into(table_), "++++++++");
  EXPECT_EQ(queued_records(table_), records);
  EXPECT_EQ(Batch(records).insert_into(table_), "--------") << "a journal read again";
  EXPECT_EQ(Batch(sample_closes({9, 10})).insert_into(table_), "++");
  EXPECT_EQ(table_.queued(20)->size(), 10U);
}

TEST_F(RecordTableTest, TellsWhichOfManyWereNew) {
  ASSERT_EQ(Batch(sample_closes({2, 5})).insert_into(table_), "++");
  EXPECT_EQ(Batch(sample_closes({1, 2, 3, 3, 4, 5, 1, 6})).insert_into(table_), "+-+-+--+");
  EXPECT_EQ(queued_records(table_), sample_closes({2, 5, 1, 3, 4, 6}));
}

TEST_F(RecordTableTest, TellsSoAlsoAfterATransactionThatFailed) {
  ASSERT_EQ(Batch(sample_closes({1})).insert_into(table_), "+");
  {
    Transaction transaction(table_.database());
    ASSERT_EQ(Batch(sample_closes({11, 12, 13, 14, 15, 16, 17, 18})).insert_into(table_),
              "++++++++");
  }
  EXPECT_EQ(Batch(sample_closes({11, 1, 12, 13, 14, 15, 16, 17})).insert_into(table_), "+-++++++");
}

TEST_F(RecordTableTest, ManyAtOnceKeepTheirStatesAndTheirObjects) {
  auto records = sample_closes({1, 2, 3, 4, 5, 6, 7});
  records.insert(records.begin() + 3, filled_finished_record());
  records[5] = unfinished_record(5);
  EXPECT_EQ(Batch(records).insert_into(table_), "++++++++");
  EXPECT_EQ(table_.counts()->queued, 7U);
  EXPECT_EQ(table_.counts()->awaiting, 1U);
  EXPECT_EQ(table_.awaiting(9)->front().record, records[5]);
  EXPECT_EQ(table_.queued(9)->at(3).record, records[3]);
  EXPECT_TRUE(*table_.find_object("file-2"));
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

// As version 2 wrote it, a column for every field. SQLite keeps values as they come, whatever a column's type.
void make_version_2(Database& database, const std::string& version_1_lacks = "") {
  std::string columns;
  const usage::UsageRecord record;
  visit_fields(
      [&](const usage::RecordField& field, const auto&) {
        if (version_1_lacks.find(field.name) == std::string::npos)
          columns.append(field.name).append(",");
      },
      record);
  ASSERT_TRUE(database.execute(
      "DROP TABLE records; CREATE TABLE records (sequence INTEGER PRIMARY KEY AUTOINCREMENT," +
      columns +
      "state INTEGER NOT NULL DEFAULT 0, quarantine_reason TEXT NOT NULL DEFAULT '', settled_at "
      "INTEGER);"
      "CREATE UNIQUE INDEX records_by_id ON records (record_id);"
      "CREATE INDEX records_queued ON records (sequence) WHERE state = 0;"
      "CREATE INDEX records_settled ON records (settled_at) WHERE state = 1;"
      "CREATE INDEX records_by_time ON records (event_time); PRAGMA user_version = 2;"));
}

/// A record in the columns of version 2, as far as this test looks; the sequence is the next one.
void insert_version_2(Database& database, std::uint64_t number, const std::string& state) {
  Statement insert = database.prepare(
      "INSERT INTO records (record_id, event_time, client_name, tags, attempts, outcome, "
      "usage_basis, "
      "total_tokens, gateway_overhead_ms, stream, state, quarantine_reason) VALUES (?, ?, 'team', "
      "'{\"a\":\"b\"}', '[{\"Backend\":\"x\",\"Status\":429,\"RetryAfterMs\":7}]', "
      "'client_aborted', 'partial', 29, 1.5, 1, " +
      state + ", 'why')");
  insert.bind(1, std::string_view(sample_id(number).to_string()));
  insert.bind(2, std::int64_t{1'000'000});
  ASSERT_TRUE(insert.run());
}

usage::UsageRecord version_2_record(std::uint64_t number) {
  usage::UsageRecord record;
  record.record_id = sample_id(number);
  record.event_time = from_unix_micros(1'000'000);
  record.client_name = "team";
  record.tags = {{"a", "b"}};
  record.attempts = {{.backend = "x", .status = 429, .retry_after_ms = 7}};
  record.outcome = usage::Outcome::client_aborted;
  record.usage_basis = usage::UsageBasis::partial;
  record.tokens.total = 29;
  record.gateway_overhead_ms = 1.5;
  record.stream = true;
  return record;
}

TEST_F(RecordTableTest, TakesOverWhatVersion2Wrote) {
  Database& old = table_.database();
  make_version_2(old);
  insert_version_2(old, 1, "0");
  insert_version_2(old, 2, "2");
  insert_version_2(old, 3, "1");
  ASSERT_TRUE(old.execute("DELETE FROM records WHERE sequence = 3"));
  RecordTable table = open_table(path_);
  EXPECT_EQ(*RecordTable::version(table.database()), RecordTable::kSchemaVersion);
  const auto queued = table.queued(10);
  ASSERT_EQ(queued->size(), 1U);
  EXPECT_EQ(queued->front().sequence, 1);
  EXPECT_EQ(queued->front().record, version_2_record(1));
  EXPECT_EQ(table.counts()->quarantined, 1U);
  Statement reason =
      table.database().prepare("SELECT quarantine_reason FROM records WHERE state = 2");
  ASSERT_TRUE(*reason.step());
  EXPECT_EQ(reason.text(0), "why");
  ASSERT_TRUE(*table.insert(sample_close(9)));
  EXPECT_EQ(table.queued(10)->back().sequence, 4) << "3 had been given";
  EXPECT_FALSE(*table.insert(version_2_record(2))) << "it is there";
}

TEST_F(RecordTableTest, TakesOverWhatVersion1Wrote) {
  Database& old = table_.database();
  make_version_2(old, "response_id follow_path stored_objects");
  ASSERT_TRUE(old.execute("DROP TABLE objects; PRAGMA user_version = 1"));
  insert_version_2(old, 1, "0");
  RecordTable table = open_table(path_);
  EXPECT_EQ(queued_records(table), std::vector{version_2_record(1)});
  EXPECT_FALSE(*table.find_object("resp_1"));
}

TEST_F(RecordTableTest, AnUpgradeThatFailsLeavesAllAsItWas) {
  Database& old = table_.database();
  make_version_2(old);
  insert_version_2(old, 1, "0");
  ASSERT_TRUE(old.execute("ALTER TABLE records RENAME COLUMN gateway TO lost"));
  ASSERT_TRUE(RecordTable::open(path_, config::Durability::process_crash).has_error());
  EXPECT_EQ(*RecordTable::version(old), 2);
  ASSERT_TRUE(old.execute("ALTER TABLE records RENAME COLUMN lost TO gateway"));
  EXPECT_EQ(queued_records(table_ = open_table(path_)), std::vector{version_2_record(1)});
}

TEST_F(RecordTableTest, OfADamagedPayloadTheColumnsAreLeft) {
  ASSERT_TRUE(*table_.insert(filled_finished_record()));
  ASSERT_TRUE(table_.database().execute("UPDATE records SET payload = x'0102'"));
  const usage::UsageRecord whole = filled_finished_record();
  const std::vector<usage::UsageRecord> found = queued_records(table_);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].record_id, whole.record_id);
  EXPECT_EQ(found[0].event_time, whole.event_time);
  EXPECT_EQ(found[0].client_name, whole.client_name);
  EXPECT_EQ(found[0].caller_ip_address, whole.caller_ip_address);
  EXPECT_EQ(found[0].operation_id, whole.operation_id);
  EXPECT_EQ(found[0].backend, whole.backend);
  EXPECT_EQ(found[0].backend_deployment, whole.backend_deployment);
  EXPECT_EQ(found[0].model, whole.model);
  EXPECT_EQ(found[0].tokens.prompt, whole.tokens.prompt);
  EXPECT_EQ(found[0].tokens.completion, whole.tokens.completion);
  EXPECT_EQ(found[0].tokens.total, whole.tokens.total);
  EXPECT_EQ(found[0].usage_basis, whole.usage_basis);
  EXPECT_EQ(found[0].usage_reason, usage::reason::kRecordDamaged);
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
