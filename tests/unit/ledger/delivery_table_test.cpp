// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_table.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "retention.hpp"
#include "sample_record.hpp"
#include "schema.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

class DeliveryTableTest : public testing::Test {
 protected:
  DeliveryTableTest() {
    for (std::uint64_t i = 1; i <= 6; ++i) EXPECT_TRUE(arrive(store_, {sample_close(i)}));
  }
  void serve(const std::vector<ExporterTerms>& exporters) {
    ASSERT_TRUE(serve_exporters(store_, exporters));
  }
  std::vector<std::int64_t> waiting(const std::string& exporter, std::size_t limit = 100) {
    std::vector<std::int64_t> out;
    const auto records = undelivered(store_, exporter, limit);
    for (const StoredRecord& stored : *records) out.push_back(stored.sequence);
    return out;
  }
  ExporterProgress progress(const std::string& exporter) {
    for (const ExporterProgress& one : *read_progress(store_)) {
      if (one.exporter == exporter) return one;
    }
    ADD_FAILURE() << exporter;
    return {};
  }
  std::int64_t rows_of(const std::string& table) {
    Statement count = store_.database().prepare("SELECT COUNT(*) FROM " + table);
    EXPECT_TRUE(*count.step());
    return count.number(0);
  }
  void retry(std::int64_t sequence) {
    ASSERT_TRUE(
        store_.database().execute("UPDATE exceptions SET kind = " +
                                  std::to_string(static_cast<std::int64_t>(ExceptionKind::retry)) +
                                  " WHERE sequence = " + std::to_string(sequence)));
  }

  using Sequences = std::vector<std::int64_t>;
  TempDirectory directory_;
  RecordStore store_ = open_store(directory_ / "ledger");
};

TEST_F(DeliveryTableTest, EachExporterHasItsOwnPlace) {
  serve({{"a", true, true}, {"b", true, true}});
  ASSERT_TRUE(account(store_, "a", {{1, 2, 3}, {}}, UtcTime()));
  EXPECT_EQ(waiting("a"), (Sequences{4, 5, 6}));
  EXPECT_EQ(waiting("a", 2), (Sequences{4, 5}));
  EXPECT_EQ(waiting("b").size(), 6U);
  EXPECT_EQ(progress("a").backlog, 3U);
  EXPECT_EQ(progress("a").oldest, sample_close(4).event_time);
  EXPECT_EQ(progress("b").backlog, 6U);
  EXPECT_EQ(rows_of("cursors"), 2);
  EXPECT_EQ(rows_of("exceptions"), 0) << "what is delivered takes no row";
}

TEST_F(DeliveryTableTest, AQuarantinedRecordIsKeptApartWithItsReason) {
  serve({{"a", true, true}});
  ASSERT_TRUE(account(store_, "a", {{3, 4}, {{1, "bad", sample_close(1)}, {2, "", {}}}},
                      from_unix_micros(9)));
  EXPECT_EQ(waiting("a"), (Sequences{5, 6}));
  EXPECT_EQ(progress("a").quarantined, 2U);
  Statement row = store_.database().prepare("SELECT reason, since, payload FROM exceptions");
  ASSERT_TRUE(*row.step());
  EXPECT_EQ(row.text(0), "bad");
  EXPECT_EQ(row.number(1), 9);
  EXPECT_EQ(read_payload(row.text(2)), sample_close(1));
}

TEST_F(DeliveryTableTest, WhatAnOperatorWantsSentAgainGoesFirst) {
  serve({{"a", true, true}});
  ASSERT_TRUE(account(
      store_, "a", {{3}, {{1, "bad", sample_close(1)}, {2, "bad", sample_close(2)}}}, UtcTime()));
  retry(1);
  EXPECT_EQ(waiting("a"), (Sequences{1, 4, 5, 6}));
  EXPECT_EQ(progress("a").retrying, 1U);
  ASSERT_TRUE(account(store_, "a", {{1, 4}, {}}, UtcTime()));
  EXPECT_EQ(waiting("a"), (Sequences{5, 6}));
  EXPECT_EQ(rows_of("exceptions"), 1) << "2 is quarantined still";
  retry(2);
  ASSERT_TRUE(account(store_, "a", {{5}, {{2, "worse", sample_close(2)}}}, UtcTime()));
  EXPECT_EQ(progress("a").quarantined, 1U);
  EXPECT_EQ(waiting("a"), Sequences{6});
}

