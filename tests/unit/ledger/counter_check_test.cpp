// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter_check.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "loss_notes.hpp"
#include "rollup_writer.hpp"
#include "sample_record.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {
namespace {

/// Three records that are rolled up, and an exporter that has got two of them.
class CounterCheckTest : public SqliteLedgerTest {
 protected:
  void SetUp() override {
    const auto ledger = open();
    for (std::uint64_t number = 1; number <= kRecords; ++number) {
      usage::UsageRecord record = sample_close(number);
      record.event_time = kNow - std::chrono::hours(30);
      ASSERT_TRUE(ledger->journal(0).open(record));
      ASSERT_TRUE(ledger->journal(0).close(record));
    }
    auto waiting = this->waiting(*ledger);
    ASSERT_EQ(waiting.size(), kRecords);
    waiting.pop_back();
    deliver(*ledger, waiting);
    ASSERT_TRUE(eventually([&] { return ledger->stats().not_rolled_up == 0; }));
  }

  void execute(const std::string& sql) const {
    ASSERT_TRUE(Database::open(settings_.path)->execute(sql)) << sql;
  }
  std::vector<std::string> faults() const {
    Result<Database> database = Database::open(settings_.path);
    const auto found = counter_fault_lines(*database);
    EXPECT_TRUE(found) << found.error().message;
    return found ? *found : std::vector<std::string>();
  }
  /// What reports of sums have, and whether they say that something is wrong.
  std::pair<std::int64_t, bool> operations() const {
    const auto reader = LedgerReader::open(settings_.path);
    EXPECT_TRUE(reader) << reader.error().message;
    Int128 out = 0;
    const auto source = *(*reader)->has_rollups() ? SumSource::rollups : SumSource::records;
    EXPECT_TRUE((*reader)->for_each_share({{}, source}, [&](const UsageShare& share) {
      out += share.sums[RollupCount::operations];
    }));
    return {static_cast<std::int64_t>(out), !(*reader)->faults().empty()};
  }

