// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <set>

#include "database_file.hpp"
#include "refusal_table.hpp"
#include "sqlite_ledger_fixture.hpp"
#include "tollgate/ledger/salvage.hpp"

namespace tollgate::ledger {
namespace {

using std::chrono::minutes;
using usage::RefusalRow;

/// A minute in the middle of what a ledger keeps.
const UtcTime kMinute(std::chrono::floor<minutes>(
    std::chrono::system_clock::now().time_since_epoch() - std::chrono::hours(1)));

RefusalRow refused(std::int64_t requests, std::string client = "a", UtcTime minute = kMinute) {
  RefusalRow out;
  out.minute = minute;
  out.gateway = "gw-1";
  out.client = std::move(client);
  out.model = "gpt-4o";
  out.scope = "client";
  out.subject = "client " + out.client;
  out.limit = "60000 tokens per minute";
  out.measure = "tokens";
  out.period = "minute";
  out.reason = "rate";
  out.requests = requests;
  return out;
}

class Refusals : public SqliteLedgerTest {
 protected:
  void SetUp() override { open_again(); }

  void open_again() {
    ledger_.reset();
    ledger_ = open();
    ASSERT_TRUE(serve(*ledger_, {{"one", true, true}}));
  }
  void add(const std::vector<RefusalRow>& rows, UtcTime now) {
    const Result<void> added = ledger_->quotas().add_refusals(rows, now);
    EXPECT_TRUE(added) << added.error().message;
  }
  std::vector<StoredRefusals> waiting(UtcTime now, std::size_t limit = 5000) {
    auto found = ledger_->quotas().undelivered_refusals("one", limit, now);
    EXPECT_TRUE(found);
    return found ? *found : std::vector<StoredRefusals>();
  }
  static std::vector<std::int64_t> counts(const std::vector<StoredRefusals>& rows) {
    std::vector<std::int64_t> out;
    for (const StoredRefusals& one : rows) out.push_back(one.row.requests);
    return out;
  }
  using Counts = std::vector<std::int64_t>;

