// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_sums.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ledger/sample_record.hpp"

namespace tollgate::reports {
namespace {

/// Of the deployment "prod" on the backend "east", which others are made from.
usage::UsageRecord served(std::string model, std::optional<std::int64_t> tokens, int second = 0) {
  usage::UsageRecord record = ledger::sample_close(1);
  record.event_time += seconds(second);
  record.backend = "east";
  record.backend_deployment = "prod";
  record.model = std::move(model);
  record.tokens.total = tokens;
  return record;
}

usage::UsageRecord failed(std::string_view reason, int second = 0) {
  usage::UsageRecord record = served("prod", std::nullopt, second);
  record.usage_basis = usage::UsageBasis::none;
  record.usage_reason = reason;
  return record;
}

/// What a ledger says of one record.
ledger::RollupSums sums_of(const usage::UsageRecord& record) {
  using ledger::RollupCount;
  ledger::RollupSums out;
  out[RollupCount::operations] = 1;
  out[RollupCount::with_total] = record.tokens.total ? 1 : 0;
  out[RollupCount::prompt_tokens] = record.tokens.prompt.value_or(0);
  out[RollupCount::completion_tokens] = record.tokens.completion.value_or(0);
  out[RollupCount::total_tokens] = record.tokens.total.value_or(0);
  out[RollupCount::cached_prompt_tokens] = record.tokens.cached_prompt.value_or(0);
  out[RollupCount::cost_nano] = record.cost_nano.value_or(0);
  out.last_time = to_unix_micros(record.event_time);
  return out;
}

std::vector<UsageRow> rows_of(const std::vector<usage::UsageRecord>& records,
                              const std::vector<std::string>& by = {"model"}) {
  const UsageGroups groups = UsageGroups::parse(by).value();
  const TimeZone utc;
  UsageSums sums(groups, utc);
  for (const usage::UsageRecord& record : records) {
    const ledger::RollupSums share = sums_of(record);
    sums.add({record.event_time, 0, record, share});
  }
  return sums.rows();
}

std::string models_of(const std::vector<usage::UsageRecord>& records) {
  std::string out;
  for (const UsageRow& row : rows_of(records)) {
    out.append(row.keys[0]).append(" ").append(std::to_string(row.operations)).append(";");
  }
  return out;
}

TEST(UsageSums, FailuresCountUnderTheModelThatTheirDeploymentServes) {
  EXPECT_EQ(
      models_of({failed("error_answer"), served("gpt-4o-2024-11-20", 12), failed("no_answer", 60)}),
      "gpt-4o-2024-11-20 3;");
  EXPECT_EQ(models_of({failed("error_answer")}), "prod 1;") << "nothing says what it serves";
  EXPECT_EQ(models_of({served("new", 1, 60), failed("error_answer", 90), served("old", 1)}),
            "new 2;old 1;")
      << "the model it named last, in whatever order the records come";
}

TEST(UsageSums, AnotherDeploymentsModelIsNotTaken) {
  usage::UsageRecord other = failed("error_answer");
  other.backend = "west";
  EXPECT_EQ(models_of({served("gpt-4o-2024-11-20", 12), other}), "gpt-4o-2024-11-20 1;prod 1;");
  usage::UsageRecord none = failed("operation_without_tokens");
  none.backend_deployment = none.model = "";
  EXPECT_EQ(models_of({served("gpt-4o-2024-11-20", 12), none}), " 1;gpt-4o-2024-11-20 1;");
}

TEST(UsageSums, AreTheSameWhereNoModelIsShown) {
  const auto rows = rows_of({failed("error_answer"), served("a", 12), served("b", 8)}, {"client"});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].operations, 3);
  EXPECT_EQ(rows[0].total_tokens, 20);
  EXPECT_EQ(rows[0].average_total_tokens, 10.0);
}

TEST(UsageSums, TellWhatIsFreeFromWhatIsUnknown) {
  usage::UsageRecord cut = failed("answer_cut_off");
  cut.usage_basis = usage::UsageBasis::partial;
  const auto rows =
      rows_of({failed("error_answer"), failed("not_sent"), failed("operation_without_tokens"),
               failed("counted_at_creation"), failed("no_answer"), failed("opaque_body"),
               failed("empty_answer"), cut, served("prod", 0)});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].operations, 9);
  EXPECT_EQ(rows[0].without_usage, 8);
  EXPECT_EQ(rows[0].free, 4);
  EXPECT_EQ(rows[0].unknown(), 4);
  EXPECT_EQ(rows[0].estimated, 1);
}

TEST(UsageSums, TellWhatIsCachedAndWhatIsEstimated) {
  usage::UsageRecord exact = served("gpt-4o", 100);
  exact.tokens.cached_prompt = 64;
  usage::UsageRecord guessed = served("gpt-4o", 30);
  guessed.usage_basis = usage::UsageBasis::estimated;
  usage::UsageRecord part = served("gpt-4o", 5);
  part.usage_basis = usage::UsageBasis::partial;
  const std::vector<UsageRow> rows = rows_of({exact, guessed, part});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].total_tokens, 135);
  EXPECT_EQ(rows[0].cached_prompt_tokens, 64);
  EXPECT_EQ(rows[0].estimated, 2);
  EXPECT_EQ(rows[0].estimated_tokens, 35);
  EXPECT_EQ(rows_of({exact, guessed, part}, {"basis"}).size(), 3U);
}

