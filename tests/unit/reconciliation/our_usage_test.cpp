// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/our_usage.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "reconciled.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::PriceClass;
using pricing::Tier;
using usage::UsageBasis;
using usage::UsageRecord;

OurPlace place_with(const UsageRecord& record, bool awaiting = false) {
  OurUsage ours(east());
  ours.add(record, awaiting);
  const auto found = ours.places().find(chat_place());
  return found == ours.places().end() ? OurPlace{} : found->second;
}

std::int64_t metric(const OurPlace& place, Metric metric) {
  return whole(place.metrics[static_cast<std::size_t>(metric)].quantity);
}

TEST(OurUsage, SumsByMeterAndMetric) {
  OurUsage ours(east());
  ours.add(chat_record(), false);
  ours.add(chat_record(), false);
  const OurPlace& place = ours.places().at(chat_place());
  const OurSum& input = place.meters.at({Tier::standard, PriceClass::input, false});
  EXPECT_EQ(whole(input.quantity), 2'000);
  EXPECT_EQ(whole(input.costs.at("USD").nano), 4'000'000);
  EXPECT_EQ(whole(input.unpriced), 0);
  EXPECT_EQ(metric(place, Metric::prompt_tokens), 2'000);
  EXPECT_EQ(metric(place, Metric::generated_tokens), 200);
  EXPECT_EQ(metric(place, Metric::requests), 2);
  EXPECT_EQ(place.operations, 2);
}

TEST(OurUsage, LongPromptsHaveAMeterOfTheirOwnWhereTheModelHas) {
  UsageRecord record = chat_record();
  record.tokens.prompt = 272'001;
  EXPECT_TRUE(place_with(record).meters.contains({Tier::standard, PriceClass::input, true}));
  record.tokens.prompt = 272'000;
  EXPECT_TRUE(place_with(record).meters.contains({Tier::standard, PriceClass::input, false}));
  record.tokens.prompt = 272'001;
  record.model = "gpt-4.1";
  EXPECT_TRUE(place_with(record).meters.contains({Tier::standard, PriceClass::input, false}));
}

TEST(OurUsage, WhatWasSpilledOverIsBilledWhereItWasServed) {
  UsageRecord record = chat_record();
  record.spilled_over = true;
  record.served_deployment = "chat-standard";
  OurUsage ours(east());
  ours.add(record, false);
  EXPECT_EQ(ours.places().at({"2026-11-29", "east", "chat-standard"}).operations, 1);
}

TEST(OurUsage, TriesThatWereSentAreRequestsWhereverTheyWent) {
  UsageRecord record = chat_record();
  record.attempts.insert(record.attempts.begin(),
                         {{"east", "other", 429, 5, "", "", "", {}, true},
                          {"east", "third", 0, 5, "refused", "", "", {}, false}});
  OurUsage ours(east());
  ours.add(record, false);
  EXPECT_EQ(metric(ours.places().at({"2026-11-29", "east", "other"}), Metric::requests), 1);
  EXPECT_FALSE(ours.places().contains({"2026-11-29", "east", "third"})) << "nothing left";
}

TEST(OurUsage, WhatHasNoPriceIsCountedApart) {
  UsageRecord record = chat_record();
  record.cost_components.erase(record.cost_components.begin());
  const OurPlace place = place_with(record);
  EXPECT_EQ(whole(place.meters.at({Tier::standard, PriceClass::input, false}).unpriced), 1'000);
  EXPECT_EQ(whole(place.meters.at({Tier::standard, PriceClass::output, false}).unpriced), 0);
}

TEST(OurUsage, WhatIsPaidByTheHourIsOnNoMeterAndInTheMetrics) {
  UsageRecord record = chat_record();
  record.cost_basis = usage::CostBasis::allocated_later;
  const OurPlace place = place_with(record);
  EXPECT_TRUE(place.meters.empty());
  EXPECT_EQ(metric(place, Metric::prompt_tokens), 1'000);
  EXPECT_EQ(place.doubts.by_capacity, 1);
}

// Once its hour is shared out the record has a price, and is still on no meter of tokens.
TEST(OurUsage, WhatIsPaidByTheHourStaysSoWhenItsHourIsSharedOut) {
  UsageRecord record = chat_record();
  record.cost_components = {{"provisioned", 1'100, "100", 1'100, "", 100}};
  OurPlace place = place_with(record);
  EXPECT_TRUE(place.meters.empty());
  EXPECT_EQ(whole(place.by_capacity[pricing::index_of(PriceClass::input)]), 1'000);
  record = chat_record();  // at list prices, by a sku that is paid by the hour
  record.sku = "GlobalProvisionedManaged";
  EXPECT_TRUE(place_with(record).meters.empty());
}

TEST(OurUsage, CurrenciesAreNotAdded) {
  OurUsage ours(east());
  ours.add(chat_record(), false);
  UsageRecord euros = chat_record();
  euros.cost_currency = "EUR";
  ours.add(euros, false);
  const OurSum& input =
      ours.places().at(chat_place()).meters.at({Tier::standard, PriceClass::input, false});
  EXPECT_EQ(whole(input.quantity), 2'000);
  EXPECT_EQ(whole(input.costs.at("USD").nano), 2'000'000);
  EXPECT_EQ(whole(input.costs.at("EUR").nano), 2'000'000);
}

TEST(OurUsage, TheListPriceIsKnownBesideWhatWasNegotiated) {
  UsageRecord record = chat_record();
  record.cost_components[0].percent = "-12";
  record.cost_components[0].cost_nano = 1'760'000;
  const OurPlace place = place_with(record);
  const OurCost& input =
      place.meters.at({Tier::standard, PriceClass::input, false}).costs.at("USD");
  EXPECT_EQ(whole(input.nano), 1'760'000);
  EXPECT_TRUE(input.list_pico == 2'000'000'000);
  EXPECT_EQ(whole(input.adjusted), 1'000);
}

TEST(OurUsage, DoubtsAreOfTheRecordsOwn) {
  UsageRecord record = chat_record();
  record.usage_basis = UsageBasis::estimated;
  EXPECT_EQ(place_with(record).doubts.estimated, 1);
  EXPECT_EQ(whole(place_with(record).meters.begin()->second.doubted), 1'000);
  record.usage_basis = UsageBasis::partial;
  EXPECT_EQ(place_with(record).doubts.partial, 1);
  record = chat_record();
  record.outcome = usage::Outcome::interrupted;
  record.usage_basis = UsageBasis::none;
  record.usage_reason = "gateway_interrupted";
  record.tokens = {};
  EXPECT_EQ(place_with(record).doubts.interrupted, 1);
  EXPECT_EQ(place_with(record).doubts.unreported, 1);
  EXPECT_EQ(place_with(record, true).doubts.awaiting, 1);
  record.usage_reason = "error_answer";
  EXPECT_EQ(place_with(record).operations, 0) << "it costs nothing";
  record = chat_record();
  record.event_time = *from_rfc3339("2026-11-29T23:59:59.5Z");
  EXPECT_EQ(place_with(record).doubts.across_midnight, 1);
  EXPECT_EQ(place_with(chat_record()).doubts.across_midnight, 0);
}

TEST(OurUsage, WhatWentOnOverMidnightMayBeCountedOnTheNextDay) {
  UsageRecord record = chat_record();
  record.event_time = *from_rfc3339("2026-11-29T23:59:59.5Z");
  OurUsage ours(east());
  ours.add(record, false);
  const OurPlace& next = ours.places().at({"2026-11-30", "east", "chat"});
  EXPECT_EQ(next.operations, 0);
  EXPECT_TRUE(next.meters.empty());
  const MeterKey input{Tier::standard, PriceClass::input, false};
  EXPECT_EQ(whole(next.carried.at({"2026-11-29", input}).quantity), 1'000);
  EXPECT_EQ(whole(next.carried_metrics.at({"2026-11-29", Metric::requests}).quantity), 1);
}

TEST(OurUsage, OfWhatBeganBeforeTheTimeThatAloneIsKept) {
  UsageRecord record = chat_record();
  OurUsage ours(east(), *from_rfc3339("2026-11-30T00:00:00Z"));
  ours.add(record, false);
  EXPECT_TRUE(ours.places().empty());
  record.event_time = *from_rfc3339("2026-11-29T23:59:59.5Z");
  ours.add(record, false);
  ASSERT_EQ(ours.places().size(), 1U);
  EXPECT_EQ(ours.places().begin()->first.day, "2026-11-30");
}

// Sums of 64 bits turned negative.
TEST(OurUsage, SumsOutgrowSixtyFourBits) {
  UsageRecord record = chat_record();
  record.tokens.prompt = std::numeric_limits<std::int64_t>::max();
  record.tokens.completion = 0;
  OurUsage ours(east());
  ours.add(record, false);
  ours.add(record, false);
  const auto& prompts =
      ours.places().at(chat_place()).metrics[static_cast<std::size_t>(Metric::prompt_tokens)];
  EXPECT_EQ(pricing::to_decimal(prompts.quantity, 0), "18446744073709551614");
}

TEST(OurUsage, KnowsTheLowestAndTheHighestPrice) {
  UsageRecord cheap = chat_record();
  cheap.cost_components[0].percent = "-12.5";
  UsageRecord dear = chat_record();
  dear.cost_components[0].price = "0.003";
  dear.cost_components[0].per = 1'000;
  OurUsage ours(east());
  ours.add(cheap, false);
  ours.add(dear, false);
  const OurCost& input = ours.places()
                             .at(chat_place())
                             .meters.at({Tier::standard, PriceClass::input, false})
                             .costs.at("USD");
  ASSERT_TRUE(input.a_million);
  EXPECT_EQ(pricing::to_decimal(input.a_million->lowest, 12), "1.75");
  EXPECT_EQ(pricing::to_decimal(input.a_million->highest, 12), "3");
}

}  // namespace
}  // namespace tollgate::reconciliation
