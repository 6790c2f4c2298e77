// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "sample_record.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "storage_names.hpp"
#include "tollgate/ledger/ledger.hpp"

// What goes when its time or its room is over, and what stays.
namespace tollgate::ledger {
namespace {

// More than one batch of blocks goes at once.
TEST_F(SqliteLedgerTest, DeletesWhatIsPastItsRetentionAndDelivered) {
  settings_.retention = seconds(0);
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  for (std::uint64_t i = 0; i < 150; ++i) {
    ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
    ASSERT_TRUE(ledger->flush());
  }
  const std::vector<StoredRecord> all = waiting(*ledger);
  ASSERT_EQ(all.size(), 150U) << "whatever their age: nobody has them";
  deliver(*ledger, {all.begin(), all.begin() + 140});
  EXPECT_TRUE(eventually([&] { return ledger->stats().records <= 10; }, seconds(15)));
  EXPECT_EQ(ledger->stats().records, 10U);
  EXPECT_EQ(waiting(*ledger).size(), 10U);
}

// It said nothing of it until the ledger was full.
TEST_F(SqliteLedgerTest, WithoutAnExporterAgeAloneDeletes) {
  settings_.retention = seconds(0);
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  ASSERT_TRUE(ledger->journal(0).close(sample_close(1)));
  ASSERT_TRUE(ledger->flush());
  ASSERT_TRUE(serve(*ledger, {})) << "it is removed: its cursor holds nothing any more";
  EXPECT_TRUE(eventually([&] { return ledger->stats().records == 0; }, seconds(15)));
}

// Promise 7: the stated policy on a full disk; the caller applies ledger.on_failure.
TEST_F(SqliteLedgerTest, TakesNoIntentAboveItsSizeButEveryClose) {
  settings_.max_size = 1;
  const auto ledger = open();
  std::uint64_t opened = 0;
  EXPECT_TRUE(eventually([&] {
    const Result<void> done = ledger->journal(0).open(sample_intent(opened));
    if (done) ++opened;
    return done.has_error() && done.error().code == Errc::storage;
  }));
  for (std::uint64_t i = 0; i < opened; ++i) ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
  EXPECT_EQ(waiting(*ledger, opened + 1).size(), opened);
}

/// Closes so many bytes of records.
void fill(Ledger& ledger, std::uint64_t bytes, std::uint64_t first) {
  usage::UsageRecord record = sample_close(first);
  record.end_user.assign(1000, 'u');
  for (std::uint64_t done = 0; done < bytes; done += 1200) {
    record.record_id = sample_id(++first);
    ASSERT_TRUE(ledger.journal(0).close(record));
    if (first % 200 == 0) {
      ASSERT_TRUE(ledger.flush());
    }
  }
  ASSERT_TRUE(ledger.flush());
}

/// Whether it takes intents.
bool takes(Ledger& ledger) { return ledger.journal(0).open(sample_intent(7)).has_value(); }

constexpr std::uint64_t kSmall = 24 * 1024 * 1024;

// An idle worker's old segment held back what had been delivered: 503 until a restart.
TEST_F(SqliteLedgerTest, AFullLedgerRecoversByItselfOnceAllIsDelivered) {
  settings_.max_size = kSmall;
  const auto ledger = open(2);
  ASSERT_TRUE(serve(*ledger, {{"one", true, true}}));
  ASSERT_TRUE(ledger->journal(1).close(sample_close(1))) << "and then that worker is idle";
  fill(*ledger, kSmall, 100);
  EXPECT_TRUE(eventually([&] { return !takes(*ledger); }, seconds(15)));
  const std::vector<StoredRecord> all = waiting(*ledger, 1'000'000);
  deliver(*ledger, all);
  EXPECT_TRUE(eventually([&] { return takes(*ledger); }, seconds(15)));
  EXPECT_EQ(progress(*ledger).given_up, 0U);
}

// They went at 90 % of max_size, months before their time, and nothing counted them.
TEST_F(SqliteLedgerTest, WithoutAnExporterAFullLedgerKeepsItsRecordsAndTakesNoMore) {
  settings_.max_size = kSmall;
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {}));
  fill(*ledger, kSmall, 100);
  const std::uint64_t all = ledger->stats().records;
  EXPECT_TRUE(eventually([&] { return !takes(*ledger); }, seconds(15)));
  EXPECT_EQ(ledger->stats().records, all);
  EXPECT_TRUE(eventually([&] {
    return ledger->stats().problem ==
           "ledger.max_size is reached, and no record may be deleted yet";
  }));
  EXPECT_TRUE(ledger->stats().full);
  EXPECT_FALSE(ledger->stats().broken);
}

