// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "kept_losses.hpp"
#include "restored_ledger.hpp"

namespace tollgate::ledger {
namespace {

class KeptLossesTest : public RestoredLedgerTest {
 protected:
  /// Nobody is told any more but who asks for what may be missing.
  void expect_kept_until_retention(const std::string& words) {
    acknowledge();
    for (int start = 0; start < 2; ++start) {
      EXPECT_EQ(losses_at_start(), kNone);
      const Lines found = reported();
      ASSERT_EQ(found.size(), 1U);
      EXPECT_NE(found[0].find(words), std::string::npos) << found[0];
      EXPECT_EQ(faults(), found);
    }
    EXPECT_EQ(reported({kNow + kMonth, kNow + 2 * kMonth}), kNone) << "it was told before";
    Result<RecordStore> store = RecordStore::open(settings_.path, {});
    ASSERT_TRUE(forget_losses(store->database(), kNow));
    EXPECT_EQ(reported().size(), 1U);
    ASSERT_TRUE(forget_losses(store->database(), kNow + seconds(1)));
    EXPECT_EQ(reported(), kNone);
  }
};

// A report of five operations where eight took place said that it was whole.
TEST_F(KeptLossesTest, WhatACopyLacksReportsTellAlsoOnceItIsAcknowledged) {
  serve_records(5);
  copy();
  serve_records(3);
  restore();
  EXPECT_EQ(losses_at_start().size(), 1U);
  EXPECT_EQ(reported({kNow - 2 * kMonth, kNow - kMonth}), kNone) << "the copy is of later";
  EXPECT_EQ(reported({kNow - kMonth, kNow + kMonth}).size(), 1U);
  expect_kept_until_retention("up to 3 records");
}

TEST_F(KeptLossesTest, WhatWentWithADatabaseReportsTellAlsoOnceItIsAcknowledged) {
  serve_records(5);
  fs::remove(settings_.path);
  EXPECT_EQ(losses_at_start().size(), 1U);
  EXPECT_EQ(reported({kNow - 2 * kMonth, kNow - kMonth}).size(), 1U) << "nobody knows its begin";
  expect_kept_until_retention(" was gone at ");
}

}  // namespace
}  // namespace tollgate::ledger
