// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/delivery_desk.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "delivery_table.hpp"
#include "sample_record.hpp"
#include "temp_directory.hpp"
#include "worker.hpp"

namespace tollgate::ledger {
namespace {

/// Two exporters; of six records the first refused 2 and 3, the second 3.
class DeliveryDeskTest : public testing::Test {
 protected:
  DeliveryDeskTest() {
    for (std::uint64_t i = 1; i <= 6; ++i) EXPECT_TRUE(arrive(store_, {sample_close(i)}));
    const std::vector<ExporterTerms> exporters{{"a", true, true}, {"b", false, true}};
    EXPECT_TRUE(serve_exporters(store_, exporters));
    EXPECT_TRUE(account(store_, "a", {{1, 4}, {refused(2), refused(3)}}, from_unix_micros(7)));
    EXPECT_TRUE(account(store_, "b", {{1, 2}, {refused(3)}}, from_unix_micros(7)));
  }
  static Refused refused(std::int64_t sequence) {
    return {sequence, "bad", sample_close(static_cast<std::uint64_t>(sequence))};
  }
  std::vector<std::string> quarantined(const QuarantineChoice& choice = {}) {
    std::vector<std::string> out;
    const auto records = desk_->quarantined(choice);
    for (const QuarantinedRecord& one : *records) {
      out.push_back(one.exporter + std::to_string(*one.stored.record.tokens.total) +
                    (one.retrying ? " again" : ""));
    }
    return out;
  }

  using Words = std::vector<std::string>;
  TempDirectory directory_;
  RecordStore store_ = open_store(directory_ / "ledger");
  std::unique_ptr<DeliveryDesk> desk_ = std::move(*DeliveryDesk::open(directory_ / "ledger"));
};

TEST_F(DeliveryDeskTest, ListsWhatWasRefused) {
  EXPECT_EQ(quarantined(), (Words{"a2", "a3", "b3"}));
  EXPECT_EQ(quarantined({"a", {}}), (Words{"a2", "a3"}));
  EXPECT_EQ(quarantined({"", {sample_id(3)}}), (Words{"a3", "b3"}));
  const QuarantinedRecord first = desk_->quarantined({})->at(0);
  EXPECT_EQ(first.reason, "bad");
  EXPECT_EQ(first.since, from_unix_micros(7));
  EXPECT_EQ(first.stored.record, sample_close(2));
  EXPECT_EQ(desk_->exporters()->at(0).backlog, 2U);
}

TEST_F(DeliveryDeskTest, WhatIsRetriedIsGivenToItsExporterAgain) {
  EXPECT_EQ(*desk_->retry({"a", {sample_id(3)}}), 1U);
  EXPECT_EQ(quarantined(), (Words{"a2", "a3 again", "b3"}));
  EXPECT_EQ(undelivered(store_, "a", 9)->at(0).record, sample_close(3));
  EXPECT_EQ(undelivered(store_, "b", 9)->at(0).record, sample_close(4));
  EXPECT_EQ(*desk_->retry({}), 3U);
  EXPECT_EQ(*desk_->retry({"c", {}}), 0U);
}

TEST_F(DeliveryDeskTest, WhatIsReleasedIsKeptNoLongerAndCounted) {
  EXPECT_EQ(*desk_->release({"", {sample_id(3)}}), 2U);
  EXPECT_EQ(quarantined(), Words{"a2"});
  EXPECT_EQ(desk_->exporters()->at(0).given_up, 1U);
  EXPECT_EQ(desk_->exporters()->at(1).given_up, 1U);
  EXPECT_EQ(*desk_->release({"", {sample_id(3)}}), 0U);
}

TEST_F(DeliveryDeskTest, FindsARecordWhereverItStands) {
  usage::UsageRecord unfinished = sample_close(8);
  unfinished.follow_path = "/openai/v1/responses/resp_1";
  ASSERT_TRUE(arrive(store_, {unfinished}));
  for (const std::uint64_t number : {2, 5, 8}) {
    const auto found = *desk_->find(sample_id(number));
    ASSERT_TRUE(found) << number;
    EXPECT_EQ(found->record.record_id, sample_id(number));
  }
  EXPECT_FALSE(*desk_->find(sample_id(99)));
}

// It said that there was none.
TEST_F(DeliveryDeskTest, ARecordThatIsDamagedCannotBeReadWhichIsNotThatThereIsNone) {
  EXPECT_FALSE(desk_->find(sample_id(99))->has_value());
  ASSERT_TRUE(store_.database().execute(
      "UPDATE blocks SET entries = substr(entries, 1, length(entries) / 2 - 1) || x'FF' || "
      "substr(entries, length(entries) / 2 + 1) "
      "WHERE first_sequence = 6"));
  const auto found = desk_->find(sample_id(6));
  ASSERT_FALSE(found);
  EXPECT_NE(found.error().message.find("cannot be read"), std::string::npos);
  EXPECT_TRUE(desk_->find(sample_id(5))->has_value());
}

TEST_F(DeliveryDeskTest, TouchesNoLedgerOfAnotherVersion) {
  EXPECT_EQ(DeliveryDesk::open(directory_ / "none").error().code, Errc::not_found);
  ASSERT_TRUE(store_.database().execute("PRAGMA user_version = 3"));
  EXPECT_EQ(DeliveryDesk::open(directory_ / "ledger").error().code, Errc::storage);
}

}  // namespace
}  // namespace tollgate::ledger
