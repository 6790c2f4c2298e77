// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "schema_upgrade.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "delivery_table.hpp"
#include "object_table.hpp"
#include "record_codec.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "temp_directory.hpp"
#include "tollgate/usage/reasons.hpp"
#include "tollgate/usage/record_fields.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

/// A database of an earlier version, made as that version made it.
class SchemaUpgrade : public testing::Test {
 protected:
  Database make() {
    Database database = std::move(*Database::open(path_));
    EXPECT_TRUE(database.execute(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;"
        "CREATE TABLE intents (record_id TEXT PRIMARY KEY, payload BLOB NOT NULL) WITHOUT ROWID;"));
    return database;
  }
  static void make_objects(Database& database) {
    ASSERT_TRUE(database.execute(
        "CREATE TABLE objects (id TEXT PRIMARY KEY, client_name TEXT NOT NULL, backend TEXT NOT "
        "NULL, "
        "deployment TEXT NOT NULL, model TEXT NOT NULL, made_at INTEGER NOT NULL) WITHOUT ROWID;"));
  }
  static void make_version_3(Database& database) {
    make_objects(database);
    ASSERT_TRUE(database.execute(
        "CREATE TABLE records (sequence INTEGER PRIMARY KEY AUTOINCREMENT, record_id TEXT, "
        "event_time "
        "INTEGER, client_name TEXT, caller_ip_address TEXT, operation_id TEXT, backend TEXT, "
        "backend_deployment TEXT, model TEXT, prompt_tokens INTEGER, completion_tokens INTEGER, "
        "total_tokens INTEGER, usage_basis TEXT, payload BLOB, state INTEGER NOT NULL DEFAULT 0, "
        "quarantine_reason TEXT NOT NULL DEFAULT '', settled_at INTEGER);"
        "CREATE UNIQUE INDEX records_by_id ON records (record_id);"
        "CREATE INDEX records_queued ON records (sequence) WHERE state = 0;"
        "CREATE INDEX records_awaiting ON records (sequence) WHERE state = 3;"
        "CREATE INDEX records_settled ON records (settled_at) WHERE state = 1;"
        "CREATE INDEX records_by_time ON records (event_time); PRAGMA user_version = 3;"));
  }
  static void insert_version_3(Database& database, const usage::UsageRecord& record, int state) {
    std::string payload;
    encode_record(record, payload);
    Statement insert = database.prepare(
        "INSERT INTO records (record_id, event_time, client_name, caller_ip_address, operation_id, "
        "backend, backend_deployment, model, prompt_tokens, completion_tokens, total_tokens, "
        "usage_basis, payload, state, quarantine_reason, settled_at) VALUES "
        "(?,?,?,?,?,?,?,?,?,?,?,?,?,?,'why',7)");
    insert.bind(1, std::string_view(record.record_id.to_string()));
    insert.bind(2, to_unix_micros(record.event_time));
    const std::string* const texts[] = {&record.client_name,        &record.caller_ip_address,
                                        &record.operation_id,       &record.backend,
                                        &record.backend_deployment, &record.model};
    for (int i = 0; i < 6; ++i) insert.bind(3 + i, std::string_view(*texts[i]));
    const std::optional<std::int64_t> counts[] = {record.tokens.prompt, record.tokens.completion,
                                                  record.tokens.total};
    for (int i = 0; i < 3; ++i) {
      if (counts[i]) insert.bind(9 + i, *counts[i]);
    }
    insert.bind(12, to_string(record.usage_basis));
    insert.bind_bytes(13, payload);
    insert.bind(14, std::int64_t{state});
    ASSERT_TRUE(insert.run());
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
};

usage::UsageRecord awaiting_record(std::uint64_t number) {
  usage::UsageRecord record = sample_close(number);
  record.follow_path = "/openai/v1/responses/resp_1";
  return record;
}

TEST_F(SchemaUpgrade, OfVersion3EveryRecordStandsWhereItStood) {
  {
    Database old = make();
    make_version_3(old);
    const int states[] = {1, 0, 2, 1, 0};
    for (std::uint64_t i = 0; i < 5; ++i) insert_version_3(old, sample_close(i), states[i]);
    insert_version_3(old, awaiting_record(5), 3);
    insert_version_3(old, filled_finished_record(), 0);
    insert_version_3(old, sample_close(99), 1);
    ASSERT_TRUE(old.execute("DELETE FROM records WHERE sequence = 8"));
  }
  RecordStore store = open_store(path_);
  EXPECT_EQ(*schema_version(store.database()), kSchemaVersion);
  EXPECT_EQ(all_records(store),
            (std::vector{sample_close(0), sample_close(2), sample_close(3), sample_close(1),
                         sample_close(4), filled_finished_record()}));
  EXPECT_EQ(*store.first_sequence(), 9) << "8 had been given";
  ASSERT_EQ(store.awaiting(9)->size(), 1U);
  EXPECT_EQ(store.awaiting(9)->front().record, awaiting_record(5));
  const std::vector<ExporterTerms> exporters{{kEarlierExporter, true, false}, {"new", true, false}};
  ASSERT_TRUE(serve_exporters(store, exporters));
  const auto waiting = undelivered(store, kEarlierExporter, 10);
  ASSERT_EQ(waiting->size(), 3U);
  EXPECT_EQ(waiting->front().record, sample_close(1));
  EXPECT_TRUE(undelivered(store, "new", 10)->empty());
  const ExporterProgress earlier = read_progress(store)->at(0);
  EXPECT_EQ(earlier.quarantined, 1U);
  Statement reason = store.database().prepare("SELECT sequence, reason, since FROM exceptions");
  ASSERT_TRUE(*reason.step());
  EXPECT_EQ(reason.number(0), 10);
  EXPECT_EQ(reason.text(1), "why");
  EXPECT_EQ(reason.number(2), 7);
  EXPECT_GT(*read_counter(store.database(), Counter::tables_may_hold_journal_records_since), 0);
}

TEST_F(SchemaUpgrade, OfADamagedPayloadTheColumnsAreLeft) {
  const usage::UsageRecord whole = filled_finished_record();
  {
    Database old = make();
    make_version_3(old);
    insert_version_3(old, whole, 0);
    ASSERT_TRUE(old.execute("UPDATE records SET payload = x'0102'"));
  }
  RecordStore store = open_store(path_);
  const std::vector<usage::UsageRecord> found = all_records(store);
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

/// Counts the statements of every connection of this process, and ends it, as a crash would, at one
/// of them.
int statements_left = 0;
int count_statement(unsigned, void*, void*, void*) {
  if (--statements_left == 0) ::_exit(9);
  return 0;
}
int watch_connection(sqlite3* database, const char**, const void*) {
  sqlite3_trace_v2(database, SQLITE_TRACE_STMT, count_statement, nullptr);
  return SQLITE_OK;
}

/// Upgrades in a process that dies at that statement. False: it had fewer.
bool die_at_statement(const std::string& path, int statement) {
  const pid_t child = ::fork();
  if (child == 0) {
    statements_left = statement;
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(watch_connection));
    const auto opened = RecordStore::open(path, config::Durability::process_crash);
    ::_exit(opened ? 0 : 1);
  }
  int status = 0;
  EXPECT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && (WEXITSTATUS(status) == 9 || WEXITSTATUS(status) == 0));
  return WEXITSTATUS(status) == 9;
}

