// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/rollup.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "intake.hpp"
#include "random_records.hpp"
#include "record_codec.hpp"
#include "retention.hpp"
#include "rollup_codec.hpp"
#include "rollup_writer.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger_audit.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/salvage.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

using usage::CostBasis;
using usage::UsageRecord;

constexpr std::size_t kAll = 1'000'000;
constexpr UtcTime kDay = RandomRecords::kBegin;
constexpr UtcTime kArrival = kDay + std::chrono::hours(96);  // behind all of them

class RollupTest : public testing::Test {
 protected:
  RollupTest() { std::filesystem::create_directory(path_ + ".journal"); }

  void arrive(const std::vector<UsageRecord>& records) {
    Transaction transaction(store_.database());
    Intake intake(store_, kArrival);
    for (const UsageRecord& record : records) {
      std::string payload;
      encode_record(record, payload);
      ASSERT_TRUE(intake.take(payload));
    }
    ASSERT_TRUE(intake.finish());
    ASSERT_TRUE(transaction.commit());
    intake.committed();
  }
  void arrive(std::size_t count) {
    std::vector<UsageRecord> records;
    for (std::size_t i = 0; i < count; ++i) records.push_back(random_.next());
    arrive(records);
  }

  std::int64_t rolled(std::size_t most = kAll) {
    Transaction transaction(store_.database());
    const Result<std::int64_t> left = roll_up(store_, table_, most);
    EXPECT_TRUE(left);
    EXPECT_TRUE(transaction.commit());
    return left ? *left : -1;
  }

  /// The sums of equal dimensions by quarter hours, or days, as text.
  std::map<std::string, std::string> sums(SumSource source, seconds length = kQuarterHour) {
    const auto reader = LedgerReader::open(path_);
    EXPECT_TRUE(reader);
    std::map<std::string, RollupSums> found;
    const auto kind = length == kUtcDay ? DayParts::Kind::one : DayParts::Kind::many;
    const ShareQuery query{{}, source, [&](UtcTime) { return DayParts{kind, {}}; }};
    EXPECT_TRUE((*reader)->for_each_share(query, [&](const UsageShare& share) {
      const std::string key = key_of(share, length);
      found[key].add(share.sums);
    }));
    std::map<std::string, std::string> out;
    for (const auto& [key, one] : found) out[key] = words(one, **reader);
    return out;
  }
  static std::string key_of(const UsageShare& share, seconds length) {
    const UsageRecord& record = share.record;
    std::string out =
        std::to_string(to_unix_micros(share.begin) / 1'000'000 / length.count() * length.count());
    const auto tag = record.tags.find("cost_center");
    const std::string cost_center = tag == record.tags.end() ? "" : tag->second;
    for (const std::string& word :
         {record.client_name, cost_center, record.model, record.backend, record.backend_deployment,
          record.price_id, record.cost_currency, record.cost_reason, record.usage_reason,
          std::string(to_string(record.outcome)), std::string(usage::to_string(record.usage_basis)),
          std::string(to_string(record.cost_basis))})
      out.append("/").append(word);
    return out;
  }
  static std::string words(const RollupSums& sums, const LedgerReader& reader) {
    std::string out;
    for (const Int128 count : sums.counts) out.append(text(count)).append(" ");
    std::map<std::string, std::string> prices;
    for (const PriceSums& price : sums.prices) {
      const usage::CostComponent& of = reader.price(price.price);
      prices[of.price_class + " " + of.price + " " + of.percent] =
          text(price.records) + " " + text(price.quantity) + " " + text(price.cost_nano);
    }
    for (const auto& [name, numbers] : prices) out.append(name).append(": ").append(numbers);
    return out;
  }
  static std::string text(Int128 number) {
    std::string out;
    for (Int128 rest = number < 0 ? -number : number; rest > 0; rest /= 10)
      out.insert(out.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    return (number < 0 ? "-" : "") + (out.empty() ? "0" : out);
  }

  void expect_same() {
    EXPECT_EQ(sums(SumSource::rollups), sums(SumSource::records));
    EXPECT_EQ(sums(SumSource::rollups, kUtcDay), sums(SumSource::records, kUtcDay));
    EXPECT_EQ(audit(path_)->faults, std::vector<std::string>{});
  }

  std::int64_t number(const std::string& sql) {
    Statement row = store_.database().prepare(sql);
    EXPECT_TRUE(*row.step());
    return row.number(0);
  }

  TempDirectory directory_;
  std::string path_ = directory_ / "usage.ledger";
  RecordStore store_ = open_store(path_);
  RollupTable table_{store_.database()};
  RandomRecords random_;
};

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
      "DELETE FROM counters WHERE counter = 6; DROP TABLE rollups; DROP TABLE rollup_groups"));
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

TEST_F(RollupTest, VerifyNamesADayThatDoesNotAgree) {
  arrive(50);
  rolled();
  RollupSums wrong;
  wrong[RollupCount::operations] = 1;
  Statement change = store_.database().prepare(
      "UPDATE rollups SET sums = ? WHERE length = 86400 AND start = 1790035200");
  std::string bytes;
  encode_sums(wrong, bytes);
  change.bind_bytes(1, bytes);
  ASSERT_TRUE(change.run());
  const auto faults = audit(path_)->faults;
  ASSERT_FALSE(faults.empty());
  EXPECT_EQ(faults.front(),
            "the roll-ups of 2026-09-22 for the client 'team-0' do not agree with its records");
  EXPECT_EQ(faults.back(),
            "the roll-ups of 2026-09-22 for the client 'team-2' differ between the day and its "
            "quarter hours");
}

TEST_F(RollupTest, ASalvageKeepsThemOrHasThemMadeAnew) {
  arrive(200);
  rolled();
  const auto before = sums(SumSource::rollups);
  ASSERT_TRUE(store_.database().execute("PRAGMA wal_checkpoint(TRUNCATE)"));
  const std::string copy = directory_ / "copy.ledger";
  std::filesystem::copy(path_, copy);
  ASSERT_TRUE(salvage(copy));
  RecordStore saved = open_store(copy);
  EXPECT_EQ(read_counter(saved.database(), Counter::rolled_up_to).value(), 200);
  ASSERT_TRUE(store_.database().execute("DELETE FROM counters; PRAGMA wal_checkpoint(TRUNCATE)"));
  path_ = directory_ / "without.ledger";
  std::filesystem::create_directory(path_ + ".journal");
  std::filesystem::copy(directory_ / "usage.ledger", path_);
  ASSERT_TRUE(Database::open(path_)->execute("DROP TABLE rollup_groups"));
  ASSERT_TRUE(salvage(path_));
  store_ = open_store(path_);
  RollupTable table(store_.database());
  Transaction transaction(store_.database());
  EXPECT_EQ(*roll_up(store_, table, kAll), 0);
  ASSERT_TRUE(transaction.commit());
  EXPECT_EQ(sums(SumSource::rollups), before) << "nothing counts twice";
}

}  // namespace
}  // namespace tollgate::ledger
