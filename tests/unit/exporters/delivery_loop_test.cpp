// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "delivery_fixture.hpp"
#include "fake_ledger.hpp"
#include "tollgate/exporters/delivery.hpp"

namespace tollgate::exporters {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST_F(DeliveryTest, SendsNothingWithoutRecords) {
  run_until([] { return true; });
  context_.run_for(std::chrono::milliseconds(5));
  stop();
  EXPECT_TRUE(sent_.empty());
}

// Whoever asks beside the gateway saw a backlog, and no reason.
TEST_F(DeliveryTest, NotesWhyItFailsAndThatItHasPassed) {
  ledger_.add(1);
  judge = [&](const Ids&) -> SendResult {
    if (sent_.size() > 1) return Accepted{};
    return RetryAfter{.why = "no route"};
  };
  run_until([&] { return !ledger_.troubles.empty(); });
  EXPECT_THAT(ledger_.troubles, ElementsAre("no route"));
  stop();  // its last chance comes at once
  EXPECT_THAT(ledger_.troubles, ElementsAre("no route", ""));
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
  run_until([this] { return delivery_->status().delivered == 5; });
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
  EXPECT_EQ(sent_.size(), 3U) << "it is tried once more, alone";
  run_until([this] { return !delivery_->status().alarm; });
}

// What was refused while the destination refused everything was quarantined when it no longer did.
TEST_F(DeliveryTest, WhatIsAcceptedOnceTheDestinationIsWellIsNotQuarantined) {
  ledger_.add(3);
  judge = [](const Ids&) { return refused(); };
  run_until([this] { return delivery_->status().alarm; });
  const Ids first = queued_ids();
  refuse(ids_of({2}));
  ledger_.add(1);
  run_until_empty();
  EXPECT_THAT(ledger_.quarantined, ElementsAre(Pair(2, "refused")));
  EXPECT_THAT(ledger_.skipped, IsEmpty());
  EXPECT_THAT(sent_.back(), ElementsAre(first[2]));
  EXPECT_EQ(accepted_.size(), 3U);
}

// Nothing before it may be passed over, and it is not sent again.
TEST_F(DeliveryTest, WhatWasAcceptedWaitsForTheSecondTryOfThoseBeforeIt) {
  ledger_.add(1);
  refuse(ids_of({1}));
  run_until([this] { return delivery_->status().alarm; });
  ledger_.add(1);
  judge = [&](const Ids&) -> SendResult {
    return sent_.size() == 3 ? broken() : SendResult(Accepted{});
  };
  run_until_sent(3);
  EXPECT_EQ(ledger_.queue().size(), 2U);
  stop();  // also ends the pause
  EXPECT_TRUE(ledger_.queue().empty());
  EXPECT_THAT(ledger_.quarantined, IsEmpty());
  EXPECT_THAT(ledger_.skipped, IsEmpty());
  EXPECT_EQ(accepted_.size(), 2U);
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
                            make_record_source(ledger_, "one"),
                            {context_.get_executor(), disk.get_executor(), disk.get_executor()});
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
