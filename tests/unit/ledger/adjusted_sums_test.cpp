// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "adjustment_table.hpp"
#include "record_store.hpp"
#include "rollup_table.hpp"
#include "rollup_writer.hpp"
#include "sample_record.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "tollgate/ledger/adjustments.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/salvage.hpp"

// Reports have the costs that count, whichever way they add up.
namespace tollgate::ledger {
namespace {

using usage::AdjustmentKind;
using usage::CostAdjustment;
using usage::CostBasis;
using usage::UsageRecord;

class AdjustedSums : public SqliteLedgerTest {
 protected:
  void SetUp() override { ledger_ = open(); }

  static UsageRecord costing(std::uint64_t number, std::int64_t nano) {
    UsageRecord out = sample_close(number);
    out.event_time = kNow - std::chrono::hours(30);
    out.cost_nano = nano;
    out.cost_currency = "USD";
    out.cost_basis = CostBasis::priced;
    out.cost_components = {{"input", 10, "1", 1'000'000, "", nano}};
    return out;
  }
  void put(const UsageRecord& record) {
    ASSERT_TRUE(ledger_->journal(0).open(record));
    ASSERT_TRUE(ledger_->journal(0).close(record));
  }
  static CostAdjustment adjusting(const UsageRecord& record, std::int64_t nano, std::string run) {
    CostAdjustment out{.kind = AdjustmentKind::rerate, .run = std::move(run)};
    out.made_at = kNow;
    set_previous(out, record);
    out.record = record;
    out.record.cost_nano = nano;
    out.record.cost_components = {{"input", 10, "2", 1'000'000, "", nano}};
    return out;
  }
  void add(const std::vector<CostAdjustment>& all) {
    ASSERT_TRUE(ledger_->flush());
    ASSERT_TRUE(ledger_->adjustments().add(all, std::nullopt));
  }

  /// Operations and cost by client, and what components by their price come to.
  std::map<std::string, std::string> sums(SumSource source) {
    const auto reader = LedgerReader::open(settings_.path);
    EXPECT_TRUE(reader);
    std::map<std::string, std::pair<Int128, Int128>> found;
    std::vector<PriceSums> prices;
    EXPECT_TRUE((*reader)->for_each_share({{}, source}, [&](const UsageShare& share) {
      auto& [operations, nano] = found[share.record.client_name];
      operations += share.sums[RollupCount::operations];
      nano += share.sums[RollupCount::cost_nano];
      prices.insert(prices.end(), share.sums.prices.begin(), share.sums.prices.end());
    }));
    for (const PriceSums& price : prices)
      found["at " + (*reader)->price(price.price).price].second += price.cost_nano;
    std::map<std::string, std::string> out;
    for (const auto& [key, sum] : found) {
      if (sum.first == 0 && sum.second == 0) continue;
      out[key] = std::to_string(static_cast<std::int64_t>(sum.first)) + " " +
                 std::to_string(static_cast<std::int64_t>(sum.second));
    }
    return out;
  }

