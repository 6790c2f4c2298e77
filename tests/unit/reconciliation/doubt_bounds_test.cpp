// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>

#include "reconciled.hpp"
#include "tollgate/reconciliation/comparison.hpp"

// A doubt explains no more than it can be itself.
namespace tollgate::reconciliation {
namespace {

constexpr pricing::Int128 kOne = 1'000'000'000'000;
constexpr const char* kInput = "5.5 ShortCo inp Gl 1M Tokens";
constexpr const char* kOutput = "5.5 ShortCo opt Gl 1M Tokens";

/// Input at 2 USD a million, output at 8.
BillRow row_on(const std::string& day, const std::string& meter, std::int64_t tokens) {
  const std::int64_t pico = meter == kInput ? 2'000'000 : 8'000'000;
  return {day, "east", "chat", meter, "1M", kOne * tokens, pricing::Int128{tokens} * pico, "USD"};
}

Comparison compared(std::vector<BillRow> rows, const std::vector<usage::UsageRecord>& records) {
  OurUsage ours(east());
  for (const usage::UsageRecord& record : records) ours.add(record, false);
  return compare(AzureBill{"USD", std::move(rows), true, {}}, ours, {});
}

/// "cause cause +" of the row; + is explained, - is not.
std::string told(const Comparison& all, const std::string& day, const std::string& counted) {
  const auto row = std::ranges::find_if(all.rows, [&](const ComparedRow& one) {
    return one.place.day == day && one.counted == counted;
  });
  if (row == all.rows.end()) return "no row";
  std::string out;
  for (const Cause& cause : row->causes) out.append(cause.word).append(" ");
  return out + (row->explained ? "+" : "-");
}

/// Without its completion.
usage::UsageRecord partial_record() {
  usage::UsageRecord out = chat_record();
  out.usage_basis = usage::UsageBasis::partial;
  out.usage_reason = "count_missing";
  out.tokens.completion = std::nullopt;
  out.cost_components.pop_back();
  return out;
}

// One operation of a few tokens hid 897 million of somebody else's.
TEST(DoubtBounds, OfAPartialOneAreWhatItsAnswerDidNotTell) {
  const Comparison all =
      compared({row_on("2026-11-29", kInput, 900'000'000), row_on("2026-11-29", kOutput, 128'000)},
               {partial_record()});
  EXPECT_EQ(told(all, "2026-11-29", kInput), "partial other_callers -");
  EXPECT_EQ(all.rows[0].causes[1].text.substr(0, 42), "899999000 is more than the above can be: o");
  EXPECT_EQ(told(all, "2026-11-29", kOutput), "partial +");
}

TEST(DoubtBounds, AreForAllMetersOfAPlaceTogether) {
  const Comparison all = compared({row_on("2026-11-29", kOutput, 128'001)}, {partial_record()});
  EXPECT_EQ(told(all, "2026-11-29", kOutput), "partial other_callers -");
  const Comparison two = compared({row_on("2026-11-29", kOutput, 100'000),
                                   row_on("2026-11-29", "5.5 LongCo opt Gl 1M Tokens", 100'000)},
                                  {partial_record()});
  EXPECT_EQ(std::ranges::count(two.rows, false, &ComparedRow::explained), 2)
      << "one of both, and the input that the file lacks";
}

// A price was not looked at where the quantities differ.
TEST(DoubtBounds, ExplainNoOtherPrice) {
  usage::UsageRecord estimated = chat_record();
  estimated.usage_basis = usage::UsageBasis::estimated;
  BillRow dear = row_on("2026-11-29", kInput, 1'001);
  EXPECT_EQ(told(compared({dear}, {estimated}), "2026-11-29", kInput), "estimated +");
  dear.cost += pricing::Int128{900} * kOne;
  const Comparison all = compared({dear}, {estimated});
  EXPECT_EQ(told(all, "2026-11-29", kInput), "estimated price_differs -");
  EXPECT_TRUE(all.rows[0].causes[1].text.ends_with("; the price here is 2 USD a million"))
      << all.rows[0].causes[1].text;
}

usage::UsageRecord over_midnight() {
  usage::UsageRecord out = chat_record();
  out.event_time = *from_rfc3339("2026-11-28T23:59:59.5Z");
  return out;
}

// The day on which Azure counted it was accused of other callers.
TEST(DoubtBounds, OfWhatWentOnOverMidnightAreTheNextDaysToo) {
  const Comparison all =
      compared({row_on("2026-11-28", kInput, 10), row_on("2026-11-29", kInput, 1'000),
                row_on("2026-11-29", kOutput, 100)},
               {over_midnight()});
  EXPECT_EQ(told(all, "2026-11-29", kInput), "across_midnight other_callers -")
      << "10 of it are on the first day";
  const Comparison shifted = compared(
      {row_on("2026-11-29", kInput, 1'000), row_on("2026-11-29", kOutput, 100)}, {over_midnight()});
  EXPECT_EQ(told(shifted, "2026-11-29", kInput), "across_midnight +");
  EXPECT_EQ(told(shifted, "2026-11-29", kOutput), "across_midnight +");
  EXPECT_EQ(told(shifted, "2026-11-28", "input"), "no_row_at_azure across_midnight +");
}

// 1,000 tokens explained 500 million more on the day on which they began.
TEST(DoubtBounds, OfWhatWentOnOverMidnightExplainOnlyLessOnTheFirstDay) {
  const Comparison more = compared({row_on("2026-11-28", kInput, 500'000'000)}, {over_midnight()});
  EXPECT_EQ(told(more, "2026-11-28", kInput), "other_callers -");
  const Comparison twice =
      compared({row_on("2026-11-28", kInput, 1'000), row_on("2026-11-29", kInput, 1'000)},
               {over_midnight()});
  EXPECT_EQ(told(twice, "2026-11-28", kInput), "+");
  EXPECT_EQ(told(twice, "2026-11-29", kInput), "other_callers -");
  const Comparison nowhere = compared(
      {row_on("2026-11-28", kInput, 0), row_on("2026-11-29", kInput, 0)}, {over_midnight()});
  EXPECT_EQ(told(nowhere, "2026-11-28", kInput), "across_midnight more_here -");
}

TEST(DoubtBounds, AreThoseOfMetricsToo) {
  OurUsage ours(east());
  ours.add(over_midnight(), false);
  const AzureMetrics metrics{{{"2026-11-29", "east", "chat", Metric::requests, 1},
                              {"2026-11-29", "east", "chat", Metric::prompt_tokens, 1'001}},
                             {}};
  const Comparison all = compare(metrics, ours, {});
  EXPECT_EQ(told(all, "2026-11-29", "AzureOpenAIRequests"), "across_midnight +");
  EXPECT_EQ(told(all, "2026-11-29", "ProcessedPromptTokens"), "across_midnight other_callers -");
  EXPECT_EQ(told(all, "2026-11-28", "AzureOpenAIRequests"), "across_midnight +");
}

// They were "more requests than Azure counts", and nothing said which those could be.
TEST(DoubtBounds, OfTriesThatFailedExplainFewerRequests) {
  usage::UsageRecord record = chat_record();
  record.attempts.insert(record.attempts.begin(), 2,
                         {"east", "chat", 503, 9, "", "", "", {}, true});
  OurUsage ours(east());
  ours.add(record, false);
  const auto requests = [&](std::int64_t azure) {
    return compare(AzureMetrics{{{"2026-11-29", "east", "chat", Metric::requests, azure}}, {}},
                   ours, {});
  };
  constexpr const char* kRequests = "AzureOpenAIRequests";
  EXPECT_EQ(told(requests(3), "2026-11-29", kRequests), "+") << "Azure counts them";
  EXPECT_EQ(told(requests(1), "2026-11-29", kRequests), "failed_tries +");
  EXPECT_EQ(told(requests(0), "2026-11-29", kRequests), "failed_tries more_here -");
  EXPECT_EQ(told(requests(4), "2026-11-29", kRequests), "other_callers -");
  const Comparison all = requests(1);
  const auto row = std::ranges::find(all.rows, kRequests, &ComparedRow::counted);
  EXPECT_EQ(row->causes[0].text,
            "2 tries here ended with a 5xx or with no answer: Azure's figure may be without them");
}

// Sums of 64 bits turned negative, and what was beyond them was 0.
TEST(DoubtBounds, OfHugeSumsAreExact) {
  const std::vector<MetricRow> rows(
      1'025, {"2026-11-29", "east", "chat", Metric::prompt_tokens, 9'007'199'254'740'992});
  const Comparison metrics = compare(AzureMetrics{rows, {}}, OurUsage(east()), {});
  EXPECT_EQ(pricing::to_decimal(*metrics.rows[0].azure_quantity, 0), "9232379236109516800");
  BillRow row = row_on("2026-11-29", kInput, 0);
  row.unit = "1M";
  row.quantity = kOne * 100'000'000'000'000;
  OurUsage none(east());
  const Comparison bill = compare(AzureBill{"USD", {row}, false, {}}, none, {});
  EXPECT_EQ(pricing::to_decimal(*bill.rows[0].azure_quantity, 0), "100000000000000000000");
}

TEST(DoubtBounds, OfAnotherCurrencyAreToldAndNotCompared) {
  BillRow euros = row_on("2026-11-29", kInput, 400);
  euros.currency = "EUR";
  const Comparison all = compared({row_on("2026-11-29", kInput, 600), euros}, {chat_record()});
  EXPECT_EQ(told(all, "2026-11-29", kInput), "currency_differs -");
  EXPECT_EQ(whole(all.rows[0].azure_quantity.value()), 1'000);
  EXPECT_EQ(all.notes[0],
            "1 row is in EUR and most are in USD: their quantities are compared, and their costs "
            "are not");
}

TEST(DoubtBounds, OfCapacityHaveNoCostOfAMeter) {
  usage::UsageRecord served = chat_record();
  served.sku = "GlobalProvisionedManaged";
  const ComparedRow row = compared({row_on("2026-11-29", kInput, 1'000)}, {served}).rows[0];
  EXPECT_FALSE(row.our_nano) << "paid by the hour is not 0";
  EXPECT_EQ(whole(row.by_capacity), 1'000);
}

}  // namespace
}  // namespace tollgate::reconciliation