  static constexpr std::size_t kRecords = 3;
};

using Operations = std::pair<std::int64_t, bool>;

TEST_F(CounterCheckTest, OfAWholeLedgerSaysNothing) {
  EXPECT_EQ(faults(), std::vector<std::string>());
  EXPECT_EQ(operations(), Operations(kRecords, false));
}

// Reports missed records or had them twice, with status 0.
TEST_F(CounterCheckTest, WhatTheRollUpsCannotHoldIsToldAndSetRightByAStart) {
  for (const std::string wrong :
       {"UPDATE counters SET value = 4 WHERE counter = 6",
        "UPDATE counters SET value = 0 WHERE counter = 6",
        "UPDATE counters SET value = -3 WHERE counter = 6",
        "UPDATE counters SET value = 'three' WHERE counter = 6",
        "UPDATE counters SET value = 9223372036854775807 WHERE counter = 6",
        "DELETE FROM counters WHERE counter = 6"}) {
    execute(wrong);
    EXPECT_EQ(operations(), Operations(kRecords, true)) << wrong;
    ASSERT_EQ(faults().size(), 1U) << wrong;
    EXPECT_EQ(faults().front().find("the counter 6 (rolled_up_to) is "), 0U) << faults().front();
    EXPECT_EQ(audit(settings_.path)->faults, faults()) << wrong;
    open().reset();
    EXPECT_EQ(faults(), std::vector<std::string>()) << wrong;
    EXPECT_EQ(operations(), Operations(kRecords, false)) << wrong;
    EXPECT_EQ(audit(settings_.path)->faults, std::vector<std::string>()) << wrong;
  }
}

// The warning stood in the log of the check alone, and named a counter that was true.
TEST_F(CounterCheckTest, WhatAStartSetsRightItTells) {
  for (const auto& [wrong, line] :
       {std::pair("UPDATE counters SET value = 4 WHERE counter = 6",
                  "the counter 6 (rolled_up_to) is 4: no record behind 3 was ever given"),
        {"UPDATE counters SET value = 4 WHERE counter = 9",
         "the counter 9 (rollups_summed_to) is 4: no record behind 3 was ever given"},
        {"UPDATE counters SET value = -1 WHERE counter = 9",
         "the counter 9 (rollups_summed_to) is -1: that is no number of its kind"},
        {"UPDATE counters SET value = 'x' WHERE counter = 9",
         "the counter 9 (rollups_summed_to) is x: that is no number of its kind"},
        {"UPDATE counters SET value = 4 WHERE counter = 10",
         "the counter 10 (rollups_sealed_to) is 4: the counter 6 (rolled_up_to) is 3"},
        {"UPDATE counters SET value = -1 WHERE counter = 10",
         "the counter 10 (rollups_sealed_to) is -1: that is no number of its kind"},
        {"UPDATE counters SET value = 'x' WHERE counter = 10",
         "the counter 10 (rollups_sealed_to) is x: that is no number of its kind"},
        {"DELETE FROM counters WHERE counter = 4",
         "the counter 4 (given_to) is missing: every version that writes the counter 6 "
         "(rolled_up_to) writes it"}}) {
    execute(wrong);
    EXPECT_EQ(faults(), std::vector<std::string>{line});
    EXPECT_EQ(open()->stats().set_right, std::vector<std::string>{line});
    EXPECT_EQ(faults(), std::vector<std::string>());
    EXPECT_EQ(open()->stats().set_right, std::vector<std::string>());
    EXPECT_EQ(operations(), Operations(kRecords, false));
  }
}

// Without it the ledger passed for one of a version that notes no end of its segments.
TEST_F(CounterCheckTest, WithoutItsLastPlaceAFileThatIsGoneIsToldAllTheSame) {
  execute("DELETE FROM counters WHERE counter = 4");
  execute("INSERT INTO segments VALUES ('00000001-00-00000007.segment', 100, 0)");
  EXPECT_EQ(audit(settings_.path)->faults.size(), 2U);
  const auto ledger = open();
  ASSERT_EQ(ledger->stats().losses.size(), 1U);
  EXPECT_NE(ledger->stats().losses.front().find("00000001-00-00000007.segment is gone"),
            std::string::npos);
}

TEST_F(CounterCheckTest, AndByASalvageThatLosesNothing) {
  for (const std::string wrong : {"UPDATE counters SET value = 4 WHERE counter = 6",
                                  "DELETE FROM counters WHERE counter = 6"}) {
    execute(wrong);
    const auto saved = salvage(settings_.path);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(saved->set_right.size(), 1U) << wrong;
    EXPECT_EQ(saved->lost_tables, std::vector<std::string>()) << wrong;
    EXPECT_EQ(saved->disagreements, std::vector<std::string>()) << wrong;
    EXPECT_EQ(operations(), Operations(kRecords, false)) << wrong;
  }
}

// A start made what it could of the sums and would have said nothing of the others.
TEST_F(CounterCheckTest, SumsOfTimesWhoseRecordsAreDeletedStayAndAreNamed) {
  execute("INSERT INTO counters VALUES (5, " +
          std::to_string(to_unix_micros(kNow - std::chrono::hours(1))) + ")");
  execute("UPDATE counters SET value = 4 WHERE counter = 6");
  open().reset();
  EXPECT_EQ(faults(), std::vector<std::string>());
  EXPECT_EQ(operations(), Operations(kRecords, true));
  const auto told = told_losses(journal_directory(settings_.path));
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told.front().find("cannot be proven"), std::string::npos) << told.front();
}

