// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/adjustment_source.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tollgate/exporters/make_exporters.hpp"

namespace tollgate::exporters {
namespace {

/// One adjustment, and what becomes of it.
class OneAdjustment : public ledger::AdjustmentBook {
 public:
  Result<std::size_t> add(std::span<const usage::CostAdjustment>,
                          const std::optional<ledger::ClosedHour>&) override {
    return std::size_t{0};
  }
  Result<std::optional<UtcTime>> closed_to(const std::string&, const std::string&) override {
    return std::optional<UtcTime>();
  }
  Result<std::optional<UtcTime>> first_unfinished(const ledger::Concerns&) override {
    return std::optional<UtcTime>();
  }
  Result<std::optional<UtcTime>> first_kept() override { return std::optional<UtcTime>(); }
  Result<std::vector<ledger::StoredAdjustment>> undelivered(const std::string& exporter,
                                                            std::size_t) override {
    asked_by = exporter;
    return std::vector<ledger::StoredAdjustment>{one};
  }
  Result<void> account(const std::string&, const ledger::AdjustmentAccounting& accounting,
                       UtcTime) override {
    accounted = accounting;
    return {};
  }

  ledger::StoredAdjustment one;
  std::string asked_by;
  ledger::AdjustmentAccounting accounted;
};

TEST(AdjustmentSource, ARowIsNamedByRecordKindAndRun) {
  OneAdjustment book;
  book.one.sequence = 7;
  book.one.adjustment.kind = usage::AdjustmentKind::rerate;
  book.one.adjustment.run = "a run";
  book.one.adjustment.made_at = UtcTime(seconds(1'790'000'000));
  const auto source = make_adjustment_source(book, "one");
  const auto rows = source->undelivered(10);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(book.asked_by, "one");
  EXPECT_EQ(rows->front().sequence, 7);
  EXPECT_EQ(rows->front().type, "tollgate.cost_adjustment");
  EXPECT_EQ(rows->front().id, "00000000-0000-0000-0000-000000000000:rerate:a run");
  EXPECT_EQ(rows->front().time, book.one.adjustment.made_at);
  EXPECT_EQ(nlohmann::json::parse(rows->front().json)["Kind"], "rerate");
}

TEST(AdjustmentSource, TellsTheLedgerWhatWasTaken) {
  OneAdjustment book;
  const auto source = make_adjustment_source(book, "one");
  ASSERT_TRUE(source->account({{3}, {{4, "an id", "no such column"}}}, UtcTime()));
  EXPECT_EQ(book.accounted.accepted, (std::vector<std::int64_t>{3}));
  ASSERT_EQ(book.accounted.refused.size(), 1U);
  EXPECT_EQ(book.accounted.refused[0].sequence, 4);
  EXPECT_EQ(book.accounted.refused[0].reason, "no such column");
}

TEST(AdjustmentPlaces, StandBesideThoseOfRecords) {
  config::Exporter exporter;
  exporter.kind = config::JsonLines{.directory = "/var/lines"};
  const auto lines = std::get<config::JsonLines>(for_adjustments(exporter).kind);
  EXPECT_EQ(lines.directory, "/var/lines/adjustments");
  EXPECT_EQ(lines.rows, "usage-adjustments");
  exporter.kind = config::AppendBlob{};
  EXPECT_EQ(std::get<config::AppendBlob>(for_adjustments(exporter).kind).prefix,
            "usage-adjustments");
  config::AzureMonitor monitor;
  monitor.adjustment_stream = "Custom-Own_CL";
  exporter.kind = monitor;
  EXPECT_EQ(std::get<config::AzureMonitor>(for_adjustments(exporter).kind).stream, "Custom-Own_CL");
}

}  // namespace
}  // namespace tollgate::exporters
