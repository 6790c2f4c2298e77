// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/ledger_audit.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "journal_files.hpp"
#include "loss_notes.hpp"
#include "recovery.hpp"
#include "retention.hpp"
#include "schema.hpp"
#include "segment.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/reports/usage_query.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

namespace fs = std::filesystem;

/// Three blocks of two records, and one more record in the journal only.
class LedgerAuditTest : public testing::Test {
 protected:
  LedgerAuditTest() {
    fs::create_directory(journal_);
    EXPECT_TRUE(recover(store_, journal_, UtcTime()));
    for (std::uint64_t number = 1; number <= 6; number += 2) {
      EXPECT_TRUE(worker_.journal.close(sample_close(number)));
      EXPECT_TRUE(worker_.journal.close(sample_close(number + 1)));
      EXPECT_TRUE(worker_.ingest(store_));
    }
    EXPECT_TRUE(worker_.journal.close(sample_close(7)));
  }

  LedgerAudit audited() const {
    const auto found = audit(path_);
    EXPECT_TRUE(found);
    return found ? *found : LedgerAudit();
  }

  std::vector<std::string> faults() const { return audited().faults; }

  /// What both reports say of all times; they agree.
  std::vector<std::string> told(const Period& period = {}) const {
    const auto reader = LedgerReader::open(path_);
    EXPECT_TRUE(reader);
    const std::vector<std::string> by{"client"};
    EXPECT_TRUE(reports::ask_usage(**reader, {*reports::UsageGroups::parse(by), period, {}}));
    std::vector<std::string> sums = (*reader)->faults();
    EXPECT_TRUE((*reader)->for_each(period, [](const auto&, auto, const auto&) {}));
    EXPECT_EQ((*reader)->faults(), sums);
    return sums;
  }

  void run(const std::string& sql) { ASSERT_TRUE(store_.database().execute(sql)); }

  std::string only_segment() const {
    const auto files = segments_in(journal_);
    EXPECT_EQ(files.size(), 1U);
    return files.empty() ? std::string() : files.front();
  }

  static void overwrite(const std::string& path, std::size_t at, const std::string& bytes) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(at));
    file << bytes;
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "usage.ledger";
  std::string journal_ = path_ + ".journal";
  RecordStore store_ = open_store(path_);
  Worker worker_{journal_};
};

TEST_F(LedgerAuditTest, OfAWholeLedgerItFindsNoFaultBesideAGatewayThatWrites) {
  const LedgerAudit found = audited();
  EXPECT_EQ(found.faults, std::vector<std::string>{});
  EXPECT_EQ(found.records, 7U);
  EXPECT_EQ(found.awaiting, 0U);
  EXPECT_EQ(found.segments, 1U);
  EXPECT_EQ(told(), std::vector<std::string>{});
}

// Reports shrank without a word.
TEST_F(LedgerAuditTest, ABlockThatIsGoneIsMissedWhereverItStood) {
  const std::string when = "arrived after 1970-01-01T00:00:00Z";
  for (const auto& [first, line] : std::vector<std::pair<int, std::string>>{
           {1,
            "the records 1 to 2 are missing, 2 of them; they arrived before "
            "1970-01-01T00:00:00Z"},
           {3, "the records 3 to 4 are missing, 2 of them; they " + when +
                   " and before 1970-01-01T00:00:00Z"},
           {5, "the records 5 to 6 are missing, 2 of them; they " + when}}) {
    run("CREATE TEMP TABLE kept AS SELECT * FROM main.blocks");
    run("DELETE FROM blocks WHERE first_sequence = " + std::to_string(first));
    EXPECT_EQ(faults(), std::vector<std::string>{line});
    EXPECT_EQ(told(), std::vector<std::string>{line});
    run("INSERT OR REPLACE INTO blocks SELECT * FROM kept; DROP TABLE kept");
  }
}

// The numbers of what was lost at the end must not be given again: that would hide the loss.
TEST_F(LedgerAuditTest, WhatComesAfterALossLeavesTheGap) {
  run("DELETE FROM blocks WHERE first_sequence = 5");
  ASSERT_TRUE(store_.find_last_sequence());
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(store_.last_sequence(), 7);
  EXPECT_EQ(faults().size(), 1U);
}