// Nothing told of them, and behind the last good record they counted as backlog for good.
TEST_F(SqliteLedgerTest, DamagedRecordsAreCountedOnceAndTheCursorGoesOverThem) {
  const std::vector<ExporterTerms> exporters{{"one", true, true}, {"two", true, true}};
  {
    const auto ledger = open();
    ASSERT_TRUE(serve(*ledger, exporters));
    for (std::uint64_t i = 1; i <= 3; ++i) {
      ASSERT_TRUE(ledger->journal(0).close(sample_close(i)));
      ASSERT_TRUE(ledger->flush());
    }
  }
  ASSERT_TRUE(Database::open(settings_.path)
                  ->execute("UPDATE blocks SET entries = zeroblob(length(entries)) WHERE "
                            "first_sequence <> 2"));
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, exporters));
  const auto first = ledger->undelivered("one", 9);
  ASSERT_EQ(sequences(*first), std::vector<std::int64_t>{2});
  EXPECT_EQ(ledger->undelivered("two", 9)->size(), 1U);
  deliver(*ledger, *first);
  EXPECT_EQ(progress(*ledger).backlog, 1U);
  EXPECT_TRUE(ledger->undelivered("one", 9)->empty());
  EXPECT_EQ(progress(*ledger).backlog, 0U);
  EXPECT_EQ(progress(*ledger, "two").backlog, 3U) << "its good one is still to be sent";
  EXPECT_EQ(ledger->stats().damaged, 2U);
}

// A batch of blocks went at once, of a small ledger nearly everything.
TEST_F(SqliteLedgerTest, NearTheLimitNoMoreIsGivenUpThanMust) {
  settings_.max_size = kSmall;
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", false, true}}));
  fill(*ledger, kSmall, 100);
  EXPECT_TRUE(eventually([&] { return progress(*ledger).given_up > 0; }, seconds(15)));
  const ExporterProgress left = progress(*ledger);
  EXPECT_GT(left.backlog, (left.backlog + left.given_up) / 2);
}

TEST_F(SqliteLedgerTest, OfAnExporterThatIsNotRequiredTheOldestAreGivenUpAndCounted) {
  settings_.max_size = kSmall;
  const auto ledger = open();
  ASSERT_TRUE(serve(*ledger, {{"one", false, true}, {"two", true, true}}));
  fill(*ledger, kSmall, 100);
  EXPECT_TRUE(eventually([&] { return !takes(*ledger); }, seconds(15)))
      << "the required one holds them";
  EXPECT_EQ(progress(*ledger).given_up, 0U);
  const std::uint64_t all = ledger->stats().records;
  const auto last = static_cast<std::int64_t>(all);
  ASSERT_TRUE(ledger->account("two", {{last}, {}}, kNow));
  EXPECT_TRUE(eventually([&] { return takes(*ledger); }, seconds(15)));
  EXPECT_TRUE(eventually([&] { return progress(*ledger).given_up > 0; }));
  const ExporterProgress left = progress(*ledger);
  EXPECT_EQ(left.given_up + left.backlog, all);
  const std::size_t rest = waiting(*ledger, 1'000'000).size();
  EXPECT_EQ(rest, progress(*ledger).backlog);
}

}  // namespace
}  // namespace tollgate::ledger
