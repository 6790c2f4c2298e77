// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "delivery_table.hpp"
#include "ledger_snapshot.hpp"
#include "recovery.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "sequence_gaps.hpp"
#include "storage_names.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kBlocks = 100;
constexpr std::uint64_t kInABlock = 30;

/// A ledger of many blocks, an exporter half way through, a quarantined and an awaiting record.
class SalvageTest : public testing::Test {
 protected:
  SalvageTest() {
    RecordStore store = open_store(path_);
    for (std::uint64_t block = 0; block < kBlocks; ++block) {
      std::vector<usage::UsageRecord> records;
      for (std::uint64_t i = 0; i < kInABlock; ++i) {
        records.push_back(sample_close(block * kInABlock + i));
        records.back().end_user.assign(500, 'u');
      }
      EXPECT_TRUE(arrive(store, records));
    }
    usage::UsageRecord unfinished = sample_close(999'999);
    unfinished.follow_path = "/x";
    EXPECT_TRUE(arrive(store, {unfinished}));
    const std::vector<ExporterTerms> exporters{{"one", true, true}};
    EXPECT_TRUE(serve_exporters(store, exporters));
    EXPECT_TRUE(account(store, "one", {{1500}, {{7, "bad", sample_close(6)}}}, UtcTime()));
  }

  void damage(std::uintmax_t from, std::uintmax_t bytes) const {
    std::fstream file(path_, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(from));
    file << std::string(bytes, '\x5a');
  }

  /// Overwrites the page on which a text stands.
  void damage_page_of(const std::string& text) const {
    std::ifstream file(path_, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), {});
    const std::size_t at = bytes.find(text);
    ASSERT_NE(at, std::string::npos);
    damage(at / kPage * kPage, kPage);
  }
  void damage_root_of(const std::string& table) const {
    std::int64_t page = 0;
    {
      Result<Database> database = Database::open(path_);
      Statement row =
          database->prepare("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'");
      ASSERT_TRUE(*row.step());
      page = row.number(0);
    }
    damage(static_cast<std::uintmax_t>(page - 1) * kPage, kPage);
  }
  static constexpr std::uintmax_t kPage = 4096;

  static void lose_newest_block(RecordStore& store) {
    ASSERT_TRUE(store.database().execute(
        "UPDATE blocks SET entries = zeroblob(length(entries)) WHERE first_sequence = (SELECT "
        "MAX(first_sequence) FROM blocks)"));
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
};

TEST_F(SalvageTest, OfAWholeOneEverythingIsSaved) {
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->records, kBlocks * kInABlock);
  EXPECT_EQ(result->lost_records, 0U);
  EXPECT_EQ(result->lost_blocks, 0U);
  EXPECT_TRUE(result->lost_tables.empty());
  EXPECT_FALSE(result->cursors_lost);
  EXPECT_TRUE(fs::exists(result->kept_as));
  EXPECT_EQ(fs::status(path_).permissions(), fs::perms::owner_read | fs::perms::owner_write);
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store).size(), kBlocks * kInABlock);
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 1501);
  EXPECT_EQ(read_progress(store)->at(0).quarantined, 1U);
  EXPECT_EQ(*store.count_awaiting(), 1U);
}

TEST_F(SalvageTest, OfADamagedOneWhatCanBeReadAndInItsPlace) {
  const auto size = fs::file_size(path_);
  damage(size / 2 / 4096 * 4096, 5 * 4096UL);
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(result->records, kBlocks * kInABlock);
  EXPECT_GT(result->records, kBlocks * kInABlock / 2);
  EXPECT_EQ(result->records + result->lost_records, kBlocks * kInABlock);
  RecordStore store = open_store(path_);
  std::uint64_t found = 0;
  ASSERT_TRUE(store.read_behind(0, [&](std::int64_t at, std::string_view payload) {
    EXPECT_EQ(read_payload(payload).record_id, sample_id(static_cast<std::uint64_t>(at) - 1));
    ++found;
    return true;
  }));
  EXPECT_EQ(found, result->records);
}

