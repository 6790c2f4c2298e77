// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/rollup.hpp"

#include "rollup_fixture.hpp"

namespace tollgate::ledger {
namespace {

TEST_F(RollupTest, SumsAreThoseOfTheRecords) {
  arrive(700);
  EXPECT_EQ(rolled(300), 400);
  expect_same();
  arrive(300);
  EXPECT_EQ(rolled(), 0);
  EXPECT_GT(sums(SumSource::rollups).size(), 100U);
  expect_same();
  arrive(100);
  expect_same();
  EXPECT_EQ(*(*LedgerReader::open(path_))->has_rollups(), true);
}

TEST_F(RollupTest, ARecordCountsOnceWhenATransactionFails) {
  arrive(200);
  {
    const Transaction transaction(store_.database());
    EXPECT_TRUE(roll_up(store_, table_, 150));
  }
  EXPECT_EQ(number("SELECT COUNT(*) FROM rollup_groups"), 0);
  table_.forget_names();
  rolled(120);
  rolled();
  expect_same();
}

TEST_F(RollupTest, APeriodIsTakenAtItsQuarterHours) {
  arrive(500);
  rolled();
  const auto reader = LedgerReader::open(path_);
  const Period period{kDay + seconds(5 * 900), kDay + seconds(86'400 * 2 + 900)};
  Int128 operations[2]{};
  for (const SumSource source : {SumSource::rollups, SumSource::records}) {
    const ShareQuery query{period, source};
    ASSERT_TRUE((*reader)->for_each_share(query, [&](const UsageShare& share) {
      operations[static_cast<int>(source)] += share.sums[RollupCount::operations];
    }));
  }
  EXPECT_GT(operations[0], 0);
  EXPECT_TRUE(operations[0] == operations[1]);
}

// The shorter part is taken away from the day, whichever it is.
TEST_F(RollupTest, ADayInTwoPartsIsItsQuarterHours) {
  arrive(500);
  rolled();
  for (const std::int64_t hours : {1, 12, 20}) {
    std::map<UtcTime, RollupSums> parts[2];
    const auto begin_of = [&](UtcTime time) {
      const UtcTime day = std::chrono::floor<std::chrono::days>(time);
      const UtcTime second = day + std::chrono::hours(hours);
      return time < second ? day : second;
    };
    for (const SumSource source : {SumSource::rollups, SumSource::records}) {
      const ShareQuery query{
          {}, source, [&](UtcTime day) {
            return DayParts{DayParts::Kind::two, day + std::chrono::hours(hours)};
          }};
      const auto reader = LedgerReader::open(path_);
      ASSERT_TRUE((*reader)->for_each_share(query, [&](const UsageShare& share) {
        parts[static_cast<int>(source)][begin_of(share.begin)].add(share.sums);
      }));
    }
    ASSERT_EQ(parts[0].size(), 6U);
    for (const auto& [begin, sums] : parts[0])
      EXPECT_EQ(sums.counts, parts[1][begin].counts) << hours;
  }
}

TEST_F(RollupTest, WhatAnEarlierVersionTookInIsRolledUpLater) {
  arrive(200);
  rolled();
  arrive(200);  // by the earlier version, which has no such counter
  rolled();
  expect_same();
  ASSERT_TRUE(store_.database().execute(
      "DELETE FROM counters WHERE counter IN (6, 9, 10); DROP TABLE rollups; DROP TABLE "
      "rollup_groups; DROP TABLE rollup_prices; DROP TABLE rollup_seals"));
  EXPECT_FALSE(*(*LedgerReader::open(path_))->has_rollups());
  ASSERT_TRUE(bring_up(store_.database(), path_));
  table_.forget_names();
  EXPECT_FALSE(*(*LedgerReader::open(path_))->has_rollups()) << "before they are made";
  rolled(10);
  expect_same();
  rolled();
  expect_same();
}

TEST_F(RollupTest, RecordsThatWentBeforeThereWereRollupsAreKnownToBeMissing) {
  arrive(100);
  ASSERT_TRUE(store_.delete_block(**store_.oldest_block()));
  arrive(100);
  EXPECT_EQ(rolled(), 0);
  const KeptTime kept = *(*LedgerReader::open(path_))->kept_time(SumSource::rollups);
  EXPECT_EQ(kept.deleted_to, kArrival) << "when the last of them arrived";
  EXPECT_EQ(sums(SumSource::rollups), sums(SumSource::records));
}

TEST_F(RollupTest, RollupsStayWhenTheirRecordsGo) {
  arrive(300);
  const auto before = sums(SumSource::records);
  rolled(100);
  EXPECT_FALSE(*delete_old_blocks(store_, kArrival + seconds(1), kAll));
  EXPECT_EQ(*store_.first_sequence(), 1) << "not all of the block is rolled up";
  rolled();
  EXPECT_FALSE(*delete_old_blocks(store_, kArrival + seconds(1), kAll));
  EXPECT_EQ(*store_.first_sequence(), 301);
  EXPECT_EQ(sums(SumSource::rollups), before);
  EXPECT_EQ((*LedgerReader::open(path_))->kept_time(SumSource::rollups)->deleted_to, std::nullopt);
  EXPECT_EQ(audit(path_)->faults, std::vector<std::string>{});
}

TEST_F(RollupTest, OldOnesGoByWholeDays) {
  arrive(300);
  rolled();
  const auto days = sums(SumSource::rollups, kUtcDay);
  EXPECT_FALSE(*delete_old_rollups(store_.database(), kDay + seconds(86'400 * 2 - 1)));
  std::map<std::string, std::string> later;
  const std::string second = std::to_string(1'790'035'200 + 86'400);
  for (const auto& [key, one] : days) {
    if (key.substr(0, 10) >= second) later[key] = one;
  }
  EXPECT_LT(later.size(), days.size());
  EXPECT_EQ(sums(SumSource::rollups, kUtcDay), later);
  EXPECT_EQ((*LedgerReader::open(path_))->kept_time(SumSource::rollups)->deleted_to,
            kDay + seconds(86'400) - microseconds(1));
  EXPECT_EQ(audit(path_)->faults, std::vector<std::string>{});
}

TEST_F(RollupTest, ACorrectionMovesACostAndLeavesTheRecordsSums) {
  UsageRecord before = sample_close(1);
  before.event_time = kDay;
  before.cost_basis = CostBasis::allocated_later;
  arrive({before});
  UsageRecord after = before;
  after.cost_basis = CostBasis::priced;
  after.cost_currency = "EUR";
  after.cost_nano = 42;
  after.cost_components = {{"capacity", 7, "1", 1, "", 42}};
  const auto correct = [&](const UsageRecord& from, const UsageRecord& to) {
    Transaction transaction(store_.database());
    ASSERT_TRUE(correct_rollups(store_.database(), from, to));
    ASSERT_TRUE(transaction.commit());
  };
  correct(before, after);  // before it is rolled up
  rolled();
  Int128 cost = 0;
  std::map<std::string, Int128> operations;
  const auto read = [&] {
    cost = 0;
    operations.clear();
    const auto reader = LedgerReader::open(path_);
    ASSERT_TRUE((*reader)->for_each_share({{}, SumSource::rollups}, [&](const UsageShare& share) {
      cost += share.sums[RollupCount::cost_nano];
      operations[std::string(to_string(share.record.cost_basis))] +=
          share.sums[RollupCount::operations];
    }));
  };
  read();
  EXPECT_TRUE(cost == 42);
  EXPECT_TRUE(operations["priced"] == 1);
  EXPECT_TRUE(operations["allocated_later"] == 0);
  EXPECT_EQ(audit(path_)->faults,
            std::vector<std::string>{"the roll-ups of 2026-09-22 for the client 'team-a' do not "
                                     "agree with its adjustments"})
      << "there are none";
  correct(after, before);
  read();
  EXPECT_TRUE(cost == 0);
  EXPECT_TRUE(operations["allocated_later"] == 1);
}

TEST_F(RollupTest, WordsOfBackendsDoNotMakeMoreGroupsThanThereMayBe) {
  RollupTable small(store_.database(), 20);
  std::vector<UsageRecord> records;
  for (std::uint64_t i = 0; i < 100; ++i) {
    records.push_back(sample_close(i + 1));
    records.back().event_time = kDay;
    records.back().model = "model-" + std::to_string(i);
  }
  arrive(records);
  Transaction transaction(store_.database());
  ASSERT_TRUE(roll_up(store_, small, kAll));
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(number("SELECT COUNT(*) FROM rollup_groups"), 21);
  Int128 others = 0;
  const auto reader = LedgerReader::open(path_);
  ASSERT_TRUE((*reader)->for_each_share({{}, SumSource::rollups}, [&](const UsageShare& share) {
    if (share.record.model == kOtherWords) others += share.sums[RollupCount::operations];
  }));
  EXPECT_TRUE(others == 80);
  EXPECT_EQ(audit(path_)->faults, std::vector<std::string>{});
}

}  // namespace
}  // namespace tollgate::ledger
