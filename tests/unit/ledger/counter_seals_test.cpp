// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter_check.hpp"
#include "database_check.hpp"
#include "rollup_fixture.hpp"
#include "seal_check.hpp"

namespace tollgate::ledger {
namespace {

using Lines = std::vector<std::string>;

/// Fifty records, of which thirty are rolled up.
class CounterSealsTest : public RollupTest {
 protected:
  void SetUp() override {
    arrive(50);
    rolled(30);
    execute("INSERT OR REPLACE INTO counters VALUES (3, 7)");  // which no seal knows
  }
  void execute(const std::string& sql) { ASSERT_TRUE(store_.database().execute(sql)) << sql; }
  Lines faults() {
    const auto found = counter_fault_lines(store_.database());
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : Lines();
  }
  /// Whether `tollgate usage` goes by the roll-ups, and what it warns of.
  std::pair<bool, Lines> reports() {
    const auto reader = LedgerReader::open(path_);
    const bool rollups = *(*reader)->has_rollups();
    EXPECT_TRUE((*reader)->for_each_share({{}, rollups ? SumSource::rollups : SumSource::records},
                                          [](const UsageShare&) {}));
    return {rollups, (*reader)->faults()};
  }
  Lines checked() {
    DatabaseCheck check(*Database::open(path_));
    while (!check.step(UtcTime())) continue;
    return check.report().faults;
  }
  Result<Lines> set_right() {
    return set_counters_right(store_.database(), kArrival,
                              [](const std::string&) { return Result<void>(); });
  }
  std::int64_t counter(Counter which) { return *read_counter(store_.database(), which); }
};

// Sums counted records twice or left them out, with status 0.
TEST_F(CounterSealsTest, ThoseThatAreFalseTogetherAreToldAndSetBackByAStart) {
  const auto before = sums(SumSource::records);
  for (const std::string wrong :
       {"UPDATE counters SET value = 10 WHERE counter IN (6, 9, 10)",
        "UPDATE counters SET value = 45 WHERE counter IN (6, 9, 10)",
        "UPDATE counters SET value = 50 WHERE counter IN (6, 9)",
        "UPDATE counters SET value = 50 WHERE counter = 6",
        "UPDATE counters SET value = 10 WHERE counter = 10",
        "DELETE FROM counters WHERE counter = 10", "INSERT OR REPLACE INTO counters VALUES (7, 1)",
        "INSERT OR REPLACE INTO counters VALUES (7, 9000000000000000)"}) {
    execute(wrong);
    const Lines told = faults();
    ASSERT_FALSE(told.empty()) << wrong;
    EXPECT_NE(told.front().find(" was written"), std::string::npos) << told.front();
    EXPECT_EQ(reports(), std::pair(false, told)) << wrong;
    EXPECT_EQ(audit(path_)->faults, told) << wrong;
    EXPECT_EQ(checked(), told) << wrong;
    store_ = open_store(path_);
    EXPECT_EQ(faults(), told) << "an opening leaves the evidence";
    const auto mended = set_right();
    ASSERT_TRUE(mended) << mended.error().message;
    EXPECT_EQ(*mended, told) << wrong;
    EXPECT_EQ(counter(Counter::rolled_up_to), 30) << wrong;
    EXPECT_EQ(counter(Counter::rollups_sealed_to), 30) << wrong;
    EXPECT_EQ(faults(), Lines{}) << wrong;
    EXPECT_EQ(audit(path_)->faults, Lines{}) << wrong;
    EXPECT_EQ(sums(SumSource::rollups), before) << wrong;
  }
}

TEST_F(CounterSealsTest, NoneIsRolledUpBehindAFalseOneAndItStaysTold) {
  execute("UPDATE counters SET value = 10 WHERE counter IN (6, 9, 10)");
  const Lines told = faults();
  {
    const Transaction transaction(store_.database());
    EXPECT_FALSE(roll_up(store_, table_, kAll));
  }
  const std::int64_t second = number("SELECT MIN(start) FROM rollups") / 86'400 * 86'400 + 86'400;
  ASSERT_TRUE(delete_old_rollups(store_.database(), from_unix_micros(second * 1'000'000)));
  EXPECT_EQ(faults(), told);
}

TEST_F(CounterSealsTest, AgreeAsRowsAreWrittenCorrectedAndDeleted) {
  EXPECT_EQ(faults(), Lines{});
  rolled(5);
  EXPECT_EQ(faults(), Lines{});
  UsageRecord before = random_.next();
  UsageRecord after = before;
  after.cost_nano = 5;
  ASSERT_TRUE(correct_rollups(store_.database(), before, after));
  EXPECT_EQ(faults(), Lines{});
  const std::int64_t second = number("SELECT MIN(start) FROM rollups") / 86'400 * 86'400 + 86'400;
  ASSERT_TRUE(delete_old_rollups(store_.database(), from_unix_micros(second * 1'000'000)));
  EXPECT_EQ(faults(), Lines{});
  execute("UPDATE counters SET value = value - 1 WHERE counter = 7");
  EXPECT_EQ(faults().size(), 1U);
}

TEST_F(CounterSealsTest, ASalvageSetsThemBackAndLosesNothing) {
  const auto before = sums(SumSource::records);
  execute("UPDATE counters SET value = 10 WHERE counter IN (6, 9, 10)");
  const Lines told = faults();
  execute("PRAGMA wal_checkpoint(TRUNCATE)");
  path_ = directory_ / "salvaged.ledger";
  std::filesystem::create_directory(path_ + ".journal");
  std::filesystem::copy(directory_ / "usage.ledger", path_);
  const auto result = salvage(path_);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->set_right, told);
  EXPECT_EQ(result->disagreements, Lines{});
  EXPECT_EQ(result->lost_tables, Lines{});
  EXPECT_EQ(sums(SumSource::rollups), before);
  EXPECT_EQ(audit(path_)->faults, Lines{});
}

// Such a version seals rows and knows nothing of the counters' seals.
TEST_F(CounterSealsTest, WhatAnEarlierVersionWroteSinceIsNoFaultAndIsSealedAtTheNextOpening) {
  execute("CREATE TABLE kept AS SELECT * FROM rollup_seals WHERE length = 0 AND start < 0");
  rolled();
  execute(
      "DELETE FROM rollup_seals WHERE length = 0 AND start < 0; INSERT INTO rollup_seals SELECT * "
      "FROM kept; DROP TABLE kept");
  EXPECT_EQ(faults(), Lines{});
  EXPECT_EQ(reports(), std::pair(true, Lines{}));
  store_ = open_store(path_);
  EXPECT_EQ(faults(), Lines{});
  execute("UPDATE counters SET value = 10 WHERE counter IN (6, 9, 10)");
  EXPECT_EQ(faults().size(), 3U);
}

TEST_F(CounterSealsTest, ALedgerWithoutThemGetsThemWhenItIsOpened) {
  execute("DELETE FROM rollup_seals WHERE length = 0 AND start < 0");
  EXPECT_EQ(faults(), Lines{});
  store_ = open_store(path_);
  execute("UPDATE counters SET value = 10 WHERE counter IN (6, 9, 10)");
  EXPECT_EQ(faults().size(), 3U);
}

TEST_F(CounterSealsTest, OnesThatAreFalseThemselvesAccuseNoCounter) {
  execute("UPDATE rollup_seals SET rows = 10 WHERE length = 0 AND start < -1 AND rows = 30");
  EXPECT_EQ(faults(), Lines{});
  EXPECT_EQ(*glance_at_seals(store_.database()),
            Lines{"the table rollup_seals is not as it was written"});
}

}  // namespace
}  // namespace tollgate::ledger
