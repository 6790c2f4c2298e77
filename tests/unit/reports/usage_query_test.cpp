// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/usage_query.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "intake.hpp"
#include "ledger/sample_record.hpp"
#include "ledger/temp_directory.hpp"
#include "ledger/worker.hpp"
#include "rollup_writer.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/usage_table.hpp"

namespace tollgate::reports {
namespace {

using ledger::SumSource;

/// A ledger with a record every thirteen minutes over sixty days around a change of clocks, all but
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
    record.event_time = kBegin + std::chrono::minutes(13) * i;
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

  static constexpr int kRecords = 60 * 24 * 60 / 13;
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
