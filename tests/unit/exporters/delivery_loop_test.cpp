// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "fake_ledger.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/exporters/delivery.hpp"

namespace tollgate::exporters {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

using Ids = std::vector<std::string>;

/// A destination that takes ids, as a test wants.
class FakeExporter : public Exporter {
 public:
  using Judge = std::function<SendResult(const Ids&)>;
  FakeExporter(const Judge& judge, bool blocks) : judge_(judge), blocks_(blocks) {}

  BatchLimits limits() const override { return {.bytes = 500'000, .per_row = 1}; }
  std::string encode(const usage::UsageRecord& record) const override {
    return record.record_id.to_string() + record.end_user;
  }
  bool blocks() const override { return blocks_; }
  asio::awaitable<SendResult> send(std::span<const std::string> rows, SendTerms terms) override {
    EXPECT_LE(terms.timeout, seconds(30));
    Ids ids;
    for (const std::string& row : rows) ids.push_back(row.substr(0, 36));
    co_return judge_(ids);
  }

 private:
  const Judge& judge_;
  bool blocks_;
};

SendResult refused() { return Rejected{{}, "refused"}; }
SendResult broken(bool alarm = false) { return RetryAfter{"broken", milliseconds(0), alarm}; }

/// A delivery whose service accepts everything that `judge` does not refuse.
class DeliveryTest : public testing::Test {
 protected:
  /// Runs until the condition holds; fails when nothing happens for a second, or far too much.
  void run_until(const std::function<bool()>& condition) {
    if (!started_) {
      asio::co_spawn(context_, delivery_->run(seconds(5)),
                     [this](const std::exception_ptr&) { ended_ = true; });
    }
    started_ = true;
    context_.restart();
    while (!condition()) {
      ASSERT_GT(context_.run_one_for(std::chrono::seconds(1)), 0U) << "nothing happens any more";
      ASSERT_LT(sent_.size(), 1000U) << "it goes round in circles";
    }
  }
  void run_until_empty() {
    run_until([this] { return ledger_.queue().empty(); });
  }
  void run_until_sent(std::size_t count) {
    run_until([this, count] { return sent_.size() >= count; });
  }
  void stop() {
    delivery_->stop();
    run_until([this] { return ended_; });
  }

  Ids queued_ids() const {
    Ids out;
    for (const auto& [sequence, stored] : ledger_.queue()) out.push_back(FakeLedger::id_of(stored));
    return out;
  }
  /// The ids of these records, which are still queued.
  std::set<std::string> ids_of(std::initializer_list<std::int64_t> sequences) const {
    std::set<std::string> out;
    for (const std::int64_t sequence : sequences)
      out.insert(FakeLedger::id_of(ledger_.queue().at(sequence)));
    return out;
  }
  /// Answers so to every batch that holds one of these records.
  void refuse(std::set<std::string> bad) {
    judge = [bad = std::move(bad)](const Ids& ids) -> SendResult {
      const bool found =
          std::any_of(ids.begin(), ids.end(), [&](const auto& id) { return bad.count(id) > 0; });
      return found ? refused() : SendResult(Accepted{});
    };
  }
  FakeExporter::Judge judge = [](const Ids&) { return Accepted{}; };
  FakeExporter::Judge serve_ = [this](const Ids& ids) {
    sent_.push_back(ids);
    SendResult result = judge(ids);
    if (std::holds_alternative<Accepted>(result)) {
      accepted_.insert(accepted_.end(), ids.begin(), ids.end());
    }
    return result;
  };
  std::vector<Ids> sent_;
  Ids accepted_;
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  asio::io_context& disk_ = context_;
  FakeLedger ledger_;
  std::unique_ptr<Delivery> delivery_ =
      make_delivery("one", milliseconds(1), std::make_unique<FakeExporter>(serve_, false),
                    {ledger_, context_.get_executor(), disk_.get_executor()});
  bool started_ = false;
  bool ended_ = false;
};

TEST_F(DeliveryTest, SendsNothingWithoutRecords) {
  run_until([] { return true; });
  context_.run_for(std::chrono::milliseconds(5));
  stop();
  EXPECT_TRUE(sent_.empty());
}

TEST_F(DeliveryTest, TakesABacklogOldestFirst) {
  ledger_.add(1500);
  const Ids all = queued_ids();
  run_until_empty();
  EXPECT_EQ(accepted_, all);
  EXPECT_LE(sent_.size(), 3U);
}

TEST_F(DeliveryTest, TakesRecordsThatCameDuringAnUpload) {
  ledger_.add(2);
  judge = [this](const Ids&) {
    if (sent_.size() == 1) ledger_.add(3);
    return Accepted{};
  };
  run_until_empty();
  EXPECT_EQ(accepted_.size(), 5U);
  EXPECT_EQ(sent_.size(), 2U);
}

TEST_F(DeliveryTest, HalvesWhatIsTooLargeDownToTheOneRecord) {
  ledger_.add(40);
  refuse(ids_of({17}));
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(17, "refused")));
  EXPECT_EQ(accepted_.size(), 39U);
  EXPECT_EQ(std::set(accepted_.begin(), accepted_.end()).size(), 39U);
  EXPECT_EQ(sent_[1].size(), 20U);
  EXPECT_LT(sent_.size(), 20U);
}

TEST_F(DeliveryTest, QuarantinesARecordThatIsTooLargeToBeSent) {
  usage::UsageRecord record;
  record.record_id = make_uuid_v7(UtcTime(seconds(77)));
  record.end_user.assign(500'000, 'u');
  ledger_.add(1);
  ledger_.add(record);
  ledger_.add(1);
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(2, "the record alone is over the size limit")));
  EXPECT_EQ(accepted_.size(), 2U);
}

