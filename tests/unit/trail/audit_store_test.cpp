// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/trail/audit_store.hpp"

#include <gmock/gmock.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <csignal>
#include <fstream>
#include <set>
#include <string>
#include <utility>

#include "store_fixture.hpp"
#include "tollgate/storage/database.hpp"
#include "tollgate/trail/row_digest.hpp"

namespace tollgate::trail {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class AuditStoreTest : public StoreTest {
 protected:
  /// What somebody does to the database behind the store's back.
  void execute(const std::string& sql) {
    auto database = storage::Database::open(settings_.path);
    ASSERT_TRUE(database);
    const Result<void> done = database->execute(sql);
    ASSERT_TRUE(done) << done.error().message;
  }

  /// All rows that an exporter gets, which accepts them.
  static std::vector<StoredRow> deliver(AuditStore& store, const std::string& exporter) {
    std::vector<StoredRow> out;
    for (;;) {
      const FoundRows found = store.undelivered(Stream::rows, exporter, 100).value();
      if (found.read_to == 0) return out;
      RowAccounting accounting{.damaged = found.damaged};
      for (const StoredRow& stored : found.rows) {
        accounting.accepted.push_back(*stored.row.sequence);
        out.push_back(stored);
      }
      EXPECT_TRUE(store.account(Stream::rows, exporter, accounting, kNow));
    }
  }
};

TEST_F(AuditStoreTest, GivesEachRowItsPlaceAndBringsItBackWhole) {
  {
    AuditStore store = open();
    EXPECT_EQ(store.append(rows(1, 3)).value(), 3);
    EXPECT_EQ(store.append(rows(4, 5)).value(), 5);
  }
  AuditStore store = open();
  EXPECT_EQ(store.append(rows(6, 6)).value(), 6);
  EXPECT_TRUE(store.has("record-6", kind::kRequest).value());
  EXPECT_FALSE(store.has("record-6", kind::kResponse).value());
  EXPECT_FALSE(store.has("record-7", kind::kRequest).value());

  const FoundRows found = desk().read({}, kAuditor, kNow).value();
  ASSERT_EQ(found.rows.size(), 6U);
  EXPECT_TRUE(found.damaged.empty());
  std::set<std::string> salts;
  for (std::size_t i = 0; i < 6; ++i) {
    AuditRow row = found.rows[i].row;
    EXPECT_EQ(found.rows[i].content, ContentState::whole);
    EXPECT_EQ(row.sequence, static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(row.gateway, "gateway-1");
    EXPECT_EQ(row.trail, found.rows[0].row.trail);
    EXPECT_EQ(row.commitment, to_hex(commitment_of(row)));
    EXPECT_EQ(row.leaf_hash, to_hex(leaf_at(*row.sequence, digest_of(row))));
    salts.insert(row.salt);
    AuditRow expected = sample_row(*row.sequence);
    EXPECT_EQ(row.content, expected.content);
    EXPECT_EQ(row.caller_ip_address, expected.caller_ip_address);
    EXPECT_EQ(row.content_sha256, expected.content_sha256);
    EXPECT_EQ(row.event_time, expected.event_time);
  }
  EXPECT_EQ(salts.size(), 6U);
  EXPECT_EQ(salts.begin()->size(), 64U);
}

TEST_F(AuditStoreTest, IsForOneProcessAtATime) {
  const AuditStore store = open();
  const auto second = try_open();
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Errc::storage);
  EXPECT_THAT(second.error().message, HasSubstr("in use by another process"));
}

TEST_F(AuditStoreTest, FindsRowsByWhatIsAskedFor) {
  AuditStore store = open();
  std::vector<AuditRow> given = rows(1, 4);
  given[1].caller_id = "caller-b";
  given[2].client_name = "team-b";
  given[3].conversation_id = "conversation-b";
  ASSERT_TRUE(store.append(given));
  AuditDesk at = desk();
  const auto sequences = [&](const RowFilter& filter) {
    std::vector<std::int64_t> out;
    for (const StoredRow& stored : at.read(filter, kAuditor, kNow).value().rows) {
      out.push_back(*stored.row.sequence);
    }
    return out;
  };
  using List = std::vector<std::int64_t>;
  EXPECT_EQ(sequences({.record_id = "record-3"}), List{3});
  EXPECT_EQ(sequences({.caller_id = "caller-b"}), List{2});
  EXPECT_EQ(sequences({.client_name = "team-b"}), List{3});
  EXPECT_EQ(sequences({.conversation_id = "conversation-b"}), List{4});
  EXPECT_EQ(
      sequences({.conversation_id = "[EMAIL:1]", .conversation_as_written = "conversation-b"}),
      List{4});
  EXPECT_EQ(sequences({.from = from_unix_micros(kNoon + 2), .until = from_unix_micros(kNoon + 4)}),
            (List{2, 3}));
  EXPECT_EQ(sequences({.client_name = "team-a", .after = 1, .limit = 1}), List{2});
}

TEST_F(AuditStoreTest, DeliversEachRowUntilItIsAccountedFor) {
  AuditStore store = open();
  EXPECT_EQ(store.undelivered(Stream::rows, "azure", 10).error().code, Errc::not_found);
  ASSERT_TRUE(store.append(rows(1, 3)));
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}, {"file"}}));
  EXPECT_EQ(store.undelivered(Stream::rows, "azure", 2).value().rows.size(), 2U);
  ASSERT_TRUE(
      store.account(Stream::rows, "azure", {.accepted = {1}, .refused = {{2, "too large"}}}, kNow));
  EXPECT_EQ(*store.undelivered(Stream::rows, "azure", 9).value().rows.front().row.sequence, 3);
  EXPECT_EQ(store.undelivered(Stream::rows, "file", 9).value().rows.size(), 3U);

  const StoreStats stats = store.stats().value();
  ASSERT_EQ(stats.exporters.size(), 4U);
  EXPECT_EQ(stats.exporters[0].exporter, "azure");
  EXPECT_EQ(stats.exporters[0].backlog, 1U);
  EXPECT_EQ(stats.exporters[0].oldest, rows(3, 3).front().event_time);
  EXPECT_EQ(stats.exporters[1].oldest, std::nullopt) << "nobody has read the trail";
  EXPECT_EQ(stats.exporters[0].quarantined, 1U);
  EXPECT_EQ(stats.exporters[2].backlog, 3U);

  EXPECT_EQ(desk().retry("azure").value(), 1U);
  EXPECT_EQ(*store.undelivered(Stream::rows, "azure", 9).value().rows.front().row.sequence, 2);
  ASSERT_TRUE(store.account(Stream::rows, "azure", {.accepted = {2}}, kNow));
  EXPECT_EQ(*store.undelivered(Stream::rows, "azure", 9).value().rows.front().row.sequence, 3);
}