TEST_F(LedgerAuditTest, WhatRetentionDeletedIsNotMissed) {
  ASSERT_TRUE(store_.delete_block(**store_.oldest_block()));
  EXPECT_EQ(faults(), std::vector<std::string>{});
  EXPECT_EQ(told(), std::vector<std::string>{});
}

TEST_F(LedgerAuditTest, AReportTellsOfGapsThatMayConcernIt) {
  run("UPDATE blocks SET arrived_at = 1000000 * first_sequence");
  run("DELETE FROM blocks WHERE first_sequence = 3");
  const auto day = [](int number) { return UtcTime(std::chrono::hours(24 * number)); };
  EXPECT_EQ(told({day(1), {}}), std::vector<std::string>{}) << "it arrived before";
  EXPECT_EQ(told({{}, day(1)}).size(), 1U);
  EXPECT_EQ(told({{}, day(-4)}), std::vector<std::string>{}) << "it began days later";
}

TEST_F(LedgerAuditTest, ADamagedRecordIsTold) {
  run("UPDATE blocks SET entries = substr(entries, 1, 40) || zeroblob(length(entries) - 40) "
      "WHERE first_sequence = 3");
  const std::vector<std::string> both{"the record 3 is damaged", "the record 4 is damaged"};
  EXPECT_EQ(faults(), both);
  EXPECT_EQ(told(), both);
  run("UPDATE blocks SET ends = substr(ends, 1, 4) WHERE first_sequence = 5");
  EXPECT_EQ(faults(), (std::vector<std::string>{both[0], both[1], "the record 6 is damaged"}));
}

TEST_F(LedgerAuditTest, ADamagedStretchOfAJournalIsTold) {
  overwrite(only_segment(), Segment::kHeaderSize + 20, "damage");
  const std::string name = fs::path(only_segment()).filename();
  const std::vector<std::string> line{"the journal's segment " + name +
                                      " is damaged, in so many places: 1"};
  EXPECT_EQ(faults(), line);
  EXPECT_EQ(told(), line);
}

// The mark of an entry is written last.
TEST_F(LedgerAuditTest, AnAppendThatIsUnderWayIsNoDamage) {
  const std::string segment = only_segment();
  std::size_t end = 0;
  const auto journals = read_journals(journal_);
  for (const JournalRecord& record : journals->records) end = record.end;
  overwrite(segment, end + Segment::kEntryHeaderSize, "a payload whose mark is not there yet");
  EXPECT_EQ(faults(), std::vector<std::string>{});
  overwrite(segment, end, "ETGJ");
  EXPECT_EQ(faults().size(), 1U) << "now it says that it is whole";
}

TEST_F(LedgerAuditTest, ASegmentThatIsGoneOrCutIsTold) {
  const std::string segment = only_segment();
  fs::resize_file(segment, 1000);
  ASSERT_EQ(faults().size(), 1U);
  EXPECT_NE(faults()[0].find(" was cut to 1000 of 4194304 bytes"), std::string::npos);
  EXPECT_EQ(told(), faults());
  fs::remove(segment);
  ASSERT_EQ(faults().size(), 1U);
  EXPECT_NE(faults()[0].find(" is gone: what it held behind its first "), std::string::npos);
  EXPECT_EQ(told(), faults());
}

// It was read as one that never held anything.
TEST_F(LedgerAuditTest, ASegmentThatWasEmptiedIsToldAlsoAfterTheStartThatCountsIt) {
  const std::string name = fs::path(only_segment()).filename();
  std::string read_to;
  {
    Statement row = store_.database().prepare("SELECT ingested_to FROM segments");
    ASSERT_TRUE(*row.step());
    read_to = row.text(0);
  }
  fs::resize_file(only_segment(), 0);
  const std::string lost = ": what it held behind its first " + read_to + " bytes is lost";
  EXPECT_EQ(faults(),
            std::vector<std::string>{"the journal's segment " + name + " was emptied" + lost});
  EXPECT_EQ(told(), faults());
  for (int start = 0; start < 2; ++start) {
    const auto recovered = recover(store_, journal_, UtcTime());
    ASSERT_TRUE(recovered);
    EXPECT_EQ(recovered->damaged, start == 0 ? 1U : 0U);
    const std::string line = "the journal's segment " + name + " was cut, and set aside" + lost;
    EXPECT_EQ(told(), std::vector<std::string>{line});
    EXPECT_EQ(faults(), (std::vector<std::string>{line, "a damaged segment was set aside: " +
                                                            journal_ + "/damaged/" + name}));
  }
}

