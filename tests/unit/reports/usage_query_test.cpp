// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_query.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "adjustment_table.hpp"
#include "intake.hpp"
#include "ledger/sample_record.hpp"
#include "ledger/temp_directory.hpp"
#include "ledger/worker.hpp"
#include "rollup_writer.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/usage_table.hpp"
#include "tollgate/usage/cost_adjustment.hpp"

namespace tollgate::reports {
namespace {

using ledger::SumSource;

/// A ledger with a record every 37 minutes over sixty days around a change of clocks, all but
/// the last of which are rolled up.
class UsageQueryTest : public testing::Test {
 protected:
  UsageQueryTest() {
    std::filesystem::create_directory(path_ + ".journal");
    ledger::Transaction transaction(store_.database());
    ledger::Intake intake(store_, kBegin);
    for (int i = 0; i < kRecords; ++i) EXPECT_TRUE(intake.take(payload(i)));
    EXPECT_TRUE(intake.finish());
    EXPECT_TRUE(transaction.commit());
    intake.committed();
    ledger::RollupTable table(store_.database());
    ledger::Transaction second(store_.database());
    EXPECT_EQ(*ledger::roll_up(store_, table, kRecords - 20), 20);
    EXPECT_TRUE(second.commit());
    reader_ = std::move(*ledger::LedgerReader::open(path_));
  }

  static std::string payload(int i) {
    usage::UsageRecord record = ledger::sample_close(static_cast<std::uint64_t>(i) + 1);
    record.event_time = kBegin + std::chrono::minutes(37) * i;
    record.client_name = i % 3 == 0 ? "team-a" : "team-b";
    record.tags["cost_center"] = i % 5 == 0 ? "4711" : "4712";
    record.backend_deployment = "prod";
    record.model = i % 7 == 0 ? "prod" : "gpt-" + std::to_string(i % 2);
    if (i % 4 != 0) {
      record.cost_basis = usage::CostBasis::priced;
      record.cost_nano = 1'000'000'007LL * i;
      record.cost_currency = "EUR";
      record.cost_components = {{"input", i, "4", 1'000'000, "", *record.cost_nano}};
    }
    std::string out;
    ledger::encode_record(record, out);
    return out;
  }

  /// What no operation pays of an hour of that day of October.
  void put_unused(std::int64_t nano, const std::string& reason, int day) {
    usage::CostAdjustment rest{.kind = usage::AdjustmentKind::unused_capacity, .run = reason};
    rest.previous_nano = 0;
    rest.previous_currency = "EUR";
    rest.previous_basis = usage::CostBasis::priced;
    usage::UsageRecord& record = rest.record;
    record.record_id.bytes[0] = static_cast<std::uint8_t>(day);
    record.event_time = kBegin + std::chrono::days(day) - std::chrono::minutes(3);
    record.backend_deployment = "ptu";
    record.model = "gpt-1";
    record.cost_basis = usage::CostBasis::priced;
    record.cost_reason = reason;
    record.cost_currency = "EUR";
    record.cost_nano = nano;
    ledger::Transaction transaction(store_.database());
    ASSERT_TRUE(ledger::make_adjustment_tables(store_.database()));
    ASSERT_TRUE(ledger::put_adjustments(store_.database(), std::vector{rest}));
    ASSERT_TRUE(transaction.commit());
  }

  UsageAnswer ask(const std::vector<std::string>& by, const ledger::Period& period,
                  const std::string& zone) {
    const auto answer =
        ask_usage(*reader_, {*UsageGroups::parse(by), period, *TimeZone::load(zone)});
    EXPECT_TRUE(answer);
    return answer ? *answer : UsageAnswer();
  }

  /// The rows as text, and the same of a sum over records alone: a filter by address reads them.
  void expect_both(const std::vector<std::string>& by, const ledger::Period& period,
                   const std::string& zone) {
    const UsageAnswer fast = ask(by, period, zone);
    EXPECT_EQ(fast.source, SumSource::rollups);
    std::vector<std::string> with_ip = by;
    with_ip.push_back("ip");  // empty in all
    UsageAnswer slow = ask(with_ip, period, zone);
    EXPECT_EQ(slow.source, SumSource::records);
    for (UsageRow& row : slow.rows) row.keys.pop_back();
    EXPECT_FALSE(fast.rows.empty());
    EXPECT_EQ(format_usage(fast.rows, by, ReportFormat::csv),
              format_usage(slow.rows, by, ReportFormat::csv))
        << zone;
  }

