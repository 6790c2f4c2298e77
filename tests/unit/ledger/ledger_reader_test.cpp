// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "delivery_table.hpp"
#include "sample_record.hpp"
#include "segments_in.hpp"
#include "temp_directory.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/reports/usage_query.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

using usage::UsageBasis;

/// A ledger as a gateway leaves it while it runs: some records in the table, some in journals only.
class LedgerReaderTest : public testing::Test {
 protected:
  LedgerReaderTest() {
    std::filesystem::create_directory(path_ + ".journal");
    add(1, "team-a", "gpt-4o", "east", {10, 2, 12}, UsageBasis::reported);
    add(2, "team-a", "gpt-4o", "west", {20, 4, 24}, UsageBasis::partial);
    add(3, "team-b", "gpt-4o", "east", {}, UsageBasis::none);
    EXPECT_TRUE(worker_.ingest(store_));
    add(4, "team-b", "gpt-4o", "east", {0, 0, 0}, UsageBasis::estimated);
    add(5, "team-a", "", "east", {1, 1, 2}, UsageBasis::reported);
    EXPECT_TRUE(worker_.journal.open(sample_intent(6)))
        << "an operation that still runs is no record";
  }

  void add(std::uint64_t number, const std::string& client, const std::string& model,
           const std::string& backend, usage::TokenCounts tokens, UsageBasis basis) {
    usage::UsageRecord record = sample_close(number);
    record.event_time = kDay + std::chrono::hours(10 * number);
    record.client_name = client;
    record.model = model;
    record.backend = backend;
    record.backend_deployment = backend + "-dep";
    record.caller_ip_address = "10.0.0." + std::to_string(number % 2);
    record.tokens = tokens;
    record.usage_basis = basis;
    EXPECT_TRUE(worker_.journal.close(record));
    records_.push_back(record);
  }

  std::unique_ptr<LedgerReader> open() const {
    auto reader = LedgerReader::open(path_);
    EXPECT_TRUE(reader);
    return std::move(*reader);
  }

  static std::string words(const reports::UsageRow& row) {
    std::string out;
    for (const std::string& key : row.keys) out.append(key).append(" ");
    out.append(std::to_string(row.operations)).append(" ops ");
    for (const std::int64_t count : {row.prompt_tokens, row.completion_tokens, row.total_tokens}) {
      out.append(std::to_string(count)).append(" ");
    }
    out.append("avg ");
    out.append(row.average_total_tokens ? std::to_string(*row.average_total_tokens).substr(0, 5)
                                        : "-");
    out.append(" unknown ").append(std::to_string(row.without_usage));
    return out.append(" estimated ").append(std::to_string(row.estimated));
  }

  static std::vector<std::string> usage(LedgerReader& reader, const std::vector<std::string>& by,
                                        const Period& period = {}) {
    const auto answer = reports::ask_usage(reader, {*reports::UsageGroups::parse(by), period, {}});
    EXPECT_TRUE(answer);
    std::vector<std::string> out;
    for (const reports::UsageRow& row : answer->rows) out.push_back(words(row));
    return out;
  }