/// Priced, in that currency; 0 nanos: nothing known.
usage::UsageRecord priced(std::int64_t nano, const std::string& currency) {
  usage::UsageRecord out = served("gpt-4o", 10);
  if (nano == 0) return out;
  out.cost_basis = usage::CostBasis::priced;
  out.cost_nano = nano;
  out.cost_currency = currency;
  return out;
}

TEST(UsageSums, WhatHasNoCostStandsWithWhatHasOne) {
  const auto rows = rows_of({priced(5, "EUR"), priced(0, ""), priced(7, "EUR")});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].cost_nano == Int128{12});
  EXPECT_EQ(rows[0].currency, "EUR");
  EXPECT_EQ(rows[0].unpriced, 1);
}

TEST(UsageSums, WithoutAnyAmountThereIsNoneAndNotZero) {
  const auto rows = rows_of({priced(0, "")});
  EXPECT_FALSE(rows.at(0).cost_nano.has_value());
  EXPECT_EQ(rows.at(0).currency, "");
}

TEST(UsageSums, CurrenciesAreNeverAdded) {
  const auto rows = rows_of({priced(5, "EUR"), priced(7, "USD"), priced(0, ""), priced(1, "EUR")});
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_FALSE(rows[0].cost_nano.has_value());
  EXPECT_EQ(rows[1].currency, "EUR");
  EXPECT_TRUE(rows[1].cost_nano == Int128{6});
  EXPECT_EQ(rows[2].currency, "USD");
  EXPECT_TRUE(rows[2].cost_nano == Int128{7});
}

// Whisper is billed by the second: its cost is in the sum.
TEST(UsageSums, WhatIsPricedByAnotherMeasureIsNotUnknown) {
  usage::UsageRecord spoken = priced(5, "EUR");
  spoken.tokens.total.reset();
  spoken.usage_basis = usage::UsageBasis::none;
  spoken.usage_reason = "billed_by_duration";
  usage::UsageRecord without_price = spoken;
  without_price.cost_basis = usage::CostBasis::unpriced;
  without_price.cost_nano.reset();
  const auto rows = rows_of({spoken, without_price});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].without_usage, 2);
  EXPECT_EQ(rows[0].priced_otherwise, 1);
  EXPECT_EQ(rows[0].unknown(), 1) << "on the bill and in no sum";
}

/// What nobody used of an hour of the deployment "ptu", with one operation beside it by one who has
/// no tag.
std::vector<UsageRow> rows_beside_unused(std::int64_t nano, const std::vector<std::string>& by) {
  const UsageGroups groups = UsageGroups::parse(by).value();
  const TimeZone utc;
  UsageSums sums(groups, utc);
  const usage::UsageRecord used = priced(5, "EUR");
  const ledger::RollupSums of_used = sums_of(used);
  sums.add({used.event_time, 0, used, of_used});
  usage::UsageRecord unused = served("gpt-4o", std::nullopt);
  unused.client_name = "";
  unused.tags.clear();
  unused.backend_deployment = "ptu";
  unused.cost_basis = usage::CostBasis::priced;
  unused.cost_reason = "unused_capacity";
  unused.cost_currency = "EUR";
  ledger::RollupSums of_unused;
  of_unused[ledger::RollupCount::cost_nano] = nano;
  sums.add({unused.event_time, 0, unused, of_unused});
  return sums.rows();
}

TEST(UsageSums, WhatNobodyUsedHasARowWithItsAmount) {
  for (const std::string by : {"client", "tag:cost_center", "day", "deployment", "model"}) {
    std::vector<UsageRow> rows = rows_beside_unused(7, {by});
    ASSERT_EQ(rows.size(), 2U) << by;
    if (rows[0].keys.front().empty()) std::swap(rows[0], rows[1]);  // a tag that is not there
    EXPECT_EQ(rows[0].keys.front(), "(unused capacity)") << by;
    EXPECT_EQ(rows[0].kind, RowKind::unused_capacity) << by;
    EXPECT_TRUE(rows[0].cost_nano == Int128{7}) << by;
    EXPECT_EQ(rows[0].currency, "EUR") << by;
    EXPECT_EQ(rows[0].operations, 0) << by;
    EXPECT_TRUE(rows[1].cost_nano == Int128{5}) << by;
  }
  EXPECT_EQ(rows_beside_unused(7, {"client", "deployment"})[0].keys,
            (std::vector<std::string>{"(unused capacity)", "ptu"}))
      << "what is known of it";
}

TEST(UsageSums, AnAmountBelowZeroIsKept) {
  EXPECT_TRUE(rows_beside_unused(-7, {"client"})[0].cost_nano == Int128{-7});
  EXPECT_EQ(rows_beside_unused(0, {"client"}).size(), 1U) << "nothing was unused";
}

TEST(UsageSums, WhatIsSharedOutAmongNobodyIsCountedApart) {
  usage::UsageRecord open = served("gpt-5", 10);
  open.cost_basis = usage::CostBasis::allocated_later;
  usage::UsageRecord never = open;
  never.cost_reason = "not_shared_out";
  const std::vector<UsageRow> rows = rows_of({open, never});
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].allocated_later, 2);
  EXPECT_EQ(rows[0].never_shared, 1);
}

}  // namespace
}  // namespace tollgate::reports