  std::unique_ptr<Ledger> ledger_;
};

TEST_F(AdjustedSums, AreTheSameOutOfRecordsAndRollups) {
  const UsageRecord one = costing(1, 5);
  put(one);
  put(costing(2, 100));
  add({adjusting(one, 7, "first")});
  add({adjusting(one, 11, "second")});
  CostAdjustment unused = adjusting(costing(3, 0), 40, "an hour");
  unused.kind = AdjustmentKind::unused_capacity;
  unused.record.client_name.clear();
  unused.record.cost_components.clear();
  unused.previous_components.clear();
  add({unused});
  unused.run = "an hour, anew";
  unused.record.cost_nano = 50;
  unused.record.price_id = "another";
  add({unused});
  const std::map<std::string, std::string> expected{
      {"", "0 50"}, {"team-a", "2 111"}, {"at 1", "0 100"}, {"at 2", "0 11"}};
  EXPECT_EQ(sums(SumSource::records), expected);
  EXPECT_EQ(sums(SumSource::rollups), expected);
}

TEST_F(AdjustedSums, AProvisionalAmountIsGoneOnceTheAdjustmentIsThere) {
  UsageRecord open = costing(1, 0);
  open.cost_nano.reset();
  open.cost_currency.clear();
  open.cost_components.clear();
  open.cost_basis = CostBasis::allocated_later;
  open.provisional_cost_nano = 9;
  open.provisional_currency = "USD";
  put(open);
  ASSERT_TRUE(ledger_->flush());
  const auto provisional = [this](SumSource source) {
    const auto reader = LedgerReader::open(settings_.path);
    Int128 out = 0;
    EXPECT_TRUE((*reader)->for_each_share({{}, source}, [&](const UsageShare& share) {
      out += share.sums[RollupCount::provisional_cost_nano];
    }));
    return static_cast<std::int64_t>(out);
  };
  EXPECT_EQ(provisional(SumSource::records), 9);
  EXPECT_EQ(provisional(SumSource::rollups), 9);
  CostAdjustment share = adjusting(open, 25, "an hour");
  share.record.cost_currency = "USD";
  share.record.cost_basis = CostBasis::priced;
  share.record.provisional_cost_nano.reset();
  share.record.provisional_currency.clear();
  add({share});
  EXPECT_EQ(provisional(SumSource::records), 0);
  EXPECT_EQ(provisional(SumSource::rollups), 0);
  const std::map<std::string, std::string> expected{{"team-a", "1 25"}, {"at 2", "0 25"}};
  EXPECT_EQ(sums(SumSource::rollups), expected);
}

TEST_F(AdjustedSums, ArePassedThroughInOnePass) {
  std::map<std::string, std::int64_t> expected;
  for (std::uint64_t number = 1; number < 20; ++number) {
    UsageRecord one = costing(number, 5);
    one.event_time += std::chrono::minutes(number % 7);
    put(one);
    expected[one.record_id.to_string()] = number % 3 == 0 ? 7 : 5;
    if (number % 3 == 0) add({adjusting(one, 6, "first"), adjusting(one, 7, "second")});
  }
  add({});
  std::map<std::string, std::int64_t> found;
  const auto reader = LedgerReader::open(settings_.path);
  ASSERT_TRUE((*reader)->for_each_counting({}, [&](const UsageRecord& record, RecordState) {
    found[record.record_id.to_string()] = record.cost_nano.value_or(-1);
  }));
  EXPECT_EQ(found, expected);
  EXPECT_EQ((*reader)->adjustments_of(sample_close(3).record_id)->size(), 2U);
}

TEST_F(AdjustedSums, WhatHadNoCostHasOneThen) {
  UsageRecord later = costing(1, 0);
  later.cost_nano.reset();
  later.cost_currency.clear();
  later.cost_components.clear();
  later.cost_basis = CostBasis::allocated_later;
  put(later);
  CostAdjustment share = adjusting(later, 25, "an hour");
  share.record.cost_currency = "USD";
  share.record.cost_basis = CostBasis::priced;
  add({share});
  const std::map<std::string, std::string> expected{{"team-a", "1 25"}, {"at 2", "0 25"}};
  EXPECT_EQ(sums(SumSource::records), expected);
  EXPECT_EQ(sums(SumSource::rollups), expected);
}

class SalvagedSums : public AdjustedSums {
 protected:
  void SetUp() override {
    AdjustedSums::SetUp();
    put(record_);
    add({adjusting(record_, 7, "first")});
    CostAdjustment unused = adjusting(costing(3, 0), 40, "an hour");
    unused.kind = AdjustmentKind::unused_capacity;
    unused.record.client_name.clear();
    unused.record.cost_components.clear();
    unused.previous_components.clear();
    add({unused});
    ASSERT_TRUE(eventually([&] { return *(*LedgerReader::open(settings_.path))->has_rollups(); }));
    ledger_.reset();
    ASSERT_TRUE(
        Database::open(settings_.path)->execute("PRAGMA wal_checkpoint(TRUNCATE)").has_value());
  }

