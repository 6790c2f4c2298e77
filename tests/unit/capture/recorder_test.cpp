// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/capture/recorder.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "base/run_coroutine.hpp"
#include "recorder_fixture.hpp"

namespace tollgate::capture {
namespace {

using testing::HasSubstr;
using testing::Not;

class RecorderTest : public RecorderFixture {};

TEST_F(RecorderTest, WhatIsKeptIsStoredRedacted) {
  recorder_->keep(exchange("write to alice@example.com"));
  const auto rows = stored();
  ASSERT_FALSE(rows.empty());
  EXPECT_EQ(rows.front().row.content, "write to [EMAIL_1]");
  EXPECT_EQ(recorder_->status().exchanges, 1U);
  EXPECT_EQ(recorder_->status().waiting, 0U);
  EXPECT_EQ(recorder_->memory().held(), 0U);
}

TEST_F(RecorderTest, WhoWaitsFindsItStored) {
  Cancellation cancellation;
  const Result<void> kept =
      run_coroutine(context_, recorder_->keep_and_wait(exchange("hello"), cancellation)).whole;
  ASSERT_TRUE(kept);
  EXPECT_EQ(stored().front().row.content, "hello");
}

TEST_F(RecorderTest, ManyExchangesAreStoredInTheirOrder) {
  for (int i = 0; i < 100; ++i) recorder_->keep(exchange("number " + std::to_string(i)));
  int next = 0;
  for (const trail::StoredRow& one : stored()) {
    if (one.row.kind != "request" || one.row.form != "raw") continue;
    EXPECT_EQ(one.row.content, "number " + std::to_string(next++));
  }
  EXPECT_EQ(next, 100);
}

std::string many_times(std::string_view words, std::size_t size) {
  std::string out;
  while (out.size() < size) out += words;
  return out;
}

TEST_F(RecorderTest, OneClientsFloodLeavesItsNeighboursTheirTurns) {
  const std::string words = many_times("these are some words, ", 20'000);
  for (int i = 0; i < 60; ++i) recorder_->keep(of_client("flood", words + std::to_string(i)));
  Cancellation cancellation;
  Exchange hello = of_client("neighbour", "hello");
  hello.terms.on_failure = config::OnFailure::fail_closed;
  ASSERT_TRUE(
      run_coroutine(context_, recorder_->keep_and_wait(std::move(hello), cancellation)).whole);
  const std::vector<std::string> order = clients_in_order();
  ASSERT_EQ(order.size(), 61U);
  const auto neighbour = std::find(order.begin(), order.end(), "neighbour");
  EXPECT_LT(neighbour - order.begin(), 30) << "those were handed over before it";
}

TEST_F(RecorderTest, ALargePromptIsTakenInTurnsWithOthers) {
  recorder_->keep(of_client("large", many_times("these are some words, ", 2'000'000)));
  Cancellation cancellation;
  ASSERT_TRUE(run_coroutine(context_,
                            recorder_->keep_and_wait(of_client("neighbour", "hello"), cancellation))
                  .whole);
  EXPECT_THAT(clients_in_order(), testing::ElementsAre("neighbour", "large"));
}

/// Another process that writes into the trail's database and does not come to its end: whoever
/// wants to store there hangs.
class HangingDisk {
 public:
  explicit HangingDisk(const std::string& path) {
    EXPECT_EQ(sqlite3_open(path.c_str(), &database_), SQLITE_OK);
    sqlite3_busy_timeout(database_, 10'000);
    EXPECT_EQ(sqlite3_exec(database_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~HangingDisk() { sqlite3_close(database_); }
  HangingDisk(const HangingDisk&) = delete;
  HangingDisk& operator=(const HangingDisk&) = delete;

 private:
  sqlite3* database_ = nullptr;
};

TEST_F(RecorderTest, ADiskThatHangsHoldsUpNobodyWhoDoesNotWait) {
  {
    const HangingDisk disk(config_.audit.path);
    for (int i = 0; i < 100; ++i) recorder_->keep(exchange("number " + std::to_string(i)));
    EXPECT_EQ(recorder_->status().waiting, 100U);
    EXPECT_EQ(recorder_->status().exchanges, 0U);
  }
  stored();
  EXPECT_EQ(recorder_->status().exchanges, 100U) << "it hung, and went on";
  EXPECT_EQ(recorder_->status().lost, 0U);
}

TEST_F(RecorderTest, NewRulesApplyFromThenOn) {
  EXPECT_EQ(recorder_->redacted("B-12345"), "B-12345");
  EXPECT_EQ(recorder_->redacted("B-12345"), "B-12345") << "remembered";
  config_.audit.redaction.rules.patterns = {{"badge", "B-[0-9]{5}"}};
  ASSERT_TRUE(recorder_->use(config_));
  recorder_->keep(exchange("my badge is B-12345"));
  EXPECT_EQ(stored().front().row.content, "my badge is [BADGE_1]");
  EXPECT_THAT(recorder_->redacted("B-12345"), HasSubstr("[BADGE:"));
}

// Conversations that are called by addresses would all be one otherwise.
TEST_F(RecorderTest, RedactedNamesTellApartWhatTheyStandFor) {
  const std::string alice = recorder_->redacted("alice@example.com");
  EXPECT_THAT(alice, HasSubstr("[EMAIL:"));
  EXPECT_EQ(recorder_->redacted("alice@example.com"), alice);
  EXPECT_NE(recorder_->redacted("bob@example.com"), alice);
}

TEST_F(RecorderTest, WhoWaitsIsToldThatThereWasNoMemory) {
  Cancellation cancellation;
  Exchange bare = exchange("hello");
  bare.request.reset();
  bare.no_room = true;
  const Result<void> kept =
      run_coroutine(context_, recorder_->keep_and_wait(std::move(bare), cancellation)).whole;
  ASSERT_FALSE(kept);
  EXPECT_EQ(kept.error().code, Errc::throttled);
  EXPECT_EQ(recorder_->status().lost, 1U);
  EXPECT_FALSE(stored().empty()) << "that it was is noted all the same";
}

TEST_F(RecorderTest, AnExchangeIsLostOnceThoughBothItsSidesAre) {
  Exchange request = exchange("");
  request.request.reset();
  request.conversation = std::make_shared<Conversation>();
  request.request_alone = request.no_room = true;
  Exchange answer = exchange("");
  answer.request.reset();
  answer.no_room = true;
  answer.conversation = request.conversation;
  answer.conversation->request = RequestFate::stored;
  recorder_->keep(std::move(request));
  recorder_->keep(std::move(answer));
  EXPECT_EQ(stored().size(), 2U);
  EXPECT_EQ(recorder_->status().lost, 1U);
}

TEST_F(RecorderTest, ARequestThatCouldNotBeStoredBeforeIsALossOnceItsAnswerIsStored) {
  Exchange answer = exchange("");
  answer.request.reset();
  answer.conversation = std::make_shared<Conversation>();
  answer.conversation->request = RequestFate::lost;
  recorder_->keep(std::move(answer));
  EXPECT_FALSE(stored().empty());
  EXPECT_EQ(recorder_->status().lost, 1U);
}

TEST_F(RecorderTest, AWaitThatIsCancelledDoesNotSayThatItIsStored) {
  Cancellation cancellation;
  cancellation.stop();
  const Kept kept = run_coroutine(context_, recorder_->keep_and_wait(exchange("x"), cancellation));
  ASSERT_FALSE(kept.whole);
  EXPECT_EQ(kept.whole.error().code, Errc::cancelled);
  EXPECT_FALSE(kept.is_stored);
  EXPECT_FALSE(stored().empty()) << "it is all the same, here";
}

TEST_F(RecorderTest, NewKeysAreInUseFromThenOn) {
  constexpr std::size_t kRows = 3;  // of each exchange
  const Secret first = config_.audit.encryption_keys.front();
  const Secret second("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
  recorder_->keep(exchange("under the first"));
  EXPECT_EQ(stored().size(), kRows);
  config_.audit.encryption_keys = {second};
  EXPECT_FALSE(recorder_->use(config_)) << "what is there could not be read any more";
  config_.audit.encryption_keys = {second, first};
  ASSERT_TRUE(recorder_->use(config_));
  record_.client_name = "other";
  recorder_->keep(exchange("under the second"));
  EXPECT_EQ(stored().size(), 2 * kRows);
  config_.audit.encryption_keys = {second};
  for (int i = 0; i < 50 && !recorder_->use(config_); ++i) recorder_->finish(seconds(10));
  EXPECT_TRUE(recorder_->use(config_)) << "all is wrapped anew";
  EXPECT_EQ(stored().size(), 2 * kRows);
}

TEST_F(RecorderTest, RulesThatCannotBeUsedChangeNothing) {
  config_.audit.redaction.rules.patterns = {{"open", "(x"}};
  EXPECT_FALSE(recorder_->use(config_));
  EXPECT_EQ(recorder_->redacted("(x"), "(x");
}

TEST_F(RecorderTest, NothingThatTheRulesFindIsOnTheDisk) {
  recorder_->keep(exchange("write to alice@example.com"));
  ASSERT_FALSE(stored().empty());
  for (const auto& entry : std::filesystem::directory_iterator(directory_)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    EXPECT_THAT(bytes, Not(HasSubstr("alice"))) << entry.path();
    EXPECT_THAT(bytes, Not(HasSubstr("write to"))) << entry.path() << " is not encrypted";
  }
}

TEST_F(RecorderTest, WhatTheStoreDoesNotTakeIsCountedAndTold) {
  config_.audit.max_size = 1;
  ASSERT_TRUE(recorder_->use(config_));
  Cancellation cancellation;
  bool refused = false;
  for (int i = 0; i < 200 && !refused; ++i) {
    refused = !run_coroutine(context_, recorder_->keep_and_wait(exchange(std::string(20'000, 'x')),
                                                                cancellation))
                   .whole;
  }
  EXPECT_TRUE(refused);
  EXPECT_GT(recorder_->status().failures, 0U);
  EXPECT_NE(recorder_->status().problem, "");
}

}  // namespace
}  // namespace tollgate::capture