// The first moved the end of what was forgotten up to the last block: the second said that nothing
// was lost, and nothing before the first block was missed any more.
TEST_F(SalvageTest, ASecondOneTellsOfALossAsWell) {
  const auto lose = [this](std::uint64_t first) {
    RecordStore store = open_store(path_);
    EXPECT_TRUE(store.database().execute("DELETE FROM blocks WHERE first_sequence = " +
                                         std::to_string(first)));
  };
  const auto gaps = [this] { return *read_gaps(open_store(path_).database()); };
  for (std::uint64_t times = 0; times < 4; ++times) {
    const auto result = salvage(path_);
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->lost_records, times * kInABlock);
    lose(times * kInABlock + 1);
    ASSERT_EQ(gaps().size(), 1U);
    EXPECT_EQ(gaps().front().first, 1);
    EXPECT_EQ(gaps().front().last, static_cast<std::int64_t>((times + 1) * kInABlock));
  }
}

// What an earlier version's salvage left, which moved that end.
TEST_F(SalvageTest, WhereTheEndOfTheForgottenWasMovedALossIsToldAsWell) {
  {
    RecordStore store = open_store(path_);
    ASSERT_TRUE(write_counter(store.database(), Counter::forgotten_to, 2971));
    ASSERT_TRUE(store.database().execute("DELETE FROM blocks WHERE first_sequence = 31"));
  }
  EXPECT_EQ(salvage(path_)->lost_records, kInABlock);
}

