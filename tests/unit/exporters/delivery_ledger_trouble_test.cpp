// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <stdexcept>

#include "delivery_fixture.hpp"

// What a delivery makes of a ledger that cannot be read or written.
namespace tollgate::exporters {
namespace {

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

// On an idle gateway the alarm stayed until the next request.
TEST_F(DeliveryTest, TheLedgersOwnTroubleIsOverWithTheNextReadThoughNothingWaits) {
  ledger_.failing_reads = 1;
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(delivery_->status().last_error, "disk I/O error");
  stop();  // also ends the pause
  EXPECT_TRUE(sent_.empty());
  EXPECT_FALSE(delivery_->status().alarm);
  EXPECT_EQ(delivery_->status().consecutive_failures, 0U);
  EXPECT_EQ(delivery_->status().last_error, "");
}

TEST_F(DeliveryTest, WhatTheLedgerThrowsIsItsOwnTrouble) {
  ledger_.before_read = [] { throw std::runtime_error("no memory"); };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(delivery_->status().last_error, "exception: no memory");
  ledger_.before_read = {};
  stop();
  EXPECT_FALSE(delivery_->status().alarm);
}

TEST_F(DeliveryTest, TheLedgersTroubleAndTheDestinationsAreToldApart) {
  ledger_.add(1);
  ledger_.failing_reads = 1;
  judge = [](const Ids&) { return broken(true); };
  run_until([this] { return delivery_->status().alarm; });
  EXPECT_EQ(delivery_->status().last_error, "disk I/O error");
  stop();
  EXPECT_EQ(sent_.size(), 1U);
  EXPECT_TRUE(delivery_->status().alarm);
  EXPECT_EQ(delivery_->status().last_error, "broken");
  EXPECT_EQ(delivery_->status().consecutive_failures, 1U);
  EXPECT_EQ(delivery_->status().failures, 2U);
}

}  // namespace
}  // namespace tollgate::exporters