  static constexpr int kRecords = 60 * 24 * 60 / 37;
  static inline const UtcTime kBegin = *from_rfc3339("2026-10-01T00:03:00Z");
  ledger::TempDirectory directory_;
  std::string path_ = directory_ / "usage.ledger";
  ledger::RecordStore store_ = ledger::open_store(path_);
  std::unique_ptr<ledger::LedgerReader> reader_;
};

TEST_F(UsageQueryTest, RollupsAndRecordsSayTheSame) {
  for (const std::string zone : {"UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns"}) {
    const auto october = month_named("2026-10", *TimeZone::load(zone));
    for (const std::string time : {"hour", "day", "week", "month"}) {
      expect_both({"client", time}, *october, zone);
      expect_both({time, "tag:cost_center", "model"}, {}, zone);
    }
    expect_both({"model", "cost_basis"}, *october, zone);
  }
}

/// Every name that `--by` takes.
std::vector<std::string> all_groups() {
  std::vector<std::string> out;
  std::string names = usage_group_names();
  names.replace(names.find(" or tag:NAME"), std::string::npos, ", tag:cost_center, tag:none");
  for (std::size_t begin = 0; begin < names.size();) {
    const std::size_t end = std::min(names.find(", ", begin), names.size());
    out.push_back(names.substr(begin, end - begin));
    begin = end + 2;
  }
  return out;
}

// What nobody used of capacity vanished by some groups, and stood with those without a tag by
// others.
TEST_F(UsageQueryTest, TheTotalIsTheSameByAnyGroup) {
  put_unused(7'000'000'001, "unused_capacity", 5);
  put_unused(-3, "list_price_difference", 29);
  Int128 expected = 7'000'000'001 - 3;
  for (int i = 0; i < kRecords; ++i) expected += i % 4 != 0 ? 1'000'000'007LL * i : 0;
  ASSERT_EQ(all_groups().size(), 24U);
  for (const std::string& group : all_groups()) {
    for (const std::vector<std::string>& by :
         {std::vector{group}, std::vector{group, std::string("ip")},
          std::vector{std::string("day"), group}}) {
      if (by.size() == 2 && by.front() == by.back()) continue;  // refused: a column is given once
      Int128 cost = 0;
      std::int64_t operations = 0;
      Int128 unused = 0;
      for (const UsageRow& row : ask(by, {}, "Europe/Berlin").rows) {
        cost += row.cost_nano.value_or(0);
        operations += row.operations;
        if (row.kind == RowKind::unused_capacity) unused += *row.cost_nano;
      }
      EXPECT_TRUE(cost == expected) << by.front() << " " << by.back();
      EXPECT_TRUE(unused == 7'000'000'001) << by.front() << " " << by.back();
      EXPECT_EQ(operations, kRecords) << by.front() << " " << by.back();
    }
  }
}

TEST_F(UsageQueryTest, ABoundWithinAQuarterHourAsksTheRecords) {
  const ledger::Period odd{kBegin + std::chrono::hours(5), {}};
  EXPECT_EQ(ask({"client"}, odd, "UTC").source, SumSource::records);
  EXPECT_EQ(ask({"client"}, {kBegin - std::chrono::minutes(3), {}}, "UTC").source,
            SumSource::rollups);
}

TEST_F(UsageQueryTest, AFilterLeavesOthersOut) {
  const auto answer =
      ask_usage(*reader_, {*UsageGroups::parse(std::vector<std::string>{"client"}),
                           {},
                           {},
                           [](const usage::UsageRecord& record) {
                             const auto tag = record.tags.find("cost_center");
                             return tag != record.tags.end() && tag->second == "4711";
                           }});
  ASSERT_TRUE(answer);
  std::int64_t operations = 0;
  for (const UsageRow& row : answer->rows) operations += row.operations;
  EXPECT_EQ(operations, (kRecords + 4) / 5);
}

}  // namespace
}  // namespace tollgate::reports