TEST_F(AuditStoreTest, DeletesOnlyWhatIsDeliveredProvedAndOld) {
  settings_.retention = seconds(60);
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  ASSERT_TRUE(store.append(rows(1, 10)));
  const UtcTime later = kNow + seconds(61);
  const auto kept = [&] { return desk().read({}, kAuditor, kNow).value().rows.size(); };
  ASSERT_TRUE(store.tidy(later));
  EXPECT_EQ(kept(), 10U);  // nobody has them
  EXPECT_EQ(deliver(store, "azure").size(), 10U);
  ASSERT_TRUE(store.tidy(later));
  EXPECT_EQ(kept(), 10U);  // nothing proves them
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, later));
  ASSERT_TRUE(store.tidy(kNow));
  EXPECT_EQ(kept(), 11U);  // they are young
  ASSERT_TRUE(store.tidy(later));
  EXPECT_EQ(kept(), 1U);
  EXPECT_EQ(store.append(rows(12, 12)).value(), 12);  // a place is never used again
}

TEST_F(AuditStoreTest, GivesCheckpointsAloneToWhoeverTakesNothingElse) {
  settings_.retention = seconds(60);
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}, {"notary", true}}));
  ASSERT_TRUE(store.append(rows(1, 3)));
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  ASSERT_TRUE(store.append(rows(5, 6)));
  EXPECT_EQ(store.undelivered_accesses("notary", 9).error().code, Errc::not_found);
  const auto given = store.undelivered(Stream::checkpoints, "notary", 9).value().rows;
  ASSERT_EQ(given.size(), 1U);
  EXPECT_EQ(given[0].row.kind, kind::kCheckpoint);
  EXPECT_EQ(store.stats().value().exporters.back().backlog, 1U);

  // Until it has them they stay.
  (void)deliver(store, "azure");
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  (void)deliver(store, "azure");
  ASSERT_TRUE(store.tidy(kNow + seconds(100)));
  EXPECT_EQ(store.undelivered(Stream::checkpoints, "notary", 9).value().rows.size(), 2U);
  ASSERT_TRUE(store.account(Stream::checkpoints, "notary", {.accepted = {4, 7}}, kNow));
  EXPECT_TRUE(store.undelivered(Stream::checkpoints, "notary", 9).value().rows.empty());
  EXPECT_EQ(store.stats().value().exporters.back().backlog, 0U);
  ASSERT_TRUE(store.tidy(kNow + seconds(100)));
  EXPECT_EQ(desk().read({}, kAuditor, kNow).value().rows.size(), 1U);  // the last checkpoint
}