TEST_F(CounterCheckTest, EachOfTheOthersIsToldAndRefusedByAStart) {
  for (const std::string wrong : {"UPDATE counters SET value = 2 WHERE counter = 4",
                                  "UPDATE counters SET value = -1 WHERE counter = 4",
                                  "INSERT OR REPLACE INTO counters VALUES (1, 4)",
                                  "INSERT OR REPLACE INTO counters VALUES (1, 'none')",
                                  "INSERT OR REPLACE INTO counters VALUES (2, -1)",
                                  "INSERT OR REPLACE INTO counters VALUES (3, 'x')",
                                  "INSERT OR REPLACE INTO counters VALUES (5, -1)",
                                  "INSERT OR REPLACE INTO counters VALUES (7, -1)",
                                  "INSERT OR REPLACE INTO counters VALUES (8, 'x')"}) {
    execute(wrong);
    EXPECT_EQ(faults().size(), 1U) << wrong;
    EXPECT_TRUE(operations().second) << wrong;
    const auto opened = SqliteLedger::open(settings_, 1, kNow, {});
    ASSERT_FALSE(opened) << wrong;
    EXPECT_NE(opened.error().message.find("ledger salvage"), std::string::npos) << wrong;
    const auto saved = salvage(settings_.path);
    ASSERT_TRUE(saved) << saved.error().message;
    EXPECT_EQ(saved->records, kRecords) << wrong;
    EXPECT_EQ(saved->lost_records, 0U) << wrong;
    EXPECT_EQ(saved->lost_tables, std::vector<std::string>{"counters"}) << wrong;
    EXPECT_EQ(faults(), std::vector<std::string>()) << wrong;
    EXPECT_EQ(operations().first, static_cast<std::int64_t>(kRecords)) << wrong;
    std::filesystem::remove_all(journal_directory(settings_.path) + "/damaged");
    execute("DELETE FROM counters WHERE counter IN (2, 3)");
  }
}

// It was never sent what came next.
TEST_F(CounterCheckTest, AnExporterWhoseCursorIsFalseGetsEverythingOnceMore) {
  for (const std::string position : {"4", "-1", "'far'"}) {
    execute("UPDATE cursors SET position = " + position);
    EXPECT_EQ(faults().size(), 1U) << position;
    EXPECT_TRUE(operations().second) << position;
    const auto ledger = open();
    EXPECT_EQ(waiting(*ledger).size(), kRecords) << position;
    EXPECT_EQ(faults(), std::vector<std::string>()) << position;
  }
}

// It was judged while the counter that it is held against was false, and became that counter.
TEST_F(CounterCheckTest, ASalvageHoldsCursorsAgainstTheBlocksWhereTheCounterIsLost) {
  execute("UPDATE counters SET value = 2 WHERE counter = 4");
  execute("UPDATE cursors SET position = 1000000");
  const auto saved = salvage(settings_.path);
  ASSERT_TRUE(saved) << saved.error().message;
  EXPECT_TRUE(saved->cursors_lost);
  EXPECT_EQ(saved->set_right.size(), 2U);
  EXPECT_EQ(saved->lost_records, 0U);
  EXPECT_EQ(RecordStore::open(settings_.path, config::Durability::process_crash)->last_sequence(),
            static_cast<std::int64_t>(kRecords));
}

TEST_F(CounterCheckTest, OneThatIsFalseInTheOrderOfAdjustmentsAsWell) {
  execute("INSERT OR REPLACE INTO adjustment_cursors VALUES ('one', 5, 0, 1, 1)");
  EXPECT_EQ(faults(), (std::vector<std::string>{
                          "the exporter 'one' has got adjustments up to 5: none behind 0 was ever "
                          "given"}));
  open().reset();
  EXPECT_EQ(faults(), std::vector<std::string>());
}

TEST_F(CounterCheckTest, ASalvageKeepsWhatWasGivenOfTheOrderOfAdjustments) {
  execute(
      "INSERT OR REPLACE INTO sqlite_sequence VALUES ('adjustments', 7); INSERT OR REPLACE INTO "
      "adjustment_cursors VALUES ('one', 7, 0, 1, 1)");
  ASSERT_TRUE(salvage(settings_.path));
  EXPECT_EQ(faults(), std::vector<std::string>());
}

}  // namespace
}  // namespace tollgate::ledger
