// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

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

/// A ledger of random records, and what reports make of it by roll-ups and by records.
class RollupTest : public testing::Test {
 protected:
  using CostBasis = usage::CostBasis;
  using UsageRecord = usage::UsageRecord;

  static constexpr std::size_t kAll = 1'000'000;
  static constexpr UtcTime kDay = RandomRecords::kBegin;
  static constexpr UtcTime kArrival = kDay + std::chrono::hours(96);  ///< behind all of them

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

}  // namespace tollgate::ledger