TEST_F(AuditStoreTest, KeepsWhatADestinationRefused) {
  settings_.retention = seconds(60);
  settings_.signs_checkpoints = false;
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  ASSERT_TRUE(store.append(rows(1, 4)));
  ASSERT_TRUE(store.account(Stream::rows, "azure",
                            {.accepted = {1, 2, 4}, .refused = {{3, "too large"}}}, kNow));
  ASSERT_TRUE(store.tidy(kNow + seconds(100)));
  EXPECT_EQ(desk().read({}, kAuditor, kNow).value().rows.front().row.sequence, 3);
  EXPECT_EQ(desk().release("azure").value(), 1U);
  ASSERT_TRUE(store.tidy(kNow + seconds(100)));
  EXPECT_TRUE(desk().read({}, kAuditor, kNow).value().rows.empty());
  // Whoever signs from now on goes on from the tree of what is gone.
  ASSERT_TRUE(store.append(rows(5, 5)));
  EXPECT_EQ(store.checkpoint(std::vector{signer()}, kNow).value().size(), 1U);
}

TEST_F(AuditStoreTest, RefusesRowsWhenItIsFullUntilSomeAreDelivered) {
  settings_.max_size = 512 * 1024;
  settings_.signs_checkpoints = false;
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  std::vector<AuditRow> large = rows(1, 8);
  for (AuditRow& row : large) row.content.assign(8000, 'x');
  Result<std::int64_t> appended = store.append(large);
  std::int64_t last = 0;
  for (int i = 0; i < 100 && appended; ++i) {
    last = *appended;
    appended = store.append(large);
  }
  ASSERT_FALSE(appended);
  EXPECT_EQ(appended.error().code, Errc::storage);
  EXPECT_THAT(appended.error().message, HasSubstr("max_size"));
  EXPECT_EQ(deliver(store, "azure").size(), static_cast<std::size_t>(last));
  while (store.tidy(kNow).value()) continue;
  EXPECT_EQ(store.append(large).value(), last + 8);
}

TEST_F(AuditStoreTest, WithoutAnExporterOnlyAgeDeletes) {
  settings_.max_size = 512 * 1024;
  AuditStore store = open();
  std::vector<AuditRow> large = rows(1, 8);
  for (AuditRow& row : large) row.content.assign(8000, 'x');
  std::int64_t last = 0;
  for (Result<std::int64_t> done = store.append(large); done; done = store.append(large)) {
    last = *done;
    ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  }
  ASSERT_GT(last, 8);
  while (store.tidy(kNow).value()) continue;
  EXPECT_EQ(desk().read({}, kAuditor, kNow).value().rows.front().row.sequence, 1);
  EXPECT_FALSE(store.append(large)) << "it is full, and stays so";
}