// It was left out of reports and of this without a word.
TEST_F(LedgerAuditTest, ASegmentThatCannotBeReadIsTold) {
  const std::string name = fs::path(only_segment()).filename();
  fs::create_directory(journal_ + "/0.segment");
  fs::create_symlink("/proc/self/mem", journal_ + "/1.segment");  // EIO
  const std::vector<std::string> both{
      "the journal's segment 0.segment cannot be read: Is a directory",
      "the journal's segment 1.segment has pages that the disk cannot read"};
  EXPECT_EQ(faults(), both);
  EXPECT_EQ(told(), both);
  EXPECT_EQ(audited().records, 7U);
}

// A link to nowhere passed for one that went meanwhile; of a socket it was "No such device".
TEST_F(LedgerAuditTest, ALinkToNowhereAPipeAndASocketAsSegmentsAreTold) {
  fs::create_symlink("nowhere", journal_ + "/0.segment");
  ASSERT_EQ(::mkfifo((journal_ + "/1.segment").c_str(), 0600), 0);
  ASSERT_EQ(::mknod((journal_ + "/2.segment").c_str(), S_IFSOCK | 0600, 0), 0);
  const std::vector<std::string> all{
      "the journal's segment 0.segment cannot be read: it is a link to what is not there",
      "the journal's segment 1.segment cannot be read: it is a pipe",
      "the journal's segment 2.segment cannot be read: it is a socket"};
  EXPECT_EQ(faults(), all);
  EXPECT_EQ(told(), all);
}

// That was a ledger without journals to them.
TEST_F(LedgerAuditTest, ALinkToNowhereInTheJournalsPlaceIsTold) {
  fs::rename(journal_, journal_ + ".away");
  fs::create_symlink("nowhere", journal_);
  const std::string line = "cannot list " + journal_ + ": it is a link to what is not there";
  EXPECT_EQ(LedgerReader::open(path_).error().message, line);
  const std::vector<std::string> found = faults();
  EXPECT_EQ(std::count(found.begin(), found.end(), line), 1);
}

// Without a word a report lacked all that was in journals only.
TEST_F(LedgerAuditTest, WithoutTheListOfJournalsThereIsNoReportAndTheAuditSaysSo) {
  fs::rename(journal_, journal_ + ".away");
  std::ofstream(journal_) << "in the way";
  const std::string line = "cannot list " + journal_ + ": Not a directory";
  EXPECT_EQ(LedgerReader::open(path_).error().message, line);
  const std::vector<std::string> found = faults();
  EXPECT_EQ(std::count(found.begin(), found.end(), line), 1);
}

// It was forgotten after a day, and the month's report said that it was whole.
TEST_F(LedgerAuditTest, ALossStaysKnownAsLongAsItsRecordsWouldHaveBeenKept) {
  fs::remove(only_segment());
  const std::vector<std::string> known = told();
  ASSERT_EQ(known.size(), 1U);
  constexpr std::chrono::hours kRetention{31 * 24};
  ASSERT_TRUE(forget_old(store_, journal_, UtcTime() + kRetention, kRetention));
  EXPECT_EQ(told(), known);
  ASSERT_TRUE(forget_old(store_, journal_, UtcTime() + kRetention + seconds(1), kRetention));
  EXPECT_EQ(told(), std::vector<std::string>{});
}

TEST_F(LedgerAuditTest, AStartCountsASegmentThatIsGone) {
  fs::remove(only_segment());
  const std::string row = faults().at(0);
  const auto counted = [this] { return recover(store_, journal_, UtcTime())->damaged; };
  EXPECT_EQ(counted(), 1U);
  const std::vector<std::string> noted = told_losses(journal_);
  ASSERT_EQ(noted.size(), 1U);
  EXPECT_TRUE(noted[0].starts_with(row));
  EXPECT_EQ(faults(), noted) << "it is named once";
  EXPECT_EQ(counted(), 0U);
  EXPECT_EQ(told_losses(journal_), noted) << "it is told at each start";
  fs::remove_all(journal_ + "/damaged");
  EXPECT_EQ(counted(), 0U);
  EXPECT_EQ(told_losses(journal_), std::vector<std::string>{}) << "an operator has seen it";
  EXPECT_EQ(faults(), std::vector<std::string>{row}) << "it is named until its row goes";
}