TEST_F(DeliveryTest, FindsThePoisonRecordsAmongInnocentOnes) {
  ledger_.add(200);
  refuse(ids_of({1, 140, 141, 200}));
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_THAT(ledger_.quarantined,
              ElementsAre(Pair(1, "refused"), Pair(140, "refused"), Pair(141, "refused")));
  EXPECT_EQ(accepted_.size(), 196U);
  EXPECT_LT(sent_.size(), 70U);
  // The last was refused after everything else: only a later record can prove it bad.
  EXPECT_EQ(ledger_.queue().size(), 1U);
  ledger_.add(1);
  stop();
  EXPECT_EQ(ledger_.quarantined.count(200), 1U);
  EXPECT_EQ(accepted_.size(), 197U);
  EXPECT_TRUE(ledger_.queue().empty());
}

TEST_F(DeliveryTest, QuarantinesNothingWhenEverythingIsRefused) {
  ledger_.add(100);
  judge = [](const Ids&) { return refused(); };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
  EXPECT_EQ(ledger_.queue().size(), 100U);
  EXPECT_EQ(delivery_->status().last_error, "refused");
  EXPECT_LT(sent_.size(), 40U);
  judge = [](const Ids&) { return Accepted{}; };  // the rule has been mended
  stop();
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
  EXPECT_EQ(accepted_.size(), 100U);
  EXPECT_FALSE(delivery_->status().alarm);
}

TEST_F(DeliveryTest, ALoneRefusedRecordWaitsWithAnAlarm) {
  ledger_.add(1);
  judge = [](const Ids&) { return refused(); };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(sent_.size(), 1U);
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
}

TEST_F(DeliveryTest, ALoneRefusedRecordDoesNotHoldUpTheNextWhichConvictsIt) {
  ledger_.add(1);
  refuse(ids_of({1}));
  run_until([this] { return delivery_->status().alarm; });
  ledger_.add(1);
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(1, "refused")));
  EXPECT_EQ(accepted_.size(), 1U);
  EXPECT_EQ(sent_.size(), 2U);
  run_until([this] { return !delivery_->status().alarm; });
}

TEST_F(DeliveryTest, ALoneRefusedRecordIsTriedOnceMoreWhenItIsStopped) {
  ledger_.add(1);
  judge = [](const Ids&) { return refused(); };
  run_until([this] { return delivery_->status().alarm; });
  judge = [](const Ids&) { return Accepted{}; };
  stop();
  EXPECT_EQ(accepted_.size(), 1U);
}

TEST_F(DeliveryTest, SendsTheSameRecordsAgainWhenTheAnswerIsLost) {
  ledger_.add(3);
  judge = [this](const Ids&) -> SendResult {
    return sent_.size() == 1 ? broken() : SendResult(Accepted{});
  };
  run_until([this] { return delivery_->status().failures == 1; });
  EXPECT_EQ(ledger_.queue().size(), 3U);
  EXPECT_EQ(delivery_->status().last_error, "broken");
  stop();  // also ends the pause
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[0], sent_[1]);
  EXPECT_TRUE(ledger_.queue().empty());
}

