// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include <string>
#include <utility>
#include <vector>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/row_fields.hpp"
#include "tollgate/trail/verifier.hpp"

// What is damaged is not erased: every reader can tell one from the other.
namespace tollgate::trail {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Sequences = std::vector<std::int64_t>;
const std::vector<ServedExporter> kSink{{"azure"}};

class DamageTest : public StoreTest {
 protected:
  /// Rows 1 to 3 of caller-a, 4 of caller-b, whose content is erased; 5 of caller-b, stored behind
  /// that; a checkpoint.
  void fill() {
    AuditStore store = open();
    ASSERT_TRUE(store.serve_exporters(kSink));
    ASSERT_TRUE(store.append(rows(1, 3)));
    ASSERT_TRUE(store.append(std::vector{of_b(4)}));
    ASSERT_EQ(desk().erase_caller("caller-b", kAuditor, kNow).value().rows, 1U);
    ASSERT_TRUE(store.append(std::vector{of_b(5)}));
    ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  }
  static AuditRow of_b(std::int64_t number) {
    AuditRow out = sample_row(number);
    out.caller_id = "caller-b";
    return out;
  }

  void execute(const std::string& sql) {
    auto database = storage::Database::open(settings_.path).value();
    const Result<void> done = database.execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  static Sequences in_state(const FoundRows& found, ContentState state) {
    Sequences out;
    for (const StoredRow& stored : found.rows)
      if (stored.content == state) out.push_back(*stored.row.sequence);
    return out;
  }

  /// What `verify` says of the rows as they were given.
  static Verification verify(const FoundRows& found) {
    Verifier verifier({signer().verifier()});
    std::string lines;
    for (const StoredRow& stored : found.rows) lines += to_json(stored.row, kNow) + "\n";
    verifier.add_rows(lines, "rows.jsonl");
    return verifier.finish();
  }
  static Sequences named(const Verification& found, Fault fault) {
    Sequences out;
    for (const Finding& finding : found.findings)
      if (finding.fault == fault) out.push_back(finding.first);
    return out;
  }
};

struct Deed {
  std::string sql;
  Sequences damaged;
  std::uint64_t keys = 0;  ///< that are damaged
};

TEST_F(DamageTest, WhateverWasDoneToItContentIsDamagedAndNotErased) {
  const std::string set = "UPDATE audit_rows SET ";
  const std::vector<Deed> deeds{
      {set + "sealed = zeroblob(length(sealed)) WHERE sequence = 2", {2}},
      {set + "sealed = substr(sealed, 1, 40) WHERE sequence = 2", {2}},
      {set + "sealed = zeroblob(0) WHERE sequence = 2", {2}},
      {set + "sealed = (SELECT sealed FROM audit_rows WHERE sequence = 3) WHERE sequence = 2", {2}},
      // Another owner's key, be it erased or not; and that of a caller whose content was erased,
      // which cannot be the key of what came behind the erasure.
      {set + "key_id = 2 WHERE sequence = 2", {2}},
      {set + "key_id = 3 WHERE sequence = 2", {2}},
      {set + "key_id = 2 WHERE sequence = 5", {5}},
      {set + "key_id = 77 WHERE sequence = 2", {2}},
      {"DELETE FROM data_keys WHERE id = 1", {1, 2, 3}, 1},
      {"DELETE FROM data_keys WHERE id = 4", {6}, 1},  // the last one
      {"DELETE FROM data_keys WHERE id = 2", {4}, 1},  // that it was erased is not known any more
      {"UPDATE data_keys SET wrapped = zeroblob(length(wrapped)) WHERE id = 1", {1, 2, 3}, 1},
      {"UPDATE data_keys SET wrapped = NULL, living = 0 WHERE id = 1", {1, 2, 3}, 1},
      {"UPDATE data_keys SET caller = 'caller-c' WHERE id = 1", {1, 2, 3}, 1},
      {"UPDATE data_keys SET wrapped = zeroblob(60) WHERE wrapped IS NOT NULL", {1, 2, 3, 5, 6}, 3},
  };
  ASSERT_NO_FATAL_FAILURE(fill());
  const std::string whole = settings_.path;
  for (std::size_t i = 0; i < deeds.size(); ++i) {
    const Deed& deed = deeds[i];
    SCOPED_TRACE(deed.sql);
    settings_.path = directory_ / ("audit-" + std::to_string(i) + ".db");
    std::filesystem::copy_file(whole, settings_.path);
    ASSERT_NO_FATAL_FAILURE(execute(deed.sql));
    AuditStore store = open();
    const FoundRows found = store.undelivered(Stream::rows, "azure", 100).value();
    ASSERT_EQ(found.rows.size(), 6U);
    EXPECT_EQ(in_state(found, ContentState::damaged), deed.damaged);
    EXPECT_EQ(in_state(desk().read({}, kAuditor, kNow).value(), ContentState::damaged),
              deed.damaged);
    for (const std::int64_t sequence : deed.damaged) {
      const AuditRow& row = found.rows[static_cast<std::size_t>(sequence) - 1].row;
      EXPECT_EQ(row.content_missing, "damaged");
      EXPECT_EQ(row.content + row.salt, "");
    }
    // Once, and until somebody knows.
    EXPECT_EQ(found.newly_damaged, deed.damaged);
    EXPECT_THAT(store.undelivered(Stream::rows, "azure", 100).value().newly_damaged, IsEmpty());
    const StoreStats stats = store.stats().value();
    EXPECT_EQ(stats.damaged_rows, deed.damaged.size());
    EXPECT_EQ(stats.damaged_keys, deed.keys);
    EXPECT_THAT(stats.problem, HasSubstr("sequence " + std::to_string(deed.damaged[0])));
    EXPECT_EQ(AuditDesk::key_faults(settings_.path, masters_).value().empty(), deed.keys == 0);
    EXPECT_TRUE(desk().acknowledge_loss().value());
    EXPECT_EQ(store.stats().value().problem, "");
    EXPECT_FALSE(desk().acknowledge_loss().value());
    // Who has the rows alone can tell as well.
    const Verification verified = verify(found);
    EXPECT_EQ(named(verified, Fault::damaged), deed.damaged);
    EXPECT_THAT(named(verified, Fault::changed), IsEmpty());
  }
}

TEST_F(DamageTest, WhatWasErasedIsNoDamage) {
  ASSERT_NO_FATAL_FAILURE(fill());
  AuditStore store = open();
  const FoundRows found = store.undelivered(Stream::rows, "azure", 100).value();
  EXPECT_THAT(in_state(found, ContentState::erased), ElementsAre(4));
  EXPECT_THAT(in_state(found, ContentState::damaged), IsEmpty());
  EXPECT_EQ(found.rows[3].row.content_missing, "memory");
  const StoreStats stats = store.stats().value();
  EXPECT_EQ(stats.damaged_rows + stats.damaged_keys, 0U);
  EXPECT_EQ(stats.problem, "");
  EXPECT_EQ(AuditDesk::key_faults(settings_.path, masters_).value(), "");
  const Verification verified = verify(found);
  EXPECT_THAT(verified.findings, IsEmpty());
  EXPECT_EQ(verified.trails.at(0).closed, 1U);
}

// Whoever says so of a row that holds content all the same, or changes more of it, is found out.
TEST_F(DamageTest, ARowIsDamagedOnlyAsTheGatewayGivesIt) {
  ASSERT_NO_FATAL_FAILURE(fill());
  FoundRows found = desk().read({}, kAuditor, kNow).value();
  found.rows[1].row.content_missing = missing::kDamaged;
  EXPECT_THAT(named(verify(found), Fault::changed), ElementsAre(2));
  found.rows[1].row.salt.clear();
  EXPECT_THAT(named(verify(found), Fault::changed), ElementsAre(2));
  found.rows[1].row.content.clear();
  found.rows[1].row.content_sha256.clear();
  found.rows[1].row.caller_ip_address.clear();
  EXPECT_THAT(named(verify(found), Fault::damaged), ElementsAre(2));
  found.rows[1].row.model = "gpt-5";
  EXPECT_THAT(named(verify(found), Fault::changed), ElementsAre(2));
}

TEST_F(DamageTest, ARowThatCameWholeBeforeIsWhole) {
  ASSERT_NO_FATAL_FAILURE(fill());
  FoundRows twice = desk().read({}, kAuditor, kNow).value();
  ASSERT_NO_FATAL_FAILURE(execute("DELETE FROM data_keys WHERE id = 1"));
  for (StoredRow& stored : desk().read({}, kAuditor, kNow).value().rows)
    twice.rows.push_back(std::move(stored));
  EXPECT_THAT(verify(twice).findings, IsEmpty());
}

TEST_F(DamageTest, GoesFromTheListWithItsRow) {
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_NO_FATAL_FAILURE(execute("DELETE FROM data_keys WHERE id = 1"));
  settings_.retention = seconds(3600);
  AuditStore store = open();
  const FoundRows found = store.undelivered(Stream::rows, "azure", 100).value();
  EXPECT_EQ(store.stats().value().damaged_rows, 3U);
  RowAccounting accounting;
  for (const StoredRow& stored : found.rows) accounting.accepted.push_back(*stored.row.sequence);
  ASSERT_TRUE(store.account(Stream::rows, "azure", accounting, kNow));
  ASSERT_TRUE(store.tidy(kNow + std::chrono::hours(2)));
  EXPECT_EQ(store.stats().value().damaged_rows, 0U);
}

TEST_F(DamageTest, AnErasureOfAnEarlierProgramStaysOne) {
  ASSERT_NO_FATAL_FAILURE(fill());
  ASSERT_NO_FATAL_FAILURE(execute(
      "ALTER TABLE data_keys DROP COLUMN erased_at; ALTER TABLE data_keys DROP COLUMN erased_to; "
      "DROP TABLE damaged_rows"));
  EXPECT_EQ(AuditDesk::key_faults(settings_.path, masters_).value(), "") << "nothing to go by yet";
  const FoundRows found = desk().read({}, kAuditor, kNow).value();
  EXPECT_THAT(in_state(found, ContentState::erased), ElementsAre(4));
  EXPECT_THAT(in_state(found, ContentState::damaged), IsEmpty());
  // From then on what is empty and has no mark is damaged.
  ASSERT_NO_FATAL_FAILURE(execute("UPDATE data_keys SET wrapped = NULL, living = 0 WHERE id = 1"));
  EXPECT_THAT(in_state(desk().read({}, kAuditor, kNow).value(), ContentState::damaged),
              ElementsAre(1, 2, 3));
}

}  // namespace
}  // namespace tollgate::trail