  std::unique_ptr<Ledger> ledger_;
};

TEST_F(Refusals, AreOneRowAMinuteAndAreSentOnceItIsOver) {
  add({refused(2)}, kMinute + seconds(1));
  add({refused(3), refused(1, "b")}, kMinute + seconds(59));
  EXPECT_EQ(counts(waiting(kMinute + seconds(61))), Counts{});
  add({refused(4)}, kMinute + seconds(62));  // taken late
  const auto rows = waiting(kMinute + seconds(66));
  EXPECT_EQ(counts(rows), (Counts{9, 1}));
  RefusalRow expected = refused(9);
  expected.row_id = rows[0].row.row_id;
  EXPECT_EQ(rows[0].row, expected);
  EXPECT_NE(rows[0].row.row_id, rows[1].row.row_id);
}

TEST_F(Refusals, WhatWasSentNeverChangesAndIsTheSameWhenItIsSentAgain) {
  add({refused(2)}, kMinute);
  const auto first = waiting(kMinute + minutes(2));
  add({refused(5)}, kMinute + minutes(2));  // a disk that hung, or a clock that was set back
  const auto both = waiting(kMinute + minutes(2));
  EXPECT_EQ(counts(both), (Counts{2, 5}));
  EXPECT_EQ(both[0].row, first[0].row);
  EXPECT_NE(both[0].row.row_id, both[1].row.row_id);
}

TEST_F(Refusals, ARestartInTheMinuteCountsNothingTwice) {
  add({refused(2)}, kMinute + seconds(1));
  open_again();
  add({refused(3)}, kMinute + seconds(20));
  EXPECT_EQ(counts(waiting(kMinute + minutes(2))), (Counts{5}));
}

TEST_F(Refusals, WhatIsAccountedForIsNotGivenAgain) {
  add({refused(1), refused(2, "b"), refused(3, "c")}, kMinute);
  const auto rows = waiting(kMinute + minutes(2));
  ASSERT_EQ(rows.size(), 3U);
  ASSERT_TRUE(ledger_->quotas().account_refusals("one", {{rows[0].sequence}, {rows[1].sequence}}));
  EXPECT_EQ(counts(waiting(kMinute + minutes(2))), (Counts{3}));
  ASSERT_TRUE(eventually([&] {
    const auto progress = ledger_->stats().refusals;
    return !progress.empty() && progress[0].given_up == 1 && progress[0].backlog == 1;
  }));
  EXPECT_EQ(ledger_->quotas().undelivered_refusals("two", 1, kMinute).error().code,
            Errc::not_found);
}

TEST_F(Refusals, AFloodOfKindsEndsInOneRowForTheRest) {
  std::vector<RefusalRow> flood;
  for (std::int64_t i = 0; i < kMostRefusalRows + 50; ++i)
    flood.push_back(refused(1, "client " + std::to_string(i)));
  add(flood, kMinute);
  add(flood, kMinute);
  const auto rows = waiting(kMinute + minutes(2));
  EXPECT_EQ(rows.size(), static_cast<std::size_t>(kMostRefusalRows) + 1);
  EXPECT_EQ(rows.back().row.subject, usage::kOtherRefusals);
  EXPECT_EQ(rows.back().row.reason, "rate");
  std::int64_t sum = 0;
  for (const std::int64_t count : counts(rows)) sum += count;
  EXPECT_EQ(sum, 2 * (kMostRefusalRows + 50));
}

// While the current minute's row may grow nothing behind it may be passed over.
TEST_F(Refusals, ARowThatMayGrowIsNotPassedOver) {
  add({refused(1, "late", kMinute)}, kMinute);
  Database beside = *open_beside(settings_.path);
  ASSERT_TRUE(
      beside.execute("INSERT INTO refusals SELECT 9, row_id || 'x', minute, 1, gateway, "
                     "client, model, scope, subject, limit_text, measure, period, reason, "
                     "7 FROM refusals"));
  EXPECT_EQ(counts(waiting(kMinute + seconds(5))), Counts{});
  EXPECT_EQ(counts(waiting(kMinute + minutes(2))), (Counts{1, 7}));
}

TEST_F(Refusals, OldOnesAndThoseBeyondTheMostAreDeletedAndGivenUp) {
  for (int i = 0; i < 6; ++i) add({refused(i, "a", kMinute + minutes(i))}, kMinute + minutes(i));
  add({}, kMinute + minutes(9));
  Database beside = *open_beside(settings_.path);
  const auto left = [&] {
    std::vector<std::int64_t> out;
    EXPECT_TRUE(for_each_refusals(beside, UtcTime::min(), UtcTime::max(),
                                  [&](const auto& one) { out.push_back(one.row.requests); }));
    return out;
  };
  // As the ledger's thread does it: what it read and then writes is one transaction. Without
  // one a write of the ledger in between would make SQLite refuse the rest at once.
  const auto deleted = [&](UtcTime before, std::int64_t most) -> Result<bool> {
    storage::Transaction transaction(beside);
    if (!transaction.begun()) return transaction.begun().error();
    const Result<bool> more = delete_refusals(beside, before, most);
    if (!more) return more;
    const Result<void> done = transaction.commit();
    return done ? more : Result<bool>(done.error());
  };
  ASSERT_TRUE(deleted(kMinute + minutes(2), 100));
  EXPECT_EQ(left(), (Counts{2, 3, 4, 5}));
  ASSERT_TRUE(deleted(UtcTime::min(), 3));
  EXPECT_EQ(left(), (Counts{3, 4, 5}));
  EXPECT_EQ(*deleted(UtcTime::min(), 3), false);
  ASSERT_TRUE(eventually([&] {
    const auto progress = ledger_->stats().refusals;
    return !progress.empty() && progress[0].given_up == 3;
  }));
}

QuotaAction action(QuotaActionKind kind, std::int64_t amount, UtcTime at) {
  return {make_uuid_v7(at), at, kind, R"(["client"])", amount, "client a: 5", "a launch", "::1"};
}

TEST_F(Refusals, WhatAnOperatorDidOutlivesTheProcess) {
  const QuotaAction top_up = action(QuotaActionKind::top_up, 5, kMinute);
  const QuotaAction reset = action(QuotaActionKind::reset, 7, kMinute + seconds(1));
  ASSERT_TRUE(ledger_->quotas().add_action(reset));
  ASSERT_TRUE(ledger_->quotas().add_action(top_up));
  open_again();
  EXPECT_EQ(*ledger_->quotas().actions(kMinute), (std::vector{top_up, reset}));
  EXPECT_EQ(*ledger_->quotas().actions(kMinute + seconds(1)), (std::vector{reset}));
}

TEST_F(Refusals, ASalvageKeepsBoth) {
  add({refused(2)}, kMinute);
  const QuotaAction top_up = action(QuotaActionKind::top_up, 5, kMinute);
  ASSERT_TRUE(ledger_->quotas().add_action(top_up));
  ledger_.reset();
  ASSERT_TRUE(salvage(settings_.path));
  const auto notes = read_quota_notes(settings_.path, kMinute, UtcTime::max());
  ASSERT_TRUE(notes) << notes.error().message;
  EXPECT_EQ(notes->actions, (std::vector{top_up}));
  ASSERT_EQ(notes->refusals.size(), 1U);
  EXPECT_EQ(notes->refusals[0].requests, 2);
}

}  // namespace
}  // namespace tollgate::ledger
