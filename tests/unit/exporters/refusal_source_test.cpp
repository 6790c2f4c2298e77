// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/refusal_source.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tollgate/exporters/make_exporters.hpp"

namespace tollgate::exporters {
namespace {

/// One row, and what becomes of it.
class OneRefusalRow : public ledger::QuotaBook {
 public:
  Result<void> add_refusals(std::span<const usage::RefusalRow>, UtcTime) override { return {}; }
  Result<std::vector<ledger::StoredRefusals>> undelivered_refusals(const std::string& exporter,
                                                                   std::size_t, UtcTime) override {
    asked_by = exporter;
    return std::vector<ledger::StoredRefusals>{one};
  }
  Result<void> account_refusals(const std::string&,
                                const ledger::RefusalAccounting& accounting) override {
    accounted = accounting;
    return {};
  }
  Result<void> add_action(const ledger::QuotaAction&) override { return {}; }
  Result<std::vector<ledger::QuotaAction>> actions(UtcTime) override {
    return std::vector<ledger::QuotaAction>();
  }

  ledger::StoredRefusals one;
  std::string asked_by;
  ledger::RefusalAccounting accounted;
};

TEST(RefusalSource, ARowHasItsIdAndMinute) {
  OneRefusalRow book;
  book.one = {7, {.row_id = make_uuid_v7(UtcTime(seconds(60))), .minute = UtcTime(seconds(60))}};
  book.one.row.client = "a \"b\"";
  book.one.row.requests = 12;
  const auto source = make_refusal_source(book, "one");
  const auto rows = source->undelivered(10);
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(book.asked_by, "one");
  EXPECT_EQ(rows->front().sequence, 7);
  EXPECT_EQ(rows->front().type, "tollgate.refusal");
  EXPECT_EQ(rows->front().id, book.one.row.row_id.to_string());
  EXPECT_EQ(rows->front().time, book.one.row.minute);
  const auto json = nlohmann::json::parse(rows->front().json);
  EXPECT_EQ(json["ClientName"], "a \"b\"");
  EXPECT_EQ(json["Requests"], 12);
  EXPECT_EQ(json["Minute"], json["TimeGenerated"]);
}

TEST(RefusalSource, TellsTheLedgerWhatWasTaken) {
  OneRefusalRow book;
  const auto source = make_refusal_source(book, "one");
  ASSERT_TRUE(source->account({{3}, {{4, "an id", "no such column"}}}, UtcTime()));
  EXPECT_EQ(book.accounted.accepted, (std::vector<std::int64_t>{3}));
  EXPECT_EQ(book.accounted.refused, (std::vector<std::int64_t>{4}));
}

TEST(RefusalPlaces, StandBesideThoseOfRecords) {
  config::Exporter exporter;
  exporter.kind = config::JsonLines{.directory = "/var/lines"};
  const auto lines = std::get<config::JsonLines>(for_refusals(exporter).kind);
  EXPECT_EQ(lines.directory, "/var/lines/refusals");
  EXPECT_EQ(lines.rows, "usage-refusals");
  exporter.kind = config::AppendBlob{};
  EXPECT_EQ(std::get<config::AppendBlob>(for_refusals(exporter).kind).prefix, "usage-refusals");
  config::AzureMonitor monitor;
  monitor.refusal_stream = "Custom-Own_CL";
  exporter.kind = monitor;
  EXPECT_EQ(std::get<config::AzureMonitor>(for_refusals(exporter).kind).stream, "Custom-Own_CL");
}

}  // namespace
}  // namespace tollgate::exporters
