// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "database_check.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <memory>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "background_check.hpp"
#include "object_table.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "temp_directory.hpp"
#include "thrown.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

using Lines = std::vector<std::string>;

constexpr std::uint64_t kBlocks = 40;
constexpr UtcTime kEnd{seconds(77)};

/// Blocks of two records each.
class DatabaseCheckTest : public testing::Test {
 protected:
  DatabaseCheckTest() {
    for (std::uint64_t i = 1; i <= kBlocks; ++i) {
      EXPECT_TRUE(arrive(store_, {sample_close(2 * i - 1), sample_close(2 * i)}));
    }
  }
  void run(const std::string& sql) { ASSERT_TRUE(store_.database().execute(sql)) << sql; }
  /// What a whole check finds.
  const CheckReport& checked() {
    while (!check_.step(kEnd)) continue;
    return check_.report();
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "ledger";
  RecordStore store_ = open_store(path_);
  DatabaseCheck check_{*Database::open(path_)};
};

TEST_F(DatabaseCheckTest, OfAWholeOneItFindsNothingInMoreStepsThanOne) {
  EXPECT_FALSE(check_.report().ended_at);
  EXPECT_FALSE(check_.step(kEnd));
  EXPECT_FALSE(check_.report().ended_at);
  EXPECT_EQ(checked().faults, Lines{});
  EXPECT_EQ(check_.report().ended_at, kEnd);
  EXPECT_EQ(checked().faults, Lines{}) << "and again";
}

// It was found when somebody asked for that month, or never.
TEST_F(DatabaseCheckTest, ADamagedRecordInTheMiddleIsNamedAtOnceAndUntilItIsWhole) {
  run("CREATE TEMP TABLE kept AS SELECT * FROM main.blocks WHERE first_sequence = 3");
  run("UPDATE blocks SET entries = zeroblob(length(entries)) WHERE first_sequence = 3");
  EXPECT_FALSE(check_.step(kEnd));
  const Lines both{"the record 3 is damaged", "the record 4 is damaged"};
  EXPECT_EQ(check_.report().faults, both) << "before the check has ended";
  EXPECT_EQ(checked().faults, both);
  EXPECT_EQ(check_.report().damaged, (std::vector<std::int64_t>{3, 4}));
  run("INSERT OR REPLACE INTO blocks SELECT * FROM kept; DROP TABLE kept");
  EXPECT_FALSE(check_.step(kEnd));
  EXPECT_EQ(check_.report().faults, both) << "this check does not know yet";
  EXPECT_EQ(checked().faults, Lines{});
}

TEST_F(DatabaseCheckTest, ABlockThatIsGoneBetweenOthersIsMissed) {
  run("DELETE FROM blocks WHERE first_sequence IN (5, 7)");
  EXPECT_EQ(checked().faults, Lines{"the records 5 to 8 are missing"});
}

TEST_F(DatabaseCheckTest, WhatRetentionTakesMeanwhileIsNotMissed) {
  EXPECT_FALSE(check_.step(kEnd));  // up to record 32
  run("DELETE FROM blocks WHERE first_sequence < 60");
  EXPECT_EQ(checked().faults, Lines{});
}

TEST_F(DatabaseCheckTest, SmallBlocksThatArePutTogetherMeanwhileAreReadOn) {
  EXPECT_FALSE(check_.step(kEnd));
  Transaction transaction(store_.database());
  for (std::int64_t from = 1;;) {
    const auto next = store_.merge_small(from);
    ASSERT_TRUE(next);
    if (*next == from) break;
    from = *next;
  }
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(checked().faults, Lines{});
}

TEST_F(DatabaseCheckTest, APageThatCannotBeReadIsTold) {
  const auto root = [this](const std::string& table) {
    Statement row = store_.database().prepare("SELECT rootpage FROM sqlite_master WHERE name = '" +
                                              table + "'");
    EXPECT_TRUE(*row.step());
    return row.number(0);
  };
  run("PRAGMA wal_checkpoint(TRUNCATE)");
  for (const std::string table : {"blocks", "objects", "exceptions"}) {
    const std::string copy = directory_ / table;
    std::filesystem::copy(path_, copy);
    {
      std::fstream file(copy, std::ios::in | std::ios::out | std::ios::binary);
      file.seekp(static_cast<std::streamoff>((root(table) - 1) * 4096));
      file << std::string(4096, '\x5a');
    }
    DatabaseCheck check(*Database::open(copy));
    while (!check.step(kEnd)) continue;
    ASSERT_FALSE(check.report().faults.empty()) << table;
    EXPECT_TRUE(check.report().faults[0].starts_with("the database's table " + table))
        << check.report().faults[0];
    EXPECT_EQ(check.report().ended_at, kEnd);
  }
}

TEST_F(DatabaseCheckTest, ARollupThatCannotBeReadIsTold) {
  run("INSERT INTO rollups VALUES (900, 1790035200, 1, 1, x'ff')");
  EXPECT_EQ(checked().faults,
            (Lines{"the roll-up of 2026-09-22T00:00:00Z (quarter of an hour, group 1) is damaged",
                   "the roll-ups of 2026-09-22T00:00:00Z (quarter of an hour) are not as they were "
                   "written: 1 row in place of 0"}));
}

TEST_F(DatabaseCheckTest, ADamagedAdjustmentIsTold) {
  run("INSERT INTO adjustments VALUES (7, 'an id', 1, 'a run', 0, 0, NULL, '', 0, x'00')");
  EXPECT_EQ(checked().faults, Lines{"the adjustment 7 is damaged"});
}

TEST_F(DatabaseCheckTest, OfManyFaultsTheFirstAreToldAndTheOthersCounted) {
  run("UPDATE blocks SET entries = zeroblob(length(entries))");
  const CheckReport& report = checked();
  ASSERT_EQ(report.faults.size(), CheckReport::kMostLines);
  EXPECT_EQ(report.faults.front(), "the record 1 is damaged");
  EXPECT_EQ(report.faults.back(), "further faults of the database: 61");
  EXPECT_EQ(report.damaged.size(), CheckReport::kMostLines);
}

// Words do not decide whether a fault passes: this one's hold "locked".
TEST_F(DatabaseCheckTest, AFaultThatHoldsTheWordsOfALockIsAFault) {
  run("PRAGMA writable_schema = ON");
  run("INSERT INTO sqlite_master VALUES ('table', 'locked', 'locked', 0, 'CREATE nonsense')");
  DatabaseCheck check(*Database::open(path_));
  for (std::size_t i = 0; i < 5 + kSmallTables.size() - 1; ++i) EXPECT_FALSE(check.step(kEnd)) << i;
  EXPECT_TRUE(check.step(kEnd)) << "every step has failed, and counts as done";
  ASSERT_FALSE(check.report().faults.empty());
  EXPECT_EQ(check.report().faults[0].find("the database's table blocks cannot be read: "), 0U);
  EXPECT_NE(check.report().faults[0].find("locked"), std::string::npos);
}

TEST_F(DatabaseCheckTest, NoTableIsLeftOut) {
  std::set<std::string> there;
  Statement rows = store_.database().prepare(
      "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
      "'\\' AND name NOT IN ('blocks', 'objects', 'rollups')");
  while (*rows.step()) there.insert(rows.text(0));
  EXPECT_EQ(there, std::set<std::string>(kSmallTables.begin(), kSmallTables.end()));
}

// Whoever holds the database is no fault of it.
TEST_F(DatabaseCheckTest, ALockedOneIsLookedAtLater) {
  run("PRAGMA wal_checkpoint(TRUNCATE)");
  const std::string copy = directory_ / "copy";
  std::filesystem::copy(path_, copy);
  Result<Database> holder = Database::open(copy);
  ASSERT_TRUE(holder->execute("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE"));
  DatabaseCheck patient(*Database::open(copy));
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(patient.step(kEnd));
  EXPECT_EQ(patient.report().faults, Lines{});
  ASSERT_TRUE(holder->execute("ROLLBACK"));
  while (!patient.step(kEnd)) continue;
  EXPECT_EQ(patient.report().faults, Lines{});
}

class BackgroundCheckTest : public SqliteLedgerTest {};

/// Memory runs out in it, as long as it is told so.
class CheckWithoutMemory : public DatabaseCheck {
 public:
  CheckWithoutMemory(Database database, const std::atomic<bool>& none)
      : DatabaseCheck(std::move(database)), none_(none) {}
  bool step(UtcTime now) override {
    if (none_) throw std::bad_alloc();
    return DatabaseCheck::step(now);
  }

