// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "budgets.hpp"

#include <gtest/gtest.h>

#include "quota_names.hpp"
#include "quota_reports.hpp"
#include "shares_reader.hpp"
#include "tollgate/reports/calendar.hpp"

namespace tollgate::app {
namespace {

using ledger::RollupCount;
using quotas::Measure;
using quotas::Period;
using std::chrono::days;
using std::chrono::sys_days;

UtcTime time_at(const std::string& text) { return from_rfc3339(text).value(); }
std::string day_of(const std::optional<Date>& date) {
  return date ? reports::to_text(*date) : std::string("never");
}

class BudgetsTest : public testing::Test {
 protected:
  BudgetsTest() {
    record_.client_name = "retail";
    record_.usage_basis = usage::UsageBasis::reported;
    record_.cost_basis = usage::CostBasis::priced;
    question_.zone = TimeZone::load("Europe/Berlin").value();
    question_.rules = {limit_of(Measure::tokens, Period::month, 3100)};
  }

  static quotas::Rule limit_of(Measure measure, Period period, std::int64_t amount) {
    quotas::Rule out;
    out.subject = {quotas::Scope::client, "retail", {}};
    out.limit.measure = measure;
    out.limit.period = period;
    out.limit.amount = amount;
    return out;
  }
  void add(UtcTime begin, std::int64_t tokens) {
    ledger::RollupSums sums;
    sums[RollupCount::operations] = 1;
    sums[RollupCount::prompt_tokens] = tokens;
    sums[RollupCount::total_tokens] = tokens;
    sums[RollupCount::cost_nano] = tokens * 1'000'000'000;
    reader_.shares.push_back({begin, record_, sums});
    if (!reader_.kept.first || begin < *reader_.kept.first) reader_.kept.first = begin;
  }
  /// At noon there, each day from one to before the other.
  void add_days(const std::string& from, const std::string& to, std::int64_t tokens) {
    const sys_days end(*reports::parse_day(to));
    for (sys_days day(*reports::parse_day(from)); day < end; day += days(1))
      add(question_.zone.start_of(Date(day)) + std::chrono::hours(12), tokens);
  }
  Budget budget() {
    auto answer = ask_budgets(reader_, question_);
    EXPECT_TRUE(answer);
    return answer->budgets.at(0);
  }

