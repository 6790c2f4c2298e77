// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_restore.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shares_reader.hpp"

namespace tollgate::app {
namespace {

using ledger::RollupCount;
using quotas::Measure;
using quotas::Period;
using quotas::Scope;

UtcTime at(const std::string& text) { return from_rfc3339(text).value(); }

class QuotaRestore : public testing::Test {
 protected:
  QuotaRestore() {
    record_.client_name = "retail";
    record_.requested_model = "GPT-4o";
    record_.tags = {{"cost_center", "4711"}};
    record_.usage_basis = usage::UsageBasis::reported;
  }
  void add(const std::string& begin, int operations) {
    ledger::RollupSums sums;
    sums[RollupCount::operations] = operations;
    sums[RollupCount::prompt_tokens] = 100 * operations;
    sums[RollupCount::completion_tokens] = 10 * operations;
    sums[RollupCount::total_tokens] = 110 * operations;
    sums[RollupCount::cached_prompt_tokens] = 40 * operations;
    sums[RollupCount::cost_nano] = 7 * operations;
    reader_.shares.push_back({at(begin), record_, sums});
  }
  RestoredUse of(quotas::Subject subject, Period period = Period::month) {
    const quotas::LimitKey key{std::move(subject), Measure::tokens, period, {}, {}};
    return use_in_ledger(reader_, {key}, {}, at("2026-11-30T12:00:00Z")).value().uses.at(0);
  }

  SharesReader reader_;
  usage::UsageRecord record_;
};

TEST_F(QuotaRestore, SumsWhatBeganInTheWindow) {
  add("2026-10-31T23:45:00Z", 1);
  add("2026-11-01T00:00:00Z", 2);
  add("2026-11-30T11:45:00Z", 4);
  const RestoredUse month = of({Scope::client, "retail", ""});
  EXPECT_EQ(month.use, (quotas::Use{6, 600, 240, 60, 42}));
  EXPECT_EQ(to_rfc3339(month.window_begin), "2026-11-01T00:00:00.000000Z");
  EXPECT_EQ(reader_.asked->from, month.window_begin);
  EXPECT_EQ(of({Scope::client, "retail", ""}, Period::day).use.requests, 4);
}

TEST_F(QuotaRestore, OfWhomeverTheLimitIs) {
  add("2026-11-02T00:00:00Z", 1);
  EXPECT_EQ(of({Scope::gateway, "", ""}).use.requests, 1);
  EXPECT_EQ(of({Scope::client, "other", ""}).use.requests, 0);
  EXPECT_EQ(of({Scope::client_model, "retail", "gpt-4o"}).use.requests, 1);
  EXPECT_EQ(of({Scope::client_model, "retail", "gpt-5"}).use.requests, 0);
  EXPECT_EQ(of({Scope::tag, "cost_center", "4711"}).use.requests, 1);
  EXPECT_EQ(of({Scope::tag, "cost_center", "1"}).use.requests, 0);
}

TEST_F(QuotaRestore, WhatNeverLeftCountsNothing) {
  record_.usage_basis = usage::UsageBasis::none;
  record_.usage_reason = "not_sent";
  add("2026-11-02T00:00:00Z", 3);
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.requests, 0);
  EXPECT_EQ(of({Scope::client, "retail", ""}).unknown, 0);
}

TEST_F(QuotaRestore, SaysOfHowManyNobodyKnowsTheUse) {
  record_.usage_basis = usage::UsageBasis::none;
  record_.usage_reason = "gateway_interrupted";
  add("2026-11-02T00:00:00Z", 3);
  EXPECT_EQ(of({Scope::client, "retail", ""}).unknown, 3);
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.requests, 3);
}

TEST_F(QuotaRestore, UnusedCapacityIsNobodysUse) {
  record_.cost_reason = "unused_capacity";
  add("2026-11-02T00:00:00Z", 1);
  EXPECT_EQ(of({Scope::gateway, "", ""}).use.cost_nano, 0);
}

TEST_F(QuotaRestore, RatesHaveNoWindow) {
  const quotas::LimitKey rate{
      {Scope::client, "retail", ""}, Measure::tokens, Period::minute, {}, {}};
  EXPECT_TRUE(use_in_ledger(reader_, {rate}, {}, at("2026-11-30T12:00:00Z")).value().uses.empty());
  EXPECT_FALSE(reader_.asked);
}