TEST_F(AuditStoreTest, WhatWentEarlyIsNotCalledLost) {
  settings_.retention = seconds(60);
  settings_.signs_checkpoints = false;
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 2)));
  const std::string id = sample_row(1).record_id;
  ASSERT_TRUE(store.has(id, sample_row(1).kind).value());
  ASSERT_TRUE(store.tidy(kNow + seconds(100)));
  ASSERT_TRUE(desk().read({}, kAuditor, kNow).value().rows.empty());
  EXPECT_TRUE(store.has(id, sample_row(1).kind).value());
  EXPECT_FALSE(store.has(id, "another").value());
  ASSERT_TRUE(store.tidy(kNow + std::chrono::hours(28)));
  EXPECT_FALSE(store.has(id, sample_row(1).kind).value()) << "nobody looks for it any more";
}

TEST_F(AuditStoreTest, ADiskThatIsFullLosesNothingThatIsThere) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 3)));
  std::vector<AuditRow> large = rows(4, 6);
  for (AuditRow& row : large) row.client_name = "team-b";  // whose key goes with the transaction
  large[2].content.assign(200'000, 'x');
  large[2].content_sha256 = to_hex(sha256(large[2].content));
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit known{};
  ::getrlimit(RLIMIT_FSIZE, &known);
  const rlimit tight{.rlim_cur = fs::file_size(settings_.path + "-wal") + 4096,
                     .rlim_max = known.rlim_max};
  ::setrlimit(RLIMIT_FSIZE, &tight);
  const Result<std::int64_t> refused = store.append(large);
  ::setrlimit(RLIMIT_FSIZE, &known);
  std::signal(SIGXFSZ, before);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::storage);
  EXPECT_EQ(store.append(large).value(), 6);
  const FoundRows found = desk().read({}, kAuditor, kNow).value();
  EXPECT_EQ(found.rows.size(), 6U);
  for (const StoredRow& stored : found.rows) EXPECT_EQ(stored.content, ContentState::whole);
}

TEST_F(AuditStoreTest, TellsOfAFileThatWasDeletedUnderIt) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1)));
  const std::string trail = desk().read({}, kAuditor, kNow).value().rows[0].row.trail;
  fs::remove(settings_.path);
  const Result<std::int64_t> lost = store.append(rows(2, 2));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().code, Errc::storage);
  EXPECT_THAT(lost.error().message, HasSubstr("was deleted"));
  EXPECT_THAT(store.stats().value().problem, HasSubstr("was deleted"));
  { const AuditStore gone = std::move(store); }
  // A new database begins another trail: nobody can take its rows for those of the old one.
  AuditStore anew = open();
  ASSERT_EQ(anew.append(rows(1, 1)).value(), 1);
  EXPECT_NE(desk().read({}, kAuditor, kNow).value().rows[0].row.trail, trail);
  EXPECT_THAT(anew.stats().value().problem, HasSubstr("was gone at a start"));
  EXPECT_TRUE(desk().acknowledge_loss().value());
  EXPECT_EQ(anew.stats().value().problem, "");
  EXPECT_FALSE(desk().acknowledge_loss().value()) << "there is none any longer";
}

TEST_F(AuditStoreTest, KnowsWhetherACheckpointCoversWhatIsThere) {
  settings_.signs_checkpoints = false;
  settings_.retention = seconds(3600);
  AuditStore store = open();
  EXPECT_FALSE(store.stats().value().holds_proved);
  ASSERT_TRUE(store.append(rows(1, 2)));
  ASSERT_TRUE(store.tidy(kNow + std::chrono::hours(2)));
  ASSERT_TRUE(store.append(rows(3, 4)));
  EXPECT_FALSE(store.stats().value().holds_proved) << "the tree has grown over what was deleted";
  ASSERT_TRUE(store.checkpoint(std::vector{signer()}, kNow));
  ASSERT_TRUE(store.append(rows(5, 5)));
  EXPECT_TRUE(store.stats().value().holds_proved);
}

