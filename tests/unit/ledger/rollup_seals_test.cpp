// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rollup_seals.hpp"

#include "adjustment_table.hpp"
#include "database_check.hpp"
#include "rollup_fixture.hpp"
#include "seal_check.hpp"

namespace tollgate::ledger {
namespace {

using Lines = std::vector<std::string>;

/// Fifty records of some days, rolled up.
class RollupSeals : public RollupTest {
 protected:
  void SetUp() override {
    arrive(50);
    rolled();
  }
  void execute(const std::string& sql) { ASSERT_TRUE(store_.database().execute(sql)) << sql; }
  SealState state() { return *seal_state(store_.database()); }
  Lines faults() {
    Lines out;
    const auto found = find_seal_faults(store_.database());
    EXPECT_TRUE(found);
    for (const SealFault& fault : *found) out.push_back(fault.line);
    return out;
  }
  Lines glance() { return *glance_at_seals(store_.database()); }
  /// Why a report of the period cannot be given; empty: it can.
  std::string refused(const Period& period = {}, DayParts::Kind kind = DayParts::Kind::one) {
    const auto read = (*LedgerReader::open(path_))
                          ->for_each_share({period, SumSource::rollups,
                                            [kind](UtcTime) {
                                              return DayParts{kind, {}};
                                            }},
                                           [](const UsageShare&) {});
    return read ? "" : read.error().message;
  }
  static std::string date(std::int64_t day) {
    return to_rfc3339(from_unix_micros(day * 1'000'000)).substr(0, 10);
  }
  /// A day that is not the last one.
  std::int64_t first_day() { return number("SELECT MIN(start) FROM rollups WHERE length = 86400"); }
  SalvageResult saved() {
    execute("PRAGMA wal_checkpoint(TRUNCATE)");
    path_ = directory_ / "salvaged.ledger";
    std::filesystem::create_directory(path_ + ".journal");
    std::filesystem::copy(directory_ / "usage.ledger", path_);
    const auto result = salvage(path_);
    EXPECT_TRUE(result) << result.error().message;
    return *result;
  }
};

TEST_F(RollupSeals, AgreeAsRowsAreWrittenCorrectedAndDeleted) {
  EXPECT_EQ(state(), SealState::whole);
  EXPECT_EQ(faults(), Lines{});
  arrive(50);
  rolled(20);
  EXPECT_EQ(faults(), Lines{});
  rolled();
  EXPECT_EQ(faults(), Lines{});
  const std::int64_t second = first_day() + kUtcDay.count();
  EXPECT_FALSE(*delete_old_rollups(store_.database(), from_unix_micros(second * 1'000'000)));
  EXPECT_EQ(faults(), Lines{});
  EXPECT_EQ(number("SELECT MIN(start) FROM rollup_seals WHERE length > 0") >= second, 1);
  store_ = open_store(path_);
  EXPECT_EQ(faults(), Lines{});
  EXPECT_EQ(refused(), "");
}

// A report left the row out, and ended with status 0.
TEST_F(RollupSeals, ARowOfADayThatIsGoneIsToldByReportsOfItAStartAndVerify) {
  const std::int64_t day = first_day();
  execute(
      "DELETE FROM rollups WHERE (length, start, group_id, kind) = (SELECT length, start, "
      "group_id, kind FROM rollups WHERE length = 86400 ORDER BY start LIMIT 1)");
  const std::string line =
      "the roll-ups of the day " + date(day) + " are not as they were written: ";
  EXPECT_EQ(refused().find(line), 0U) << refused();
  EXPECT_EQ(refused({from_unix_micros((day + 86'400) * 1'000'000), {}}), "") << "of other days";
  ASSERT_EQ(glance().size(), 1U);
  EXPECT_EQ(glance()[0].find(line), 0U) << glance()[0];
  EXPECT_FALSE(audit(path_)->faults.empty());
  arrive(50);
  rolled();
  EXPECT_EQ(faults().size(), 1U) << "it stays, whatever is added";
  store_ = open_store(path_);
  EXPECT_EQ(faults().size(), 1U) << "and where the ledger is opened again";
}

TEST_F(RollupSeals, ARowOfAQuarterThatIsGoneIsToldByWhatReadsIt) {
  execute(
      "DELETE FROM rollups WHERE (length, start, group_id, kind) = (SELECT length, start, "
      "group_id, kind FROM rollups WHERE length = 900 ORDER BY start LIMIT 1)");
  EXPECT_EQ(refused(), "") << "days are whole";
  EXPECT_NE(refused({}, DayParts::Kind::many).find("Z (quarter of an hour) are not as"),
            std::string::npos);
  EXPECT_FALSE(audit(path_)->faults.empty());
  DatabaseCheck check(*Database::open(path_));
  while (!check.step(UtcTime())) continue;
  ASSERT_EQ(check.report().faults.size(), 1U);
  EXPECT_NE(check.report().faults[0].find(" in place of "), std::string::npos)
      << check.report().faults[0];
}

// Of the last day nothing was left that could have told.
TEST_F(RollupSeals, AllOfADayOrOfATableThatIsGoneIsTold) {
  const std::int64_t last = number("SELECT MAX(start) FROM rollups WHERE length = 86400");
  execute("DELETE FROM rollups WHERE start >= " + std::to_string(last));
  EXPECT_GT(faults().size(), 1U);
  EXPECT_EQ(refused().find("the roll-ups of the day " + date(last)), 0U) << refused();
  EXPECT_EQ(glance().size(), 1U);
  execute("DELETE FROM rollup_seals WHERE start >= " + std::to_string(last));
  EXPECT_EQ(glance(), Lines{"the table rollup_seals is not as it was written"});
  EXPECT_NE(refused(), "");
  execute("DELETE FROM rollup_seals");
  store_ = open_store(path_);
  EXPECT_EQ(state(), SealState::gone) << "an opening does not take what is left for all";
  EXPECT_EQ(glance().size(), 1U);
  EXPECT_NE(refused(), "");
  execute("DELETE FROM rollups");
  EXPECT_NE(refused(), "");
}

// They had no check sum: a row of another client stood for this one's.
TEST_F(RollupSeals, GroupsAndPricesThatWereChangedAreTold) {
  for (const auto& [table, column] :
       {std::pair("rollup_groups", "dimensions"), {"rollup_prices", "component"}}) {
    const std::string line = std::string("the table ") + table + " is not as it was written";
    execute(std::string("UPDATE ") + table + " SET " + column + " = CAST(" + column +
            " || x'00' AS BLOB) WHERE id = 1");
    EXPECT_EQ(glance(), Lines{line});
    EXPECT_EQ(refused().find(line), 0U) << refused();
    execute(std::string("UPDATE ") + table + " SET " + column + " = CAST(substr(" + column +
            ", 1, length(" + column + ") - 1) AS BLOB) WHERE id = 1");
    EXPECT_EQ(glance(), Lines{});
  }
}

TEST_F(RollupSeals, ASalvageMakesRowsAnewThatAreGone) {
  const auto before = sums(SumSource::rollups);
  const auto days = sums(SumSource::rollups, kUtcDay);
  execute("DELETE FROM rollups WHERE start % 86400 >= 43200 OR start = " +
          std::to_string(first_day()));
  const SalvageResult result = saved();
  EXPECT_EQ(result.disagreements, Lines{});
  EXPECT_FALSE(result.mended_sums.empty());
  EXPECT_EQ(result.lost_tables, Lines{});
  EXPECT_EQ(sums(SumSource::rollups), before);
  EXPECT_EQ(sums(SumSource::rollups, kUtcDay), days);
  EXPECT_EQ(audit(path_)->faults, Lines{});
}

TEST_F(RollupSeals, OfRecordsThatAreDeletedADayIsMadeOfItsQuartersAndTheRestIsNamed) {
  const auto days = sums(SumSource::rollups, kUtcDay);
  ASSERT_TRUE(
      write_counter(store_.database(), Counter::forgotten_arrived_at, to_unix_micros(kArrival)));
  const std::int64_t day = first_day();
  execute(
      "UPDATE rollups SET start = start WHERE length = 86400; DELETE FROM rollups WHERE length "
      "= 86400 AND start = " +
      std::to_string(day));
  SalvageResult result = saved();
  EXPECT_EQ(result.disagreements, Lines{});
  EXPECT_EQ(result.mended_sums.size(), 1U);
  EXPECT_EQ(sums(SumSource::rollups, kUtcDay), days);
  store_ = open_store(path_);
  execute("DELETE FROM rollups WHERE start >= " + std::to_string(day) + " AND start < " +
          std::to_string(day + 86'400));
  const auto again = salvage(path_);
  ASSERT_TRUE(again);
  EXPECT_FALSE(again->disagreements.empty()) << "nobody has them any more";
  EXPECT_EQ(refused(), "");
  const auto reader = LedgerReader::open(path_);
  ASSERT_TRUE((*reader)->for_each_share({{}, SumSource::rollups}, [](const UsageShare&) {}));
  EXPECT_FALSE((*reader)->faults().empty()) << "until it is acknowledged";
}

// Killed in the middle nothing is lost, and the next opening does it.
TEST_F(RollupSeals, AnEarlierVersionsRowsAreSealedWhenTheLedgerIsOpened) {
  execute("DROP TABLE rollup_seals; DELETE FROM counters WHERE counter = 10");
  EXPECT_EQ(refused(), "");
  EXPECT_EQ(audit(path_)->faults, Lines{});
  store_ = open_store(path_);
  EXPECT_EQ(state(), SealState::whole);
  execute(
      "DELETE FROM counters WHERE counter = 10; DELETE FROM rollup_seals WHERE length = 0 AND "
      "start "
      "< 0; DELETE FROM rollups WHERE length = 900");
  {
    Transaction transaction(store_.database());
    ASSERT_TRUE(give_seals(store_.database()));
    EXPECT_EQ(faults(), Lines{});
  }
  EXPECT_EQ(state(), SealState::none);
  store_ = open_store(path_);
  EXPECT_EQ(faults(), Lines{});
  EXPECT_EQ(state(), SealState::whole);
}

TEST_F(RollupSeals, WhatAnEarlierVersionWroteSinceIsNoFault) {
  execute("CREATE TABLE kept AS SELECT * FROM rollup_seals");
  arrive(50);
  rolled();
  execute(
      "DELETE FROM rollup_seals; INSERT INTO rollup_seals SELECT * FROM kept; DROP TABLE kept; "
      "UPDATE counters SET value = 50 WHERE counter = 10");
  EXPECT_EQ(refused(), "");
  EXPECT_EQ(glance(), Lines{});
  store_ = open_store(path_);
  EXPECT_EQ(state(), SealState::whole);
  EXPECT_EQ(faults(), Lines{});
  execute("INSERT OR REPLACE INTO sqlite_sequence VALUES ('adjustments', 1)");
  EXPECT_EQ(state(), SealState::none) << "it corrected without a seal";
}

}  // namespace
}  // namespace tollgate::ledger