TEST_F(QuotaRestore, ReasoningBesideTheRestCountsWhateverOthersTell) {
  // One share tells totals with reasoning beside, the other tells none: neither hides the other's.
  add("2026-11-02T00:00:00Z", 1);
  reader_.shares[0].sums[RollupCount::total_tokens] = 150;
  add("2026-11-02T00:00:00Z", 1);
  reader_.shares[1].sums[RollupCount::total_tokens] = 0;
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.completion_tokens, 50 + 10);
  // What the gateway counted itself is taken as it stands.
  reader_.shares[0].record.usage_basis = usage::UsageBasis::estimated;
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.completion_tokens, 10 + 10);
}

TEST_F(QuotaRestore, WhatIsTakenAwayAgainLeavesNothing) {
  for (const int sign : {1, -1}) {
    add("2026-11-02T00:00:00Z", sign);
    reader_.shares.back().sums[RollupCount::total_tokens] = 150 * sign;
  }
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.completion_tokens, 0);
}

TEST_F(QuotaRestore, WhatWasCutOffCountsAsTheOthersDo) {
  add("2026-11-02T00:00:00Z", 3);
  record_.usage_basis = usage::UsageBasis::none;
  record_.usage_reason = "gateway_interrupted";
  ledger::RollupSums cut_off;
  cut_off[RollupCount::operations] = 2;
  cut_off[RollupCount::request_bytes] = 70;
  reader_.shares.push_back({at("2026-11-02T00:00:00Z"), record_, cut_off});
  EXPECT_EQ(of({Scope::client, "retail", ""}).use, (quotas::Use{5, 500, 200, 50, 35}));
  // Where nothing is known, by the bytes of what was sent.
  reader_.shares.erase(reader_.shares.begin());
  EXPECT_EQ(of({Scope::client, "retail", ""}).use, (quotas::Use{2, 70, 0, 8192, 0}));
}

TEST_F(QuotaRestore, OfAClientAndAModelByRecordsForRollUpsHaveNotThatName) {
  add("2026-11-02T00:00:00Z", 1);
  (void)of({Scope::client_model, "retail", "gpt-4o"});
  ASSERT_EQ(reader_.queries.size(), 1U);
  EXPECT_EQ(reader_.queries[0].source, ledger::SumSource::records);
  (void)of({Scope::client, "retail", ""});
  EXPECT_EQ(reader_.queries[1].source, ledger::SumSource::rollups);
}

TEST_F(QuotaRestore, DeletedRecordsAndLostOnesAreTold) {
  const quotas::LimitKey key{
      {Scope::client_model, "retail", "m"}, Measure::tokens, Period::month, {}, {}};
  reader_.kept.deleted_to = at("2026-10-31T00:00:00Z");
  reader_.lost = {"a record is damaged"};
  const UtcTime now = at("2026-11-30T12:00:00Z");
  EXPECT_EQ(use_in_ledger(reader_, {key}, {}, now).value().faults, reader_.lost);
  reader_.kept.deleted_to = at("2026-11-05T00:00:00Z");
  EXPECT_EQ(use_in_ledger(reader_, {key}, {}, now).value().faults.size(), 2U);
}

TEST_F(QuotaRestore, DamagedRollUpsGiveWayToRecordsWhileThoseAreThere) {
  add("2026-11-02T00:00:00Z", 2);
  reader_.broken_rollups = true;
  EXPECT_EQ(of({Scope::client, "retail", ""}).use.requests, 2);
  const quotas::LimitKey key{{Scope::client, "retail", ""}, Measure::tokens, Period::month, {}, {}};
  const UtcTime now = at("2026-11-30T12:00:00Z");
  EXPECT_EQ(use_in_ledger(reader_, {key}, {}, now).value().faults.size(), 1U);
  reader_.kept.deleted_to = at("2026-11-05T00:00:00Z");
  EXPECT_FALSE(use_in_ledger(reader_, {key}, {}, now));
}

TEST_F(QuotaRestore, WhatBeginsLaterIsLeftToWhoeverCountsIt) {
  add("2026-11-30T11:45:00Z", 1);
  add("2026-11-30T12:00:00Z", 2);
  add("2026-11-30T12:07:00Z", 4);
  const quotas::LimitKey key{{Scope::client, "retail", ""}, Measure::tokens, Period::month, {}, {}};
  const UtcTime now = at("2026-11-30T12:07:00Z");
  EXPECT_EQ(use_in_ledger(reader_, {key}, {}, now, now).value().uses.at(0).use.requests, 3);
  ASSERT_EQ(reader_.queries.size(), 2U);
  EXPECT_EQ(reader_.queries[0].source, ledger::SumSource::rollups);
  EXPECT_EQ(to_rfc3339(*reader_.queries[0].period.until), "2026-11-30T12:00:00.000000Z");
  EXPECT_EQ(reader_.queries[1].source, ledger::SumSource::records);
  EXPECT_EQ(reader_.queries[1].period.until, now);
}

}  // namespace
}  // namespace tollgate::app