  SharesReader reader_;
  usage::UsageRecord record_;
  BudgetQuestion question_;
};

// March 2026 begins in winter time and ends in summer time.
TEST_F(BudgetsTest, AMonthIsTheZonesAlsoWhereClocksChange) {
  question_.now = time_at("2026-03-15T11:00:00Z");
  add(time_at("2026-02-28T22:59:00Z"), 7);
  add(time_at("2026-02-28T23:00:00Z"), 100);
  add(time_at("2026-03-15T10:00:00Z"), 50);
  const Budget found = budget();
  EXPECT_EQ(to_rfc3339(found.window.begin), "2026-02-28T23:00:00.000000Z");
  EXPECT_EQ(to_rfc3339(found.window.end), "2026-03-31T22:00:00.000000Z");
  EXPECT_EQ(found.spent, 150);
  EXPECT_EQ(found.amount, 3100);
}

TEST_F(BudgetsTest, AsManyADayAsThereAreEndWithTheMonth) {
  question_.now = question_.zone.start_of(*reports::parse_day("2026-03-20"));
  add_days("2026-02-10", "2026-03-20", 100);
  const Budget found = budget();
  EXPECT_EQ(found.spent, 1900);
  EXPECT_NEAR(found.projected, 3100, 0.01);
  EXPECT_EQ(found.basis, "least squares over 2026-02-20 to 2026-03-19");
  EXPECT_EQ(day_of(found.exhausted_on), "2026-03-31");
  // Twelve days of 24 hours less the one that clocks skip.
  EXPECT_NEAR(found.per_day, 1200 / (12 - 1.0 / 24), 0.01);
}

TEST_F(BudgetsTest, MoreADayEndsItEarlierAndLessNever) {
  question_.now = question_.zone.start_of(*reports::parse_day("2026-03-20"));
  add_days("2026-02-10", "2026-03-20", 130);
  EXPECT_EQ(day_of(budget().exhausted_on), "2026-03-24");
  question_.rules[0].limit.amount = 5000;
  EXPECT_EQ(day_of(budget().exhausted_on), "never");
}

TEST_F(BudgetsTest, OfTodayOnlyTheRestIsToCome) {
  question_.now =
      question_.zone.start_of(*reports::parse_day("2026-03-31")) + std::chrono::hours(18);
  add_days("2026-02-10", "2026-04-01", 100);
  EXPECT_NEAR(budget().projected, 3100 + 25, 0.01);
}

TEST_F(BudgetsTest, WithFewDaysItGoesByTheWindowSoFar) {
  question_.now = question_.zone.start_of(*reports::parse_day("2026-03-11"));
  question_.zone = TimeZone();
  question_.now = time_at("2026-03-11T00:00:00Z");
  add_days("2026-03-01", "2026-03-11", 200);
  reader_.kept.first = time_at("2026-03-01T00:00:00Z");
  const Budget found = budget();
  EXPECT_EQ(found.basis, "the window so far");
  EXPECT_NEAR(found.per_day, 200, 0.01);
  EXPECT_NEAR(found.projected, 6200, 0.1);
  EXPECT_EQ(day_of(found.exhausted_on), "2026-03-16");
}

TEST_F(BudgetsTest, WhatIsUsedUpSaysWhen) {
  question_.now = time_at("2026-03-20T11:00:00Z");
  add_days("2026-03-01", "2026-03-20", 500);
  EXPECT_EQ(day_of(budget().exhausted_on), "2026-03-07");
}

TEST_F(BudgetsTest, TopUpsCountAndWhatWasForgivenDoesNot) {
  question_.now = time_at("2026-03-15T11:00:00Z");
  add_days("2026-03-01", "2026-03-15", 100);
  question_.rules[0].limit.top_ups = {{*reports::parse_day("2026-03-02"), 10},
                                      {*reports::parse_day("2026-04-02"), 1000}};
  const std::string key = key_text(key_of(question_.rules[0]));
  const UtcTime made = time_at("2026-03-10T11:00:00Z");
  question_.actions = {{{}, made, ledger::QuotaActionKind::top_up, key, 90, "", "", ""},
                       {{}, made, ledger::QuotaActionKind::reset, key, 300, "", "", ""}};
  const Budget found = budget();
  EXPECT_EQ(found.amount, 3200);
  EXPECT_EQ(found.spent, 1100);
  EXPECT_EQ(found.forgiven, 300);
}

TEST_F(BudgetsTest, WhatIsInNoSumIsTold) {
  question_.now = time_at("2026-03-15T11:00:00Z");
  question_.rules = {limit_of(Measure::cost, Period::month, 5'000'000'000)};
  add(time_at("2026-03-15T10:00:00Z"), 2);
  record_.cost_basis = usage::CostBasis::unpriced;
  record_.usage_basis = usage::UsageBasis::estimated;
  add(time_at("2026-03-15T10:00:00Z"), 0);
  const Budget found = budget();
  EXPECT_EQ(found.spent, 2'000'000'000);
  EXPECT_TRUE(found.sums.unpriced == 1);
  EXPECT_TRUE(found.sums.estimated == 1);
  const std::string csv =
      format_budgets({found}, question_.zone, "USD", reports::ReportFormat::csv);
  EXPECT_NE(csv.find("client retail,cost/month,enforce,2026-03-01 00:00 +01:00,2026-04-01 00:00 "
                     "+02:00,USD,5,2,3,40,"),
            csv.npos)
      << csv;
}

TEST_F(BudgetsTest, RatesAndOthersAreNone) {
  question_.now = time_at("2026-03-15T11:00:00Z");
  question_.rules = {limit_of(Measure::tokens, Period::minute, 5),
                     limit_of(Measure::in_flight, Period::none, 5)};
  EXPECT_TRUE(ask_budgets(reader_, question_)->budgets.empty());
}

}  // namespace
}  // namespace tollgate::app