  static constexpr UtcTime kDay{std::chrono::seconds(1'790'035'200)};  // 2026-09-22, midnight

  TempDirectory directory_;
  std::string path_ = directory_ / "usage.ledger";
  RecordStore store_ = open_store(path_);
  Worker worker_{path_ + ".journal"};
  std::vector<usage::UsageRecord> records_;
};

TEST_F(LedgerReaderTest, SumsByGroup) {
  const auto reader = open();
  EXPECT_EQ(
      usage(*reader, {"client", "model"}),
      (std::vector<std::string>{"team-a  1 ops 1 1 2 avg 2.000 unknown 0 estimated 0",
                                "team-a gpt-4o 2 ops 30 6 36 avg 18.00 unknown 0 estimated 1",
                                "team-b gpt-4o 2 ops 0 0 0 avg 0.000 unknown 1 estimated 1"}));
  EXPECT_EQ(usage(*reader, {"backend"}),
            (std::vector<std::string>{"east 4 ops 11 3 14 avg 4.666 unknown 1 estimated 1",
                                      "west 1 ops 20 4 24 avg 24.00 unknown 0 estimated 1"}));
}

TEST_F(LedgerReaderTest, TakesWhatBeganInThePeriod) {
  const auto reader = open();
  EXPECT_EQ(usage(*reader, {"client"}, {records_[1].event_time, {}}),
            (std::vector<std::string>{"team-a 2 ops 21 5 26 avg 13.00 unknown 0 estimated 1",
                                      "team-b 2 ops 0 0 0 avg 0.000 unknown 1 estimated 1"}));
  EXPECT_TRUE(usage(*reader, {"client"}, {kDay + std::chrono::hours(1000), {}}).empty());
  EXPECT_EQ(usage(*reader, {"backend"}, {records_[1].event_time, records_[2].event_time}),
            std::vector<std::string>{"west 1 ops 20 4 24 avg 24.00 unknown 0 estimated 1"});
}

TEST_F(LedgerReaderTest, VisitsEveryRecordWithItsState) {
  const std::vector<ExporterTerms> exporters{{"one", true, true}, {"two", true, true}};
  ASSERT_TRUE(serve_exporters(store_, exporters));
  ASSERT_TRUE(account(store_, "one", {{1}, {{2, "too large", records_[1]}}}, kDay));
  ASSERT_TRUE(account(store_, "two", {{1, 2}, {}}, kDay));
  std::vector<usage::UsageRecord> found;
  std::vector<RecordState> states;
  std::string reasons;
  const auto visit = [&](const StoredRecord& record, RecordState state, const std::string& reason) {
    found.push_back(record.record);
    states.push_back(state);
    reasons.append(reason).append(";");
  };
  ASSERT_TRUE(open()->for_each({}, visit));
  EXPECT_EQ(found, records_);
  EXPECT_EQ(states, (std::vector{RecordState::delivered, RecordState::quarantined,
                                 RecordState::queued, RecordState::queued, RecordState::queued}));
  EXPECT_EQ(reasons, ";too large;;;;");
  found.clear();
  ASSERT_TRUE(open()->for_each({records_[3].event_time, {}}, visit));
  EXPECT_EQ(found, (std::vector{records_[3], records_[4]}));
  found.clear();
  ASSERT_TRUE(open()->for_each({records_[1].event_time, records_[3].event_time}, visit));
  EXPECT_EQ(found, (std::vector{records_[1], records_[2]}));
}

// The check of the trail looks at every record, and takes none anywhere.
TEST_F(LedgerReaderTest, SaysOfRecordsThatNoExporterTakesThatTheyAreKeptHere) {
  const auto states = [&] {
    std::set<RecordState> out;
    EXPECT_TRUE(
        open()->for_each({}, [&](const auto&, auto state, const auto&) { out.insert(state); }));
    return out;
  };
  EXPECT_EQ(states(), std::set{RecordState::kept});
  const std::vector<ExporterTerms> check{{kTrailCheck, false, true}};
  ASSERT_TRUE(serve_exporters(store_, check));
  ASSERT_TRUE(account(store_, kTrailCheck, {{1, 2, 3}, {}}, kDay));
  EXPECT_EQ(states(), std::set{RecordState::kept});
  const std::vector<ExporterTerms> both{{kTrailCheck, false, true}, {"one", true, true}};
  ASSERT_TRUE(serve_exporters(store_, both));
  EXPECT_EQ(states(), std::set{RecordState::queued});
  ASSERT_TRUE(account(store_, "one", {{1}, {}}, kDay));
  EXPECT_EQ(states(), (std::set{RecordState::queued, RecordState::delivered}));
}

// The gateway goes on ingesting between the reader's start and its query.
TEST_F(LedgerReaderTest, SaysOfWorkThatGoesOnThatItIsAwaitedWhereverItStands) {
  usage::UsageRecord record = sample_close(7);
  record.follow_path = "/openai/v1/responses/resp_1";
  ASSERT_TRUE(worker_.journal.close(record));
  for (const bool in_journal : {true, false}) {
    std::optional<RecordState> found;
    ASSERT_TRUE(open()->for_each({}, [&](const auto& stored, auto state, const auto&) {
      if (stored.record.record_id == record.record_id) found = state;
    }));
    EXPECT_EQ(found, RecordState::awaiting) << in_journal;
    ASSERT_TRUE(worker_.ingest(store_));
  }
}

TEST_F(LedgerReaderTest, CountsNothingTwiceBesideARunningGateway) {
  const auto reader = open();
  ASSERT_TRUE(worker_.ingest(store_));
  EXPECT_EQ(usage(*reader, {"operation"}),
            std::vector<std::string>{
                "ChatCompletions_Create 5 ops 31 7 38 avg 9.500 unknown 1 estimated 2"});
  int visited = 0;
  ASSERT_TRUE(reader->for_each({}, [&](const auto&, auto, const auto&) { ++visited; }));
  EXPECT_EQ(visited, 5);
}

// A long operation arrives after shorter ones that began later.
TEST_F(LedgerReaderTest, SortsByTimeOverBlocks) {
  for (const int number : {20, 17, 19, 18}) {
    add(static_cast<std::uint64_t>(number), "team-a", "gpt-4o", "east", {}, UsageBasis::none);
    ASSERT_TRUE(worker_.ingest(store_));
  }
  std::vector<UtcTime> times;
  ASSERT_TRUE(open()->for_each({}, [&](const StoredRecord& stored, auto, const auto&) {
    times.push_back(stored.record.event_time);
  }));
  EXPECT_EQ(times.size(), 9U);
  EXPECT_TRUE(std::is_sorted(times.begin(), times.end()));
}

TEST_F(LedgerReaderTest, ShowsAQuarantinedRecordWhoseBlockHasGone) {
  const std::vector<ExporterTerms> exporters{{"one", true, true}};
  ASSERT_TRUE(serve_exporters(store_, exporters));
  ASSERT_TRUE(account(store_, "one", {{1, 3}, {{2, "too large", records_[1]}}}, kDay));
  ASSERT_TRUE(store_.delete_block(**store_.oldest_block()));
  std::vector<std::string> found;
  ASSERT_TRUE(open()->for_each({}, [&](const auto& stored, auto state, const auto& why) {
    found.push_back(stored.record.record_id.to_string() + why +
                    (state == RecordState::quarantined ? "!" : ""));
  }));
  EXPECT_EQ(found, (std::vector{sample_id(2).to_string() + "too large!", sample_id(4).to_string(),
                                sample_id(5).to_string()}));
}

TEST_F(LedgerReaderTest, ChangesNothing) {
  usage(*open(), {"client"});
  EXPECT_EQ(segments_in(path_ + ".journal").size(), 1U);
  EXPECT_EQ(all_records(store_).size(), 3U);
}

TEST(LedgerReader, SaysWhatIsNoLedger) {
  const TempDirectory directory;
  const auto missing = LedgerReader::open(directory / "none");
  ASSERT_TRUE(missing.has_error());
  EXPECT_EQ(missing.error().code, Errc::not_found);
  std::ofstream(directory / "text") << std::string(5000, 'x');
  const auto text = LedgerReader::open(directory / "text");
  ASSERT_TRUE(text.has_error());
  EXPECT_EQ(text.error().code, Errc::invalid_input);
}

}  // namespace
}  // namespace tollgate::ledger
