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

}  // namespace
}  // namespace tollgate::app