// A full disk while the destination answers: the same records were sent every few seconds.
TEST_F(DeliveryTest, WhatTheLedgerCannotNoteIsNotSentAgainButNotedBeforeAllElse) {
  ledger_.add(3);
  ledger_.failing_accounts = 1;
  run_until([this] { return delivery_->status().failures == 1; });
  EXPECT_TRUE(delivery_->status().alarm);
  EXPECT_EQ(delivery_->status().last_error, "delivered, but the ledger cannot note it: disk full");
  ledger_.add(1);
  stop();  // also ends the pause
  ASSERT_EQ(sent_.size(), 2U);
  EXPECT_EQ(sent_[0].size(), 3U);
  EXPECT_EQ(sent_[1].size(), 1U);
  EXPECT_TRUE(ledger_.queue().empty());
  EXPECT_FALSE(delivery_->status().alarm);
  EXPECT_EQ(delivery_->status().consecutive_failures, 0U);
}

TEST_F(DeliveryTest, KeepsEverythingWhileOnlyAnOperatorCanHelp) {
  ledger_.add(2);
  judge = [](const Ids&) { return broken(true); };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(ledger_.queue().size(), 2U);
  stop();
  EXPECT_EQ(ledger_.queue().size(), 2U);
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
}

// A refusal that says nothing of the fault took the alarm back.
TEST_F(DeliveryTest, AnAlarmStaysUntilSomethingIsAccepted) {
  ledger_.add(2);
  std::vector<bool> alarms;  // when each batch was sent
  judge = [&](const Ids&) {
    alarms.push_back(delivery_->status().alarm);
    return sent_.size() == 1 ? broken(true) : refused();
  };
  run_until([this] { return delivery_->status().alarm; });
  stop();  // also ends the pause
  EXPECT_THAT(alarms, ElementsAre(false, true, true, true));
  EXPECT_TRUE(delivery_->status().alarm);
}

TEST_F(DeliveryTest, SendsThoseBeforeANamedOneFirst) {
  ledger_.add(10);
  const std::string bad = queued_ids().at(6);
  judge = [&](const Ids& ids) -> SendResult {
    const auto found = std::find(ids.begin(), ids.end(), bad);
    if (found == ids.end()) return Accepted{};
    return Rejected{{static_cast<std::size_t>(found - ids.begin())}, "refused"};
  };
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(7, "refused")));
  EXPECT_EQ(accepted_.size(), 9U);
  EXPECT_EQ(sent_.at(1).size(), 6U);
}

TEST_F(DeliveryTest, ARecordTooLargeDoesNotTakeASuspectBeforeItAlong) {
  ledger_.add(1);
  usage::UsageRecord large;
  large.record_id = make_uuid_v7(UtcTime(seconds(77)));
  large.end_user.assign(500'000, 'u');
  ledger_.add(large);
  refuse(ids_of({1}));
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(ledger_.queue().size(), 2U) << "neither is judged yet";
  ledger_.add(1);
  run_until_empty();
  EXPECT_EQ(ledger_.quarantined.size(), 2U);
  EXPECT_THAT(ledger_.skipped, IsEmpty());
}

TEST_F(DeliveryTest, GoesOnAfterAnException) {
  ledger_.add(1);
  judge = [this](const Ids&) -> SendResult {
    if (sent_.size() == 1) throw std::runtime_error("a bug");
    return Accepted{};
  };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(delivery_->status().last_error, "exception: a bug");
  stop();
  EXPECT_TRUE(ledger_.queue().empty());
}

TEST_F(DeliveryTest, ABlockingExporterSendsWhereBlockingIsAllowed) {
  asio::io_context disk;
  auto work = asio::make_work_guard(disk);
  std::thread thread([&] { disk.run(); });
  std::thread::id sent_on;
  std::atomic<bool> sent = false;
  judge = [&](const Ids&) {
    sent_on = std::this_thread::get_id();
    sent = true;
    return Accepted{};
  };
  // `judge` itself: what `serve_` notes belongs to this thread.
  delivery_ = make_delivery("one", milliseconds(1), std::make_unique<FakeExporter>(judge, true),
                            {ledger_, context_.get_executor(), disk.get_executor()});
  ledger_.add(1);
  run_until([&] { return sent.load(); });
  stop();
  const std::thread::id expected = thread.get_id();
  work.reset();
  thread.join();
  EXPECT_EQ(sent_on, expected);
  delivery_.reset();
}

TEST_F(DeliveryTest, TriesOnceMoreWhenItIsStopped) {
  run_until([] { return true; });
  context_.run_for(std::chrono::milliseconds(1));
  ledger_.add(1100);
  stop();
  EXPECT_EQ(accepted_.size(), 1100U);
}

TEST_F(DeliveryTest, DoesNotWaitForAServiceThatFailsWhenItIsStopped) {
  ledger_.add(3);
  judge = [](const Ids&) { return broken(); };
  run_until_sent(1);
  stop();
  EXPECT_LE(sent_.size(), 2U);
  EXPECT_EQ(ledger_.queue().size(), 3U);
}

}  // namespace
}  // namespace tollgate::exporters