TEST_F(AuditStoreTest, ANewOneHasLostNothing) {
  EXPECT_EQ(open().stats().value().problem, "");
  EXPECT_EQ(open().stats().value().problem, "");
}

TEST_F(AuditStoreTest, SaysWhereItCannotBeginOrThereIsNothingToRead) {
  EXPECT_EQ(AuditDesk::open(settings_, masters_).error().code, Errc::not_found);
  std::ofstream(directory_ / "in-the-way") << "a file";
  settings_.path = directory_ / "in-the-way/audit.db";
  EXPECT_EQ(try_open().error().code, Errc::storage);
  EXPECT_THAT(try_open().error().message, HasSubstr(settings_.path));
}

TEST_F(AuditStoreTest, RefusesAFileThatWasEmptiedOrTruncatedOrIsSomethingElse) {
  {
    AuditStore store = open();
    for (int i = 0; i < 20; ++i) ASSERT_TRUE(store.append(rows(i * 20 + 1, i * 20 + 20)));
  }
  const auto size = fs::file_size(settings_.path);
  fs::copy_file(settings_.path, settings_.path + ".copy");
  fs::resize_file(settings_.path, size / 2);
  EXPECT_THAT(try_open().error().message, HasSubstr("is damaged"));
  fs::resize_file(settings_.path, 0);
  EXPECT_THAT(try_open().error().message, HasSubstr("was emptied"));
  std::ofstream(settings_.path) << std::string(8192, 'x');
  EXPECT_THAT(try_open().error().message, HasSubstr("is damaged"));
  fs::copy_file(settings_.path + ".copy", settings_.path, fs::copy_options::overwrite_existing);
  EXPECT_EQ(open().append(rows(401, 401)).value(), 401);
}

TEST_F(AuditStoreTest, TellsOfEachRowThatIsNotWhatItWas) {
  AuditStore store = open();
  ASSERT_TRUE(store.serve_exporters(std::vector<ServedExporter>{{"azure"}}));
  ASSERT_TRUE(store.append(rows(1, 6)));
  execute("UPDATE audit_rows SET open = replace(open, 'gpt-4o', 'gpt-4p') WHERE sequence = 2");
  execute("UPDATE audit_rows SET leaf = zeroblob(32) WHERE sequence = 3");
  execute("UPDATE audit_rows SET sealed = zeroblob(length(sealed)) WHERE sequence = 4");
  // Another row's content, under the same key.
  execute(
      "UPDATE audit_rows SET sealed = (SELECT sealed FROM audit_rows WHERE sequence = 1) WHERE "
      "sequence = 5");
  const FoundRows found = store.undelivered(Stream::rows, "azure", 100).value();
  EXPECT_EQ(found.damaged, (std::vector<std::int64_t>{2, 3}));
  ASSERT_EQ(found.rows.size(), 4U);
  EXPECT_EQ(found.rows[0].content, ContentState::whole);
  for (const std::size_t i : {1U, 2U}) {
    EXPECT_EQ(found.rows[i].content, ContentState::damaged);
    EXPECT_EQ(found.rows[i].row.content, "");
    EXPECT_EQ(found.rows[i].row.salt, "");
    EXPECT_EQ(found.rows[i].row.model, "gpt-4o");
  }
  EXPECT_EQ(found.rows[3].content, ContentState::whole);
  EXPECT_EQ(deliver(store, "azure").size(), 4U);
  EXPECT_EQ(store.stats().value().exporters[0].backlog, 0U);
}

TEST_F(AuditStoreTest, IsReadableByItsUserAlone) {
  AuditStore store = open();
  ASSERT_TRUE(store.append(rows(1, 1)));
  for (const char* const part : {"", "-wal", "-shm", ".lock"}) {
    struct stat status {};
    ASSERT_EQ(::stat((settings_.path + part).c_str(), &status), 0) << part;
    EXPECT_EQ(status.st_mode & 0777U, 0600U) << part;
  }
}

}  // namespace
}  // namespace tollgate::trail