TEST_F(SchemaUpgrade, ACrashAtAnyStepLosesNothing) {
  usage::UsageRecord large = sample_close(0);
  large.end_user.assign(1000, 'u');
  {
    Database old = make();
    make_version_3(old);
    for (std::uint64_t i = 0; i < 700; ++i) {  // blocks enough that some are written on the way
      large.record_id = sample_id(i);
      large.tokens.total = static_cast<std::int64_t>(i);
      insert_version_3(old, large, static_cast<int>(i % 3));
    }
    insert_version_3(old, awaiting_record(700), 3);
  }
  int died = 0;
  for (int statement = 1;; statement = statement < 40 ? statement + 1 : statement + 17) {
    copy_ledger(path_, directory_ / "copy");
    if (!die_at_statement(directory_ / "copy", statement)) break;
    ++died;
    RecordStore store = open_store(directory_ / "copy");
    std::map<std::int64_t, int> found;
    for (const usage::UsageRecord& record : all_records(store)) ++found[*record.tokens.total];
    ASSERT_EQ(found.size(), 700U) << "at statement " << statement;
    for (const auto& [number, times] : found) ASSERT_EQ(times, 1) << number;
    ASSERT_EQ(*store.count_awaiting(), 1U);
    ASSERT_EQ(read_progress(store)->at(0).quarantined, 233U);
    ASSERT_EQ(read_progress(store)->at(0).backlog, 234U);
    for (const char* const part : {"", "-wal", "-shm"}) {
      std::filesystem::remove(directory_ / "copy" + part);
    }
  }
  EXPECT_GT(died, 20);
}

// As version 2 wrote it, a column for every field. SQLite keeps values as they come, whatever a
// column's type.
void make_version_2(Database& database, const std::string& version_1_lacks = "") {
  std::string columns;
  const usage::UsageRecord record;
  visit_fields(
      [&](const usage::RecordField& field, const auto&) {
        if (version_1_lacks.find(field.name) == std::string::npos) {
          columns.append(field.name).append(",");
        }
      },
      record);
  ASSERT_TRUE(database.execute(
      "CREATE TABLE records (sequence INTEGER PRIMARY KEY AUTOINCREMENT," + columns +
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

TEST_F(SchemaUpgrade, TakesOverWhatVersion2Wrote) {
  {
    Database old = make();
    make_objects(old);
    make_version_2(old);
    insert_version_2(old, 1, "0");
    insert_version_2(old, 2, "2");
    insert_version_2(old, 3, "1");
    ASSERT_TRUE(old.execute("DELETE FROM records WHERE sequence = 3"));
  }
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store), (std::vector{version_2_record(2), version_2_record(1)}));
  const auto progress = read_progress(store);
  EXPECT_EQ(progress->at(0).quarantined, 1U);
  EXPECT_EQ(progress->at(0).backlog, 1U);
  EXPECT_EQ(store.last_sequence(), 5) << "3 had been given";
}

TEST_F(SchemaUpgrade, TakesOverWhatVersion1Wrote) {
  {
    Database old = make();
    make_version_2(old, "response_id follow_path stored_objects");
    ASSERT_TRUE(old.execute("PRAGMA user_version = 1"));
    insert_version_2(old, 1, "0");
  }
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store), std::vector{version_2_record(1)});
  EXPECT_TRUE(find_objects(store.database(), std::vector<std::string>{"resp_1"})->empty());
}

TEST_F(SchemaUpgrade, OneThatFailsLeavesAllAsItWas) {
  Database old = make();
  make_objects(old);
  make_version_2(old);
  insert_version_2(old, 1, "0");
  ASSERT_TRUE(old.execute("ALTER TABLE records RENAME COLUMN gateway TO lost"));
  ASSERT_TRUE(RecordStore::open(path_, config::Durability::process_crash).has_error());
  EXPECT_EQ(*schema_version(old), 2);
  ASSERT_TRUE(old.execute("ALTER TABLE records RENAME COLUMN lost TO gateway"));
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store), std::vector{version_2_record(1)});
}

}  // namespace
}  // namespace tollgate::ledger
