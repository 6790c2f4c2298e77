// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>

#include "reconciled.hpp"

namespace tollgate::reconciliation {
namespace {

constexpr pricing::Int128 kOne = 1'000'000'000'000;
constexpr const char* kInputMeter = "5.5 ShortCo inp Gl 1M Tokens";
constexpr const char* kOutputMeter = "5.5 ShortCo opt Gl 1M Tokens";
constexpr const char* kLongMeter = "5.5 LongCo inp Gl 1M Tokens";

/// Tokens and a cost in nanos.
BillRow row_of(const std::string& meter, std::int64_t tokens, std::int64_t nano) {
  return {"2026-11-29", "east", "chat", meter, "1M", kOne * tokens, pricing::Int128{nano} * 1'000,
          "USD"};
}

AzureBill bill_of(std::vector<BillRow> rows) { return {"USD", std::move(rows), true, {}}; }

/// That of one chat_record().
AzureBill equal_bill() {
  return bill_of({row_of(kInputMeter, 1'000, 2'000'000), row_of(kOutputMeter, 100, 800'000)});
}

Comparison compared(const AzureBill& bill, const std::vector<usage::UsageRecord>& records,
                    const ComparisonTerms& terms = {}) {
  OurUsage ours(east());
  for (const usage::UsageRecord& record : records) ours.add(record, false);
  return compare(bill, ours, terms);
}

std::string words_of(const ComparedRow& row) {
  std::string out;
  for (const Cause& cause : row.causes) out.append(out.empty() ? "" : " ").append(cause.word);
  return out;
}

TEST(Comparison, OfEqualSidesHasNoCauses) {
  const Comparison all = compared(equal_bill(), {chat_record()});
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_TRUE(all.notes.empty());
  for (const ComparedRow& row : all.rows) {
    EXPECT_EQ(words_of(row), "") << row.counted;
    EXPECT_TRUE(row.azure_quantity == row.our_quantity);
    EXPECT_TRUE(row.explained);
  }
}

TEST(Comparison, OfMoreAtAzureNamesOtherCallers) {
  const Comparison all =
      compared(bill_of({row_of(kInputMeter, 1'700, 3'400'000), row_of(kOutputMeter, 100, 800'000)}),
               {chat_record()});
  EXPECT_EQ(whole(all.rows[0].azure_quantity.value()), 1'700);
  EXPECT_EQ(whole(all.rows[0].our_quantity.value()), 1'000);
  EXPECT_EQ(words_of(all.rows[0]), "other_callers");
  EXPECT_FALSE(all.rows[0].explained);
  EXPECT_TRUE(all.rows[1].explained);
}

TEST(Comparison, OfMoreAtAzureNamesFirstWhatOurRecordsDoubt) {
  usage::UsageRecord interrupted = chat_record();
  interrupted.outcome = usage::Outcome::interrupted;
  interrupted.usage_basis = usage::UsageBasis::none;
  interrupted.usage_reason = "gateway_interrupted";
  interrupted.tokens = {};
  const AzureBill bill = bill_of({row_of(kInputMeter, 1'700, 3'400'000)});
  const ComparedRow row = compared(bill, {chat_record(), interrupted}).rows[0];
  EXPECT_EQ(words_of(row), "interrupted") << "an operation is told of once";
  EXPECT_TRUE(row.causes[0].text.starts_with("1 operation: ")) << row.causes[0].text;
  EXPECT_TRUE(row.explained) << "they may be all of it";
}

// Once for each operation, whatever else is doubted of it: of the kind that fits the gap.
TEST(Comparison, AnOperationIsToldOfOnceByWhatFitsTheGap) {
  usage::UsageRecord stopped = chat_record();
  stopped.outcome = usage::Outcome::interrupted;
  stopped.usage_basis = usage::UsageBasis::estimated;
  usage::UsageRecord estimated = chat_record();
  estimated.usage_basis = usage::UsageBasis::estimated;
  const std::vector<usage::UsageRecord> records{stopped, estimated};
  const ComparedRow more =
      compared(bill_of({row_of(kInputMeter, 2'700, 5'400'000)}), records).rows[0];
  EXPECT_EQ(words_of(more).substr(0, 21), "interrupted estimated");
  EXPECT_TRUE(more.causes[0].text.starts_with("1 operation: ")) << more.causes[0].text;
  EXPECT_TRUE(more.causes[1].text.starts_with("1 operation: ")) << more.causes[1].text;
  const ComparedRow less =
      compared(bill_of({row_of(kInputMeter, 700, 1'400'000)}), records).rows[0];
  EXPECT_EQ(words_of(less), "estimated");
  EXPECT_TRUE(less.causes[0].text.starts_with("2 operations: ")) << less.causes[0].text;
}

// Whose the rest is nobody can tell any more: nobody is accused.
TEST(Comparison, OfWhatIsLostAccusesNobody) {
  const AzureBill bill = bill_of({row_of(kInputMeter, 1'700, 3'400'000)});
  EXPECT_EQ(words_of(compared(bill, {chat_record()}, {true, ""}).rows[0]), "records_lost");
  const ComparedRow deleted = compared(bill, {chat_record()}, {false, "2026-11-29"}).rows[0];
  EXPECT_EQ(words_of(deleted), "records_lost");
  EXPECT_EQ(deleted.causes[0].text,
            "retention has deleted records up to 2026-11-29: whose the rest is cannot be told any "
            "more");
  EXPECT_EQ(words_of(compared(bill, {chat_record()}, {false, "2026-11-28"}).rows[0]),
            "other_callers")
      << "the records of that day are all there";
}

TEST(Comparison, OfAnotherTierNamesItAndNoOtherCallers) {
  usage::UsageRecord priority = chat_record();
  priority.service_tier = "priority";
  const Comparison all =
      compared(bill_of({row_of(kInputMeter, 2'000, 4'000'000)}), {chat_record(), priority});
  ASSERT_EQ(all.rows.size(), 4U);
  EXPECT_EQ(all.rows[0].counted, kInputMeter);
  EXPECT_EQ(words_of(all.rows[0]), "tier_differs");
  EXPECT_EQ(all.rows[0].causes[0].text,
            "the records here have 1000 more on tier priority: Azure billed another tier than they "
            "were priced by");
  EXPECT_FALSE(all.rows[0].explained);
  const auto other = std::ranges::find(all.rows, "input, tier priority", &ComparedRow::counted);
  EXPECT_EQ(words_of(*other), "no_row_at_azure tier_differs");
}

TEST(Comparison, OfTokensThatCapacityServedNamesIt) {
  usage::UsageRecord served = chat_record();
  served.sku = "GlobalProvisionedManaged";
  const AzureBill bill = bill_of({row_of(kInputMeter, 1'000, 2'000'000)});
  const ComparedRow row = compared(bill, {served}).rows[0];
  EXPECT_EQ(words_of(row), "by_capacity");
  EXPECT_FALSE(row.explained);
  const AzureBill more = bill_of({row_of(kInputMeter, 1'001, 2'002'000)});
  EXPECT_EQ(words_of(compared(more, {served}).rows[0]), "by_capacity other_callers");
}

TEST(Comparison, OfEqualTokensAtAnotherCostNamesThePrice) {
  const ComparedRow row =
      compared(bill_of({row_of(kInputMeter, 1'000, 2'200'000)}), {chat_record()}).rows[0];
  EXPECT_EQ(words_of(row), "price_differs");
  EXPECT_EQ(
      row.causes[0].text,
      "the quantities are equal: Azure charged 2.2 USD a million; 2 USD a million was charged "
      "here, on average");
  EXPECT_FALSE(row.explained);
}

TEST(Comparison, OfADiscountOfOursNamesTheAdjustment) {
  usage::UsageRecord record = chat_record();
  record.cost_components[0].percent = "-12";
  record.cost_components[0].cost_nano = 1'760'000;
  const ComparedRow row =
      compared(bill_of({row_of(kInputMeter, 1'000, 2'000'000)}), {record}).rows[0];
  EXPECT_EQ(words_of(row), "adjustment");
  EXPECT_TRUE(row.explained);
  const ComparedRow other =
      compared(bill_of({row_of(kInputMeter, 1'000, 2'100'000)}), {record}).rows[0];
  EXPECT_EQ(words_of(other), "price_differs");
  EXPECT_TRUE(other.causes[0].text.ends_with(
      "1.76 USD a million was charged here, on average, after adjustments; before them 2 USD a "
      "million"))
      << other.causes[0].text;
}

TEST(Comparison, OfTokensWithoutAPriceSaysThatTheyHaveNone) {
  usage::UsageRecord record = chat_record();
  record.cost_components.clear();
  const ComparedRow row = compared(equal_bill(), {record}).rows[0];
  EXPECT_EQ(words_of(row), "unpriced");
  EXPECT_TRUE(row.explained);
  EXPECT_FALSE(row.our_nano) << "no price is no price of 0";
  EXPECT_EQ(whole(row.unpriced), 1'000);
}

// Each record is rounded once; the bill is the sum of what is exact.
TEST(Comparison, OfCostsForgivesTheRoundingOfEachRecordAndNoMore) {
  EXPECT_EQ(
      words_of(compared(bill_of({row_of(kInputMeter, 1'000, 2'000'002)}), {chat_record()}).rows[0]),
      "");
  EXPECT_EQ(
      words_of(compared(bill_of({row_of(kInputMeter, 1'000, 2'000'003)}), {chat_record()}).rows[0]),
      "price_differs");
}

TEST(Comparison, OfMoreHereSaysThatTheFileMayNotBeComplete) {
  const Comparison all = compared(bill_of({row_of(kInputMeter, 900, 1'800'000)}), {chat_record()});
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(words_of(all.rows[0]), "more_here");
  EXPECT_EQ(words_of(all.rows[1]), "no_row_at_azure more_here") << "output has no row";
  EXPECT_EQ(all.rows[1].counted, "output");
  EXPECT_FALSE(all.rows[1].azure_quantity);
  EXPECT_FALSE(all.rows[1].explained);
}

// What a request never used cannot be why the records have more than Azure.
TEST(Comparison, OfMoreHereIsExplainedByWhatMayBeTooMuchAlone) {
  usage::UsageRecord unreported = chat_record();
  unreported.usage_basis = usage::UsageBasis::none;
  unreported.usage_reason = "gateway_interrupted";
  unreported.tokens = {};
  const AzureBill bill = bill_of({row_of(kOutputMeter, 100, 800'000)});
  const auto input = [&](const std::vector<usage::UsageRecord>& records) {
    const Comparison all = compared(bill, records);
    return *std::ranges::find(all.rows, "input", &ComparedRow::counted);
  };
  EXPECT_FALSE(input({chat_record(), unreported}).explained);
  usage::UsageRecord estimated = chat_record();
  estimated.usage_basis = usage::UsageBasis::estimated;
  EXPECT_TRUE(input({estimated}).explained);
  EXPECT_FALSE(input({estimated, chat_record()}).explained) << "1,000 of 2,000 are counted";
}

TEST(Comparison, OfADayThatTheFileLacksSaysSo) {
  usage::UsageRecord next = chat_record();
  next.event_time = *from_rfc3339("2026-11-30T12:00:00Z");
  const Comparison all = compared(equal_bill(), {chat_record(), next});
  ASSERT_EQ(all.notes.size(), 1U);
  EXPECT_EQ(all.notes[0], "Azure's file has no row of 2026-11-30, and the records have");
}

TEST(Comparison, OfLongAndShortPromptsGoesByTheirMeters) {
  usage::UsageRecord long_one = chat_record();
  long_one.tokens.prompt = 300'000;
  long_one.cost_components[0].quantity = 300'000;
  long_one.cost_components[0].cost_nano = 1'200'000'000;
  const Comparison all = compared(
      bill_of({row_of(kInputMeter, 1'000, 2'000'000), row_of(kLongMeter, 300'000, 1'200'000'000),
               row_of("5.5 opt Gl 1M Tokens", 200, 1'600'000)}),
      {chat_record(), long_one});
  ASSERT_EQ(all.rows.size(), 3U);
  for (const ComparedRow& row : all.rows) EXPECT_EQ(words_of(row), "") << row.counted;
}

TEST(Comparison, OfWhatCannotBeComparedSaysSo) {
  BillRow untagged = row_of(kInputMeter, 1, 1);
  untagged.deployment.clear();
  AzureBill bill = bill_of({untagged, row_of("Web Search 1K", 3, 5)});
  bill.left_out = {{LeftOutFor::resource, "2026-11-29", "north", "USD", 1'000}};
  const Comparison all = compared(bill, {});
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(words_of(all.rows[0]), "no_deployment_tag");
  EXPECT_EQ(words_of(all.rows[1]), "meter_not_known");
  EXPECT_FALSE(all.rows[1].our_quantity);
  ASSERT_EQ(all.notes.size(), 3U);
  EXPECT_EQ(all.notes[0],
            "1 row of a resource that no backend stands for (north), 0.000000001 USD: left out; "
            "backends.*.resource_id names a backend's");
  EXPECT_EQ(all.used, 2U);
}

// They were called explained, and the command ended well whatever they cost.
TEST(Comparison, OfWhatCannotBeComparedExplainsNothingAndSaysWhatItComesTo) {
  BillRow untagged = row_of(kInputMeter, 1, 1'500'000'000);
  untagged.deployment.clear();
  BillRow another = row_of(kOutputMeter, 1, 500'000'000);
  another.deployment.clear();
  const Comparison all = compared(bill_of({untagged, another, row_of("Web Search 1K", 3, 5)}), {});
  ASSERT_EQ(all.rows.size(), 3U);
  for (const ComparedRow& row : all.rows) EXPECT_FALSE(row.explained) << row.counted;
  EXPECT_EQ(all.rows[0].causes[0].text,
            "the row has no tag `deployment`: 1.5 USD that nothing here can be compared with");
  EXPECT_EQ(all.notes,
            (std::vector<std::string>{
                "2 USD that Azure charged on 2 lines without the tag `deployment`: nothing here "
                "can be put beside it, and nothing explains it",
                "0.000000005 USD that Azure charged on 1 line of meters that are not known here: "
                "nothing here can be put beside it, and nothing explains it"}));
}

// A meter in other letters was a row of its own, and its unit none that is known.
TEST(Comparison, OfAMeterInCapitalsIsThatOfTheMeter) {
  std::string capitals(kInputMeter);
  for (char& c : capitals) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  AzureBill bill = equal_bill();
  bill.rows[0].quantity = kOne * 400;
  bill.rows.push_back(row_of(capitals, 600, 0));
  const Comparison all = compared(bill, {chat_record()});
  ASSERT_EQ(all.rows.size(), 2U);
  EXPECT_EQ(all.rows[0].counted, kInputMeter);
  EXPECT_TRUE(all.rows[0].explained);
  bill = bill_of({row_of("web search", 1, 1), row_of("Web Search", 2, 1)});
  EXPECT_EQ(compared(bill, {}).rows.size(), 1U);
  bill = bill_of({row_of(capitals, 0, 2'000'000)});
  bill.rows[0].unit = "1M TOKENS";
  bill.rows[0].quantity = kOne / 1'000;
  bill.in_tokens = false;
  EXPECT_EQ(whole(compared(bill, {chat_record()}).rows[0].azure_quantity.value()), 1'000);
}

// "the bill is in , and records have costs in USD", and thirty days on a line.
TEST(Comparison, OfABillWithoutRowsSaysBetweenWhichDaysTheRecordsAre) {
  std::vector<usage::UsageRecord> records;
  for (int day = 0; day < 4; ++day) {
    usage::UsageRecord& record = records.emplace_back(chat_record());
    record.event_time -= std::chrono::hours(24 * day);
  }
  AzureBill bill;
  bill.left_out = {{LeftOutFor::resource, "2026-11-29", "north", "", 1'000}};
  EXPECT_EQ(compared(bill, records).notes,
            (std::vector<std::string>{
                "1 row of a resource that no backend stands for (north), 0.000000001 of a currency "
                "that is not told: left out; backends.*.resource_id names a backend's",
                "Azure's file has no row of 4 days from 2026-11-26 to 2026-11-29, and the records "
                "have"}));
}

// It goes by what the records cost, and not by what the list is in today.
TEST(Comparison, OfAnotherCurrencyComparesNoCosts) {
  usage::UsageRecord euros = chat_record();
  euros.cost_currency = "EUR";
  const Comparison all = compared(equal_bill(), {euros});
  EXPECT_FALSE(all.rows[0].our_nano);
  EXPECT_EQ(whole(all.rows[0].other_nano.at("EUR")), 2'000'000);
  EXPECT_EQ(words_of(all.rows[0]), "currency_differs");
  EXPECT_EQ(all.rows[0].causes[0].text,
            "1000 of 1000 have a price in EUR here, 0.002 in all: not compared with the bill's "
            "USD");
  ASSERT_EQ(all.notes.size(), 1U);
  EXPECT_EQ(all.notes[0],
            "the bill is in USD, and records have costs in EUR too: these are told apart and not "
            "compared");
}

TEST(Comparison, OfTwoCurrenciesAddsThemNever) {
  usage::UsageRecord euros = chat_record();
  euros.cost_currency = "EUR";
  const AzureBill bill = bill_of({row_of(kInputMeter, 2'000, 4'000'000)});
  const ComparedRow row = compared(bill, {chat_record(), euros}).rows[0];
  EXPECT_EQ(whole(row.our_nano.value()), 2'000'000);
  EXPECT_EQ(whole(row.other_nano.at("EUR")), 2'000'000);
  EXPECT_EQ(words_of(row), "currency_differs");
}

TEST(Comparison, OfBlocksMultipliesByTheUnitOfMeasure) {
  AzureBill bill = bill_of({row_of(kInputMeter, 0, 2'000'000)});
  bill.rows[0].unit = "1K";
  bill.rows[0].quantity = kOne;  // a thousand tokens
  bill.in_tokens = false;
  const Comparison all = compared(bill, {chat_record()});
  EXPECT_EQ(whole(all.rows[0].azure_quantity.value()), 1'000);
}

TEST(Comparison, OfMetricsCountsRequestsToo) {
  OurUsage ours(east());
  ours.add(chat_record(), false);
  const auto metric = [](Metric metric, std::int64_t total) {
    return MetricRow{"2026-11-29", "east", "chat", metric, total};
  };
  const Comparison all =
      compare(AzureMetrics{{metric(Metric::prompt_tokens, 600), metric(Metric::prompt_tokens, 400),
                            metric(Metric::requests, 3)},
                           {}},
              ours, {});
  ASSERT_EQ(all.rows.size(), 3U);
  EXPECT_EQ(all.rows[0].counted, "ProcessedPromptTokens");
  EXPECT_EQ(words_of(all.rows[0]), "");
  EXPECT_EQ(all.rows[1].counted, "GeneratedTokens");
  EXPECT_EQ(words_of(all.rows[1]), "more_here");
  EXPECT_EQ(words_of(all.rows[2]), "other_callers");
  EXPECT_TRUE(all.rows[2].causes[0].text.starts_with("Azure counts requests that this gateway"));
}

// It said so where all of them were estimated, or had no usage.
TEST(Comparison, ThatEveryRecordIsReportedIsSaidOfThoseAlone) {
  const auto last_words = [](usage::UsageBasis basis, Metric metric) {
    usage::UsageRecord record = chat_record();
    record.usage_basis = basis;
    OurUsage ours(east());
    ours.add(record, false);
    const auto all =
        compare(AzureMetrics{{{"2026-11-29", "east", "chat", metric, 0}}, {}}, ours, {});
    const std::string counted{to_string(metric)};
    const auto row = std::ranges::find(all.rows, counted, &ComparedRow::counted);
    return row->causes.back().text;
  };
  const std::string rest = ": Azure's file is not complete yet, or names another deployment";
  EXPECT_EQ(last_words(usage::UsageBasis::reported, Metric::prompt_tokens),
            "every record here is reported" + rest);
  EXPECT_EQ(last_words(usage::UsageBasis::partial, Metric::prompt_tokens),
            "nothing that is doubted here can be the reason" + rest);
  EXPECT_EQ(last_words(usage::UsageBasis::estimated, Metric::requests),
            "this gateway has sent more requests than Azure counts" + rest);
}

}  // namespace
}  // namespace tollgate::reconciliation