  void execute(const std::string& sql) const {
    ASSERT_TRUE(Database::open(settings_.path)->execute(sql)) << sql;
  }
  /// Overwrites its first page.
  void damage(const std::string& table) const {
    std::int64_t page = 0;
    {
      Result<Database> database = Database::open(settings_.path);
      Statement row =
          database->prepare("SELECT rootpage FROM sqlite_master WHERE name = '" + table + "'");
      ASSERT_TRUE(*row.step());
      page = row.number(0);
    }
    constexpr std::size_t kPage = 4096;
    std::fstream file(settings_.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((page - 1) * static_cast<std::streamoff>(kPage));
    file << std::string(kPage, '\x5a');
  }
  /// What verify says of sums.
  std::vector<std::string> disagreements() const {
    std::vector<std::string> out;
    const auto found = audit(settings_.path);
    EXPECT_TRUE(found);
    for (const std::string& fault : found->faults) {
      if (fault.starts_with("the roll-ups of ")) out.push_back(fault);
    }
    return out;
  }
  void start() {
    ledger_ = open();
    ASSERT_TRUE(eventually([&] { return *(*LedgerReader::open(settings_.path))->has_rollups(); }));
  }

  const UsageRecord record_ = costing(1, 5);
  const std::map<std::string, std::string> all_{{"", "0 40"}, {"team-a", "1 7"}, {"at 2", "0 7"}};
};

// Every correction was lost, and nobody made it again.
TEST_F(SalvagedSums, RollupsThatAreMadeAnewHaveTheCostsThatCount) {
  damage("rollups");
  EXPECT_EQ(salvage(settings_.path)->lost_tables, std::vector<std::string>()) << "of nothing";
  EXPECT_EQ(sums(SumSource::rollups), all_) << "before a start";
  start();
  EXPECT_EQ(sums(SumSource::rollups), all_);
  EXPECT_EQ(sums(SumSource::records), all_);
  EXPECT_EQ(disagreements(), std::vector<std::string>());
}

// The roll-ups kept what was lost, and the next one was taken from the record's own cost.
TEST_F(SalvagedSums, WhatIsAdjustedAfterItsAdjustmentWasLostCountsOnce) {
  execute("UPDATE adjustments SET payload = zeroblob(length(payload))");
  EXPECT_EQ(salvage(settings_.path)->lost_tables, std::vector<std::string>{"adjustments"});
  start();
  EXPECT_EQ(sums(SumSource::rollups), sums(SumSource::records));
  add({adjusting(record_, 11, "again")});
  const std::map<std::string, std::string> expected{{"team-a", "1 11"}, {"at 2", "0 11"}};
  EXPECT_EQ(sums(SumSource::rollups), expected);
  EXPECT_EQ(sums(SumSource::records), expected);
  EXPECT_EQ(disagreements(), std::vector<std::string>());
}

// It copied what verify had accused, and said that all was well.
TEST_F(SalvagedSums, WhatMerelyDisagreesIsMadeAnew) {
  for (const std::string lost :
       {"DELETE FROM rollups WHERE kind = 1", "DELETE FROM rollups WHERE kind = 0",
        "DELETE FROM rollups WHERE length = 900", "DELETE FROM rollups"}) {
    execute(lost);
    ASSERT_FALSE(audit(settings_.path)->faults.empty()) << lost;
    const auto saved = salvage(settings_.path);
    EXPECT_FALSE(saved->mended_sums.empty()) << lost;
    EXPECT_TRUE(saved->lost_tables.empty()) << lost;
    EXPECT_FALSE(saved->corrections_mended) << lost << ": every adjustment is there";
    EXPECT_EQ(saved->disagreements, std::vector<std::string>()) << lost;
    EXPECT_EQ(disagreements(), std::vector<std::string>()) << lost;
    EXPECT_EQ(sums(SumSource::rollups), all_) << lost;
  }
}

TEST_F(SalvagedSums, AdjustmentsThatAreGoneLeaveTheSumsAndAreTold) {
  execute("DELETE FROM adjustments WHERE kind = 1");
  const auto saved = salvage(settings_.path);
  EXPECT_TRUE(saved->corrections_mended);
  EXPECT_EQ(disagreements(), std::vector<std::string>());
  const std::map<std::string, std::string> own{{"", "0 40"}, {"team-a", "1 5"}, {"at 1", "0 5"}};
  EXPECT_EQ(sums(SumSource::rollups), own);
}

TEST_F(SalvagedSums, ATableThatWasDroppedIsLost) {
  execute("DROP TABLE adjustments");
  EXPECT_EQ(salvage(settings_.path)->lost_tables, std::vector<std::string>{"adjustments"});
  EXPECT_EQ(disagreements(), std::vector<std::string>());
  execute("DROP TABLE rollups");
  EXPECT_EQ(salvage(settings_.path)->lost_tables, std::vector<std::string>{"rollups"});
}

// What nobody can make anew: the day's sums and those of its quarters of an hour, of a day whose
// records are deleted.
TEST_F(SalvagedSums, WhatStillDisagreesIsTold) {
  execute("INSERT INTO counters VALUES (5, " + std::to_string(to_unix_micros(kNow)) + ")");
  execute("DELETE FROM rollups WHERE length = 900");
  const auto saved = salvage(settings_.path);
  const auto left = disagreements();
  EXPECT_FALSE(left.empty());
  ASSERT_EQ(saved->disagreements.size(), left.size() + 1);
  EXPECT_NE(saved->disagreements[0].find("not as they were written"), std::string::npos)
      << "sealed as it is then: " << saved->disagreements[0];
  EXPECT_TRUE(std::equal(left.begin(), left.end(), saved->disagreements.begin() + 1));
}

// Retention had deleted the day's first hours: its corrections stayed, and the hours that were left
// were shared out a second time.
TEST_F(SalvagedSums, OfADayThatIsNotWholeWhatIsLeftCountsOnce) {
  const UtcTime deleted = record_.event_time - std::chrono::hours(1);
  execute("INSERT INTO counters VALUES (5, " + std::to_string(to_unix_micros(deleted)) + ")");
  execute("UPDATE adjustments SET payload = zeroblob(length(payload)) WHERE kind = 1");
  ASSERT_TRUE(salvage(settings_.path));
  const std::map<std::string, std::string> own{{"", "0 40"}, {"team-a", "1 5"}, {"at 1", "0 5"}};
  EXPECT_EQ(sums(SumSource::rollups), own);
  ledger_ = open();
  add({adjusting(record_, 7, "anew")});
  EXPECT_EQ(sums(SumSource::rollups), all_);
  EXPECT_EQ(disagreements(), std::vector<std::string>());
}

// They were kept, and their money was in no report and no word.
TEST_F(SalvagedSums, WhatLostRecordsCostInTheEndIsTold) {
  execute("UPDATE blocks SET entries = zeroblob(length(entries))");
  const auto saved = salvage(settings_.path);
  EXPECT_EQ(saved->lost_records, 1U);
  EXPECT_EQ(saved->lost_costs.records, 1U);
  EXPECT_EQ(saved->lost_costs.without_amount, 0U);
  EXPECT_TRUE(saved->lost_costs.nano.at("USD") == 7);
}

// What nobody used of the days before the first record goes by its age alone.
TEST_F(SalvagedSums, HoursWithoutRecordsThatWereDeletedAreNoFault) {
  UsageRecord before = costing(9, 0);
  before.event_time = record_.event_time - std::chrono::hours(48);
  CostAdjustment idle = adjusting(before, 30, "an idle hour");
  idle.kind = AdjustmentKind::unused_capacity;
  idle.record.cost_components.clear();
  idle.previous_components.clear();
  ledger_ = open();
  add({idle});
  ledger_.reset();
  execute("INSERT INTO counters VALUES (5, " +
          std::to_string(to_unix_micros(before.event_time - std::chrono::hours(48))) + ")");
  {
    auto store = RecordStore::open(settings_.path, config::Durability::process_crash);
    ASSERT_TRUE(delete_adjustments(store->database(), kNow + std::chrono::hours(1), 1'000));
    Statement left = store->database().prepare("SELECT COUNT(*) FROM adjustments");
    ASSERT_TRUE(*left.step());
    EXPECT_EQ(left.number(0), 2);
  }
  EXPECT_EQ(disagreements(), std::vector<std::string>());
}

TEST_F(SalvagedSums, VerifyNamesADayWhoseCorrectionsNoAdjustmentSays) {
  EXPECT_EQ(disagreements(), std::vector<std::string>());
  execute("DELETE FROM adjustments WHERE kind = 1");
  const std::string day = to_rfc3339(record_.event_time).substr(0, 10);
  EXPECT_EQ(disagreements(), std::vector<std::string>{"the roll-ups of " + day +
                                                      " for the client 'team-a' do not agree with "
                                                      "its adjustments"});
}

}  // namespace
}  // namespace tollgate::ledger