TEST_F(DeliveryTableTest, OneThatIsNotServedHoldsNothingAndGoesOnWhereItStopped) {
  serve({{"a", true, true}, {"b", true, true}});
  ASSERT_TRUE(account(store_, "a", {{1, 2, 3, 4}, {}}, UtcTime()));
  ASSERT_TRUE(account(store_, "b", {{1}, {}}, UtcTime()));
  EXPECT_EQ(*delivered_by_all(store_, true), 1);
  serve({{"a", true, false}});
  EXPECT_EQ(*delivered_by_all(store_, true), 4);
  EXPECT_FALSE(progress("b").active);
  serve({{"a", true, false}, {"b", true, false}});
  EXPECT_EQ(waiting("b").size(), 5U);
  serve({});
  EXPECT_EQ(*delivered_by_all(store_, true), 6) << "nobody is waited for";
}

TEST_F(DeliveryTableTest, WhatWasDeletedMeanwhileCountsAsGivenUp) {
  serve({{"a", true, true}, {"b", true, true}});
  ASSERT_TRUE(account(store_, "a", {{6}, {}}, UtcTime()));
  serve({{"a", true, true}});
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(store_.delete_block(**store_.oldest_block()));
  serve({{"a", true, true}, {"b", true, true}});
  EXPECT_EQ(progress("b").given_up, 3U);
  EXPECT_EQ(waiting("b"), (Sequences{4, 5, 6}));
  serve({{"a", true, true}, {"b", true, true}});
  EXPECT_EQ(progress("b").given_up, 3U) << "counted once";
}

TEST_F(DeliveryTableTest, WithoutAnExporterPressDeletesNothingBeforeItsTime) {
  serve({});
  const UtcTime arrived = (*store_.oldest_block())->arrived_at;
  EXPECT_FALSE(*delete_old_blocks(store_, arrived, 0));
  EXPECT_EQ(*store_.first_sequence(), 1);
  EXPECT_FALSE(*delete_old_blocks(store_, arrived + seconds(1), 0));
  EXPECT_EQ(*store_.first_sequence(), 7) << "its time has come";
  EXPECT_GE(read_counter(store_.database(), Counter::forgotten_arrived_at).value(),
            to_unix_micros(arrived));
}

TEST_F(DeliveryTableTest, UnderPressWhatIsNotRequiredIsGivenUp) {
  serve({{"a", false, true}});
  const UtcTime arrived = (*store_.oldest_block())->arrived_at;
  EXPECT_FALSE(*delete_old_blocks(store_, arrived, 0));
  EXPECT_EQ(*store_.first_sequence(), 7);
  EXPECT_EQ(progress("a").given_up, 6U);
}

// A batch went at once, of a small ledger everything.
TEST_F(DeliveryTableTest, UnderPressNoMoreIsGivenUpThanMust) {
  usage::UsageRecord large = sample_close(7);
  large.end_user.assign(100'000, 'u');
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(arrive(store_, {large}));
  serve({{"a", false, true}});
  const UtcTime arrived = (*store_.oldest_block())->arrived_at;
  const std::uint64_t used = *used_bytes(store_.database());
  EXPECT_FALSE(*delete_old_blocks(store_, arrived, used - 1));
  EXPECT_LT(*used_bytes(store_.database()), used);
  EXPECT_GT(progress("a").given_up, 0U);
  EXPECT_LE(progress("a").given_up, 7U) << "the small ones before it may free no page";
  EXPECT_EQ(progress("a").given_up + progress("a").backlog, 9U);
}

TEST_F(DeliveryTableTest, OnlyRequiredOnesHoldAFullLedger) {
  serve({{"a", true, true}, {"b", false, true}});
  ASSERT_TRUE(account(store_, "a", {{1, 2, 3, 4}, {}}, UtcTime()));
  ASSERT_TRUE(account(store_, "b", {{1}, {}}, UtcTime()));
  EXPECT_EQ(*delivered_by_all(store_, true), 1);
  EXPECT_EQ(*delivered_by_all(store_, false), 4);
  ASSERT_TRUE(give_up_to(store_.database(), 2, 2));
  EXPECT_EQ(progress("b").given_up, 1U);
  EXPECT_EQ(progress("a").given_up, 0U);
  EXPECT_EQ(waiting("b"), (Sequences{3, 4, 5, 6}));
}

}  // namespace
}  // namespace tollgate::ledger