// What came next took the lost records' sequences, which the exporter had passed: it was never
// sent.
TEST_F(SalvageTest, WithoutItsNewestBlockTheOrderGoesOnBehindEveryCursor) {
  constexpr auto kLast = static_cast<std::int64_t>(kBlocks * kInABlock);
  {
    RecordStore store = open_store(path_);
    ASSERT_TRUE(account(store, "one", {{kLast}, {}}, UtcTime()));
    lose_newest_block(store);
  }
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->lost_blocks, 1U);
  RecordStore store = open_store(path_);
  EXPECT_EQ(store.last_sequence(), kLast);
  ASSERT_TRUE(arrive(store, {sample_close(5'000)}));
  const auto waiting = undelivered(store, "one", 10);
  ASSERT_EQ(waiting->size(), 1U);
  EXPECT_EQ(waiting->front().sequence, kLast + 1);
  EXPECT_EQ(waiting->front().record, sample_close(5'000));
}

TEST_F(SalvageTest, WithoutCursorsTheOrderGoesOnBehindWhatWasRefused) {
  constexpr auto kLast = static_cast<std::int64_t>(kBlocks * kInABlock);
  {
    RecordStore store = open_store(path_);
    ASSERT_TRUE(account(store, "one", {{}, {{kLast, "bad", sample_close(6)}}}, UtcTime()));
    ASSERT_TRUE(store.database().execute("DELETE FROM cursors"));
    lose_newest_block(store);
  }
  ASSERT_TRUE(salvage(path_));
  EXPECT_EQ(open_store(path_).last_sequence(), kLast);
}

// A start in between made an empty ledger, and the records were seen no more.
TEST_F(SalvageTest, OneThatWasInterruptedIsGoneOnWithAndNoGatewayStartsBefore) {
  const auto first = salvage(path_);
  ASSERT_TRUE(first) << first.error().message;
  fs::rename(path_, path_ + ".salvaged");  // as it is between the two moves
  config::Ledger settings;
  settings.path = path_;
  const auto opened = Ledger::open(settings, 1, UtcTime());
  ASSERT_TRUE(opened.has_error());
  EXPECT_NE(opened.error().message.find("was interrupted"), std::string::npos);
  EXPECT_FALSE(fs::exists(path_));
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->resumed);
  EXPECT_EQ(result->kept_as, first->kept_as);
  EXPECT_EQ(result->records, kBlocks * kInABlock);
  EXPECT_FALSE(fs::exists(path_ + ".salvaged"));
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store).size(), kBlocks * kInABlock);
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 1501);
}

// It said that nothing was lost.
TEST_F(SalvageTest, OfADamagedTableBothEndsAreSavedAndItIsNamed) {
  constexpr std::uint64_t kAwaiting = 200;
  {
    RecordStore store = open_store(path_);
    for (std::uint64_t i = 1; i < kAwaiting; ++i) {
      usage::UsageRecord record = sample_close(i);
      record.follow_path = "/x";
      record.end_user.assign(500, 'u');
      if (i == kAwaiting / 2) record.end_user += "in the middle";
      ASSERT_TRUE(arrive(store, {record}));
    }
  }
  damage_page_of("in the middle");
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->lost_tables, std::vector<std::string>{"awaiting"});
  EXPECT_EQ(result->lost_blocks, 0U);
  RecordStore store = open_store(path_);
  const auto saved = store.awaiting(1000);
  EXPECT_GT(saved->size(), kAwaiting - 20);
  EXPECT_LT(saved->size(), kAwaiting);
  EXPECT_EQ(saved->front().record.record_id, sample_id(999'999));
  EXPECT_EQ(saved->back().record.record_id, sample_id(kAwaiting - 1));
}

TEST_F(SalvageTest, EveryTableThatIsLostIsNamed) {
  for (const char* const table : {"objects", "intents", "exceptions"}) damage_root_of(table);
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->lost_tables, (std::vector<std::string>{"exceptions", "intents", "objects"}));
  EXPECT_EQ(result->records, kBlocks * kInABlock);
}

// The next start took every entry of the journals over again, and reports counted it twice.
TEST_F(SalvageTest, WithoutWhatWasReadOfJournalsNothingIsTakenTwice) {
  const std::string journal = path_ + ".journal";
  fs::create_directory(journal);
  {
    RecordStore store = open_store(path_);
    Worker worker(journal);
    ASSERT_TRUE(worker.journal.close(sample_close(10'000)));
    ASSERT_TRUE(worker.ingest(store));
    ASSERT_TRUE(worker.journal.close(sample_close(10'001)));
  }
  damage_root_of("segments");
  ASSERT_EQ(salvage(path_)->lost_tables, std::vector<std::string>{"segments"});
  {
    // A report before that start as well.
    Result<Database> database = Database::open(path_);
    const auto journals = read_journals(journal);
    LedgerSnapshot snapshot(*database, journals->records);
    ASSERT_TRUE(snapshot.take());
    std::uint64_t told = 0;
    ASSERT_TRUE(snapshot.for_each({}, [&](const LedgerSnapshot::Entry&) { ++told; }));
    EXPECT_EQ(told, kBlocks * kInABlock + 1 + 2) << "one of them awaits";
  }
  RecordStore store = open_store(path_);
  ASSERT_TRUE(recover(store, journal, UtcTime()));
  EXPECT_EQ(all_records(store).size(), kBlocks * kInABlock + 2);
}

// They began behind the last record, and what came before was in no count.
TEST_F(SalvageTest, WithoutCursorsExportersGetEverythingOnceMore) {
  damage_root_of("cursors");
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_TRUE(result->cursors_lost);
  EXPECT_EQ(result->lost_tables, std::vector<std::string>{"cursors"});
  fs::rename(path_, path_ + ".salvaged");  // as it is between the two moves
  EXPECT_TRUE(salvage(path_)->cursors_lost);
  RecordStore store = open_store(path_);
  ASSERT_TRUE(serve_exporters(store, std::vector<ExporterTerms>{{"one", true, false}}));
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 1);
  ASSERT_TRUE(account(store, "one", {{3}, {}}, UtcTime()));
  ASSERT_TRUE(serve_exporters(store, std::vector<ExporterTerms>{{"one", true, false}}));
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 4) << "once";
}

TEST_F(SalvageTest, WithoutCountersWhatTheyMayHaveSaidHolds) {
  damage_root_of("counters");
  ASSERT_TRUE(salvage(path_));
  RecordStore store = open_store(path_);
  EXPECT_GT(*read_counter(store.database(), Counter::tables_may_hold_journal_records_since), 0);
  EXPECT_GT(*read_counter(store.database(), Counter::cursors_lost), 0);
  EXPECT_EQ(undelivered(store, "one", 1)->front().sequence, 1501);
}

// Nothing told of them afterwards: what was lost passed for what was deleted in its time.
TEST_F(SalvageTest, WithoutCountersAndTheFirstBlockReportsStillTellOfTheLoss) {
  ASSERT_TRUE(open_store(path_).database().execute(
      "UPDATE blocks SET entries = zeroblob(length(entries)) WHERE first_sequence = 1"));
  damage_root_of("counters");
  ASSERT_EQ(salvage(path_)->lost_records, kInABlock);
  const auto gaps = *read_gaps(open_store(path_).database());
  ASSERT_EQ(gaps.size(), 1U);
  EXPECT_EQ(gaps.front().first, 1);
  EXPECT_EQ(gaps.front().last, static_cast<std::int64_t>(kInABlock));
}

// Nothing of it was saved: SQLite refuses a file that is shorter than it says.
TEST_F(SalvageTest, OfOneThatWasCutShortWhatIsLeftIsSaved) {
  fs::resize_file(path_, fs::file_size(path_) * 3 / 4);
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_GT(result->records, kBlocks * kInABlock / 3);
  EXPECT_GT(result->lost_records, 0U);
  RecordStore store = open_store(path_);
  EXPECT_EQ(all_records(store).size(), result->records);
}

// It said "0 lost".
TEST_F(SalvageTest, WithoutBlocksAndCountersItIsNotKnownHowManyAreLost) {
  damage_root_of("blocks");
  damage_root_of("blocks_by_time");
  damage_root_of("counters");
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->records, 0U);
  EXPECT_TRUE(result->loss_unknown);
  EXPECT_EQ(result->lost_records, 1500U) << "so many the exporter had got";
}

// One such row ended it, and nothing was saved.
TEST_F(SalvageTest, ARowWithoutWhatItMustHaveIsLeftOut) {
  {
    RecordStore store = open_store(path_);
    ASSERT_TRUE(store.database().execute(
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'payload BLOB "
        "NOT NULL', 'payload BLOB') WHERE name = 'intents'"));
  }
  {
    Result<Database> database = Database::open(path_);
    ASSERT_TRUE(database->execute("INSERT INTO intents VALUES ('a', NULL), ('b', x'00')"));
  }
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->lost_tables, std::vector<std::string>{"intents"});
  EXPECT_EQ(open_store(path_).kept_intents()->size(), 1U);
}

// The second took the first one's name.
TEST_F(SalvageTest, TwoInOneSecondKeepBothDamagedFiles) {
  const auto first = salvage(path_);
  const auto second = salvage(path_);
  ASSERT_TRUE(first && second);
  EXPECT_NE(first->kept_as, second->kept_as);
  EXPECT_TRUE(fs::exists(first->kept_as));
  EXPECT_TRUE(fs::exists(second->kept_as));
}

TEST_F(SalvageTest, LeavesNoLockFileThatWasNotThere) {
  ASSERT_TRUE(salvage(path_));
  EXPECT_FALSE(fs::exists(path_ + ".lock"));
  std::ofstream(path_ + ".lock").flush();
  ASSERT_TRUE(salvage(path_));
  EXPECT_TRUE(fs::exists(path_ + ".lock"));
  const std::string text = directory_ / "notes.txt";
  std::ofstream(text) << "no database";
  EXPECT_FALSE(salvage(text));
  EXPECT_FALSE(fs::exists(text + ".lock"));
}

TEST_F(SalvageTest, LeavesAloneWhatAGatewayUses) {
  const auto lock = LockFile::take(path_ + ".lock");
  ASSERT_TRUE(lock);
  EXPECT_EQ(salvage(path_).error().code, Errc::unavailable);
  EXPECT_EQ(salvage(directory_ / "none").error().code, Errc::not_found);
  EXPECT_FALSE(fs::exists(directory_ / "none"));
}

TEST_F(SalvageTest, OfOneWithoutItsHeaderNothingCanBeReadAndNothingIsChanged) {
  damage(0, 4096);
  const auto result = salvage(path_);
  ASSERT_TRUE(result.has_error());
  EXPECT_TRUE(fs::exists(path_));
  EXPECT_FALSE(fs::exists(path_ + ".salvaged"));
}

}  // namespace
}  // namespace tollgate::ledger