 private:
  const std::atomic<bool>& none_;
};

TEST_F(BackgroundCheckTest, WhatIsThrownIsAFaultAndTheCheckGoesOn) {
  (void)open();
  std::atomic<bool> none{true};
  BackgroundCheck check(std::make_unique<CheckWithoutMemory>(*Database::open(settings_.path), none),
                        {.pause = milliseconds(1), .every = milliseconds(1)});
  const std::vector<std::string> stuck{"the check of the database does not get on: out of memory"};
  EXPECT_TRUE(eventually([&] { return check.report().faults == stuck; }));
  none = false;
  EXPECT_TRUE(eventually([&] { return check.report().ended_at.has_value(); }));
  EXPECT_TRUE(check.report().faults.empty());
}

TEST(ThrownTest, ARoundThatThrowsEndsAndSaysWhy) {
  EXPECT_EQ(thrown_by([] {}), "");
  EXPECT_EQ(thrown_by([] { throw std::bad_alloc(); }), "out of memory");
  EXPECT_EQ(thrown_by([] { throw std::length_error("too long for a string"); }),
            "too long for a string");
}

TEST_F(BackgroundCheckTest, ARunningLedgerTellsWhatIsDamagedInItsDatabase) {
  {
    const auto ledger = open();
    for (std::uint64_t i = 1; i <= 3; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
    ASSERT_TRUE(ledger->flush());
  }
  const auto ledger = open();
  ASSERT_TRUE(eventually([&] { return ledger->stats().checked_at.has_value(); }));
  EXPECT_TRUE(ledger->stats().database_faults.empty());
  Result<Database> other = Database::open(settings_.path);
  ASSERT_TRUE(other->execute("UPDATE blocks SET entries = zeroblob(length(entries))"));
  EXPECT_TRUE(eventually([&] { return ledger->stats().database_faults.size() == 3; }));
  EXPECT_TRUE(eventually([&] { return ledger->stats().damaged == 3; }));
}

}  // namespace
}  // namespace tollgate::ledger