TEST_F(LedgerAuditTest, ALossThatCouldNotBeNotedIsCountedAgain) {
  fs::remove(only_segment());
  std::ofstream(journal_ + "/damaged") << "in the way";
  EXPECT_EQ(recover(store_, journal_, UtcTime())->damaged, 1U);
  fs::remove(journal_ + "/damaged");
  EXPECT_EQ(recover(store_, journal_, UtcTime())->damaged, 1U);
  EXPECT_EQ(told_losses(journal_).size(), 1U);
}

TEST_F(LedgerAuditTest, AfterACleanEndNoSegmentIsMissed) {
  ASSERT_TRUE(worker_.ingest(store_));
  worker_.ingester.finish(store_, UtcTime());
  EXPECT_EQ(segments_in(journal_), std::vector<std::string>{});
  EXPECT_EQ(faults(), std::vector<std::string>{});
  const auto recovered = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->damaged, 0U);
}

// It deleted its segments without a note that it was done with them.
TEST_F(LedgerAuditTest, OfWhatAnEarlierVersionLeftNoSegmentIsMissed) {
  run("DELETE FROM counters WHERE counter = 4");
  fs::remove(only_segment());
  EXPECT_EQ(faults(), std::vector<std::string>{});
  const auto recovered = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->damaged, 0U);
  EXPECT_EQ(faults(), std::vector<std::string>{});
}

TEST_F(LedgerAuditTest, ASegmentThatIsMissingBetweenOthersIsTold) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(worker_.fill_segment());
    ASSERT_TRUE(worker_.journal.close(sample_close(8 + static_cast<std::uint64_t>(i))));
  }
  std::vector<std::string> files = segments_in(journal_);
  ASSERT_GE(files.size(), 3U);
  EXPECT_EQ(faults(), std::vector<std::string>{});
  fs::remove(files[1]);
  EXPECT_EQ(faults(), std::vector<std::string>{"1 of the journal's segments before " +
                                               fs::path(files[2]).filename().string() +
                                               ", of the same worker, are missing"});
}

TEST_F(LedgerAuditTest, OneThatWasPartlyReadAndIsMissingBetweenOthersIsNamedOnce) {
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(worker_.fill_segment());
    ASSERT_TRUE(worker_.journal.close(sample_close(8 + static_cast<std::uint64_t>(i))));
  }
  const std::vector<std::string> files = segments_in(journal_);
  ASSERT_GE(files.size(), 3U);
  const std::string name = fs::path(files[1]).filename();
  run("INSERT INTO segments VALUES ('" + name + "', 100, 0)");
  fs::remove(files[1]);
  const std::vector<std::string> once{"the journal's segment " + name +
                                      " is gone: what it held behind its first 100 bytes is lost"};
  EXPECT_EQ(faults(), once);
  EXPECT_EQ(told(), once);
}

TEST_F(LedgerAuditTest, WhatCannotBeUnderstoodElsewhereIsTold) {
  run("INSERT INTO intents VALUES ('abc', x'00')");
  run("INSERT INTO exceptions VALUES ('finance', 3, 1, 'too large', 0, x'00')");
  EXPECT_EQ(faults(),
            (std::vector<std::string>{"the open operation abc cannot be understood",
                                      "the refused record of finance 3 cannot be understood"}));
}

TEST_F(LedgerAuditTest, ASegmentThatWasSetAsideIsNamed) {
  set_segment_aside(only_segment());
  ASSERT_FALSE(faults().empty());
  EXPECT_NE(faults().back().find("a damaged segment was set aside: " + journal_ + "/damaged/"),
            std::string::npos);
}

TEST(LedgerAudit, ANameInFullSaysWhereNoLedgerIs) {
  const auto found = audit("no/such.ledger");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().message,
            "there is no ledger at " + fs::absolute("no/such.ledger").string());
}

}  // namespace
}  // namespace tollgate::ledger
