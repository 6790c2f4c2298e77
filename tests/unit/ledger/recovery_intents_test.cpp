// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// Which intents without a close in front of their next one were interrupted, and which were not.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "record_codec.hpp"
#include "recovery.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

class RecoveryIntentsTest : public testing::Test {
 protected:
  RecoveryIntentsTest() { std::filesystem::create_directory(journal_); }

  std::uint64_t interrupted_now() {
    const Result<RecoveryResult> result = recover(store_, journal_, UtcTime());
    EXPECT_TRUE(result);
    return result ? result->interrupted : 0;
  }

  TempDirectory directory_;
  std::string journal_ = directory_ / "ledger.journal";
  RecordStore store_ = open_store(directory_ / "ledger");
};

TEST_F(RecoveryIntentsTest, WhatIsThereWasNotInterruptedHoweverLongAgoItBegan) {
  const std::uint64_t later = 36'000'000'000;  // ten hours
  usage::UsageRecord waits = sample_close(2);
  waits.follow_path = "/openai/v1/responses/resp_1";
  ASSERT_TRUE(arrive(store_, {sample_close(1), waits, sample_close(later)}));
  {
    Worker worker(journal_);
    for (const std::uint64_t number : std::vector<std::uint64_t>{1, 2, 3, later})
      ASSERT_TRUE(worker.journal.open(sample_intent(number)));
  }
  EXPECT_EQ(interrupted_now(), 1U);
  const auto records = all_records(store_);
  ASSERT_EQ(records.size(), 3U);
  EXPECT_EQ(records.back().record_id, sample_id(3));
  EXPECT_EQ(records.back().outcome, usage::Outcome::interrupted);
  EXPECT_EQ(store_.awaiting(10)->size(), 1U);
}

// Names sort by age as long as the clock goes forward.
TEST_F(RecoveryIntentsTest, AFileThatSortsBehindTheCloseOfItsIntentsTakesNothingTwice) {
  usage::UsageRecord waits = sample_close(2);
  waits.follow_path = "/openai/v1/responses/resp_1";
  {
    Worker closes(journal_);
    ASSERT_TRUE(closes.journal.open(sample_intent(3)));
    for (const auto& record : {sample_close(1), waits, sample_close(3)})
      ASSERT_TRUE(closes.journal.close(record));
  }
  {
    Worker opens(journal_);
    for (const std::uint64_t number : {1, 2})
      ASSERT_TRUE(opens.journal.open(sample_intent(number)));
    usage::UsageRecord amended = sample_intent(3);
    amended.backend_request_id = "request-3";
    ASSERT_TRUE(opens.journal.open(amended));
  }
  EXPECT_EQ(interrupted_now(), 0U);
  EXPECT_EQ(all_records(store_), (std::vector{sample_close(1), sample_close(3)}));
  EXPECT_EQ(store_.awaiting(10)->size(), 1U);
}

/// An intent whose fields cannot be read behind its id and its time.
std::string unreadable_intent(std::uint64_t number) {
  std::string payload;
  encode_record(sample_intent(number), payload);
  constexpr char kOutcome = 25;
  const std::size_t at = payload.find(std::string{kOutcome, 8, 0, 0, 0});
  EXPECT_NE(at, std::string::npos);
  payload[at + 5] = 99;  // no outcome has this number
  return payload;
}

TEST_F(RecoveryIntentsTest, OfAnIntentWhoseIdAloneCanBeReadARecordIsMadeAndItIsCounted) {
  {
    Worker worker(journal_);
    ASSERT_TRUE(worker.journal.open(sample_intent(1)));
    worker.store.snapshot().back()->append(EntryType::intent, unreadable_intent(2));
  }
  const Result<RecoveryResult> result = recover(store_, journal_, UtcTime());
  ASSERT_TRUE(result);
  EXPECT_EQ(result->interrupted, 2U);
  EXPECT_EQ(result->damaged, 1U);
  const auto records = all_records(store_);
  ASSERT_EQ(records.size(), 2U);
  const auto& damaged = records[0].record_id == sample_id(2) ? records[0] : records[1];
  EXPECT_EQ(damaged.record_id, sample_id(2));
  EXPECT_EQ(damaged.event_time, sample_intent(2).event_time);
  EXPECT_EQ(damaged.outcome, usage::Outcome::interrupted);
  EXPECT_EQ(damaged.usage_reason, "record_damaged");
}

}  // namespace
}  // namespace tollgate::ledger
