// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/price_list.hpp"

#include <gtest/gtest.h>

#include <string>

#include "prices.hpp"

namespace tollgate::pricing {
namespace {

PriceEntry priced(std::string model, std::string_view input, std::string_view from = "2026-01-01") {
  return entry(std::move(model), {{PriceClass::input, input}}, from);
}

PriceEntry in(PriceEntry given, Scope scope, Tier tier = Tier::standard) {
  given.scope = scope;
  given.tier = tier;
  return given;
}

/// The price of its input, or what is missing.
std::string found(const PriceList& list, PriceQuestion question) {
  const FoundPrice price = list.find(question);
  return price.entry == nullptr ? std::string(price.missing)
                                : price.entry->rates[index_of(PriceClass::input)]->text;
}

std::string found(const PriceList& list, std::string_view model) {
  return found(list, {.model = model, .time = day("2026-07-01")});
}

TEST(PriceListTest, FindsAModelByItsNameThenWithoutItsDate) {
  const PriceList list =
      list_of({priced("gpt-5", "1"), priced("gpt-5-2026-03-03", "2"), priced("gpt-5-mini", "3")});
  EXPECT_EQ(found(list, "gpt-5"), "1");
  EXPECT_EQ(found(list, "gpt-5-2026-02-02"), "1");
  EXPECT_EQ(found(list, "gpt-5-2026-03-03"), "2") << "the exact name first";
  EXPECT_EQ(found(list, "gpt-5-mini-2026-02-02"), "3");
  EXPECT_EQ(found(list, "gpt-5-nano"), "no_price_for_model") << "no prefix of a name is its model";
  EXPECT_EQ(found(list, "gpt-5-mini-2026-02"), "no_price_for_model");
  EXPECT_EQ(found(list, "GPT-5"), "no_price_for_model");
}

TEST(PriceListTest, TakesTheScopesOwnPriceThenTheOneForAny) {
  const PriceList list =
      list_of({in(priced("a", "1"), Scope::any), in(priced("a", "2"), Scope::data_zone)});
  const auto scoped = [&](Scope scope) {
    return found(list, {.model = "a", .scope = scope, .time = day("2026-07-01")});
  };
  EXPECT_EQ(scoped(Scope::data_zone), "2");
  EXPECT_EQ(scoped(Scope::global), "1");
  EXPECT_EQ(scoped(Scope::any), "1");
}

TEST(PriceListTest, SaysWhatIsMissing) {
  const PriceList list = list_of({in(priced("a", "1", "2026-06-01"), Scope::global)});
  const auto asked = [&](Scope scope, Tier tier, std::string_view date) {
    return found(list, {.model = "a", .scope = scope, .tier = tier, .time = day(date)});
  };
  EXPECT_EQ(asked(Scope::global, Tier::standard, "2026-06-01"), "1");
  EXPECT_EQ(asked(Scope::any, Tier::standard, "2026-06-01"), "no_price_for_scope")
      << "whose scope nobody told: none is guessed";
  EXPECT_EQ(asked(Scope::regional, Tier::standard, "2026-06-01"), "no_price_for_scope");
  EXPECT_EQ(asked(Scope::global, Tier::priority, "2026-06-01"), "no_price_for_tier");
  EXPECT_EQ(asked(Scope::global, Tier::standard, "2026-05-31"), "no_price_at_that_time");
  EXPECT_EQ(found(list, {.model = "a-2026-01-01",
                         .scope = Scope::global,
                         .tier = Tier::flex,
                         .time = day("2026-06-01")}),
            "no_price_for_tier")
      << "of the name without its date, which is nearer";
}

TEST(PriceListTest, ChangesPricesAtTheBeginningOfADay) {
  const PriceList list = list_of({priced("a", "2", "2026-06-01"), priced("a", "1")});
  const auto at = [&](UtcTime time) { return found(list, {.model = "a", .time = time}); };
  EXPECT_EQ(at(day("2026-06-01") - microseconds(1)), "1");
  EXPECT_EQ(at(day("2026-06-01")), "2");
}

TEST(PriceListTest, AnEntryEndsBeforeItsEnd) {
  PriceEntry ends = priced("a", "1");
  ends.until = day("2026-06-01");
  const PriceList list = list_of({ends});
  const auto at = [&](UtcTime time) { return found(list, {.model = "a", .time = time}); };
  EXPECT_EQ(at(day("2026-06-01") - microseconds(1)), "1");
  EXPECT_EQ(at(day("2026-06-01")), "no_price_at_that_time");
}

TEST(PriceListTest, AClientsOwnAdjustmentStandsInPlaceOfTheOneForAll) {
  const PriceList list = list_of(
      {}, {{"", -120'000, day("2026-01-01"), {}}, {"retail", -50'000, day("2026-06-01"), {}}});
  EXPECT_EQ(list.adjustment("retail", day("2026-05-31")), -120'000);
  EXPECT_EQ(list.adjustment("retail", day("2026-06-01")), -50'000);
  EXPECT_EQ(list.adjustment("other", day("2026-06-01")), -120'000);
  EXPECT_EQ(list.adjustment("other", day("2025-12-31")), 0);
}

std::string faults(const std::vector<PriceEntry>& entries,
                   const std::vector<Adjustment>& adjustments = {}) {
  std::string out;
  for (const PriceFault& fault : faults_of(entries, adjustments))
    out.append(std::to_string(fault.line)).append(": ").append(fault.message).append("\n");
  return out;
}

PriceEntry dated(int line, std::string_view from, std::string_view until = "") {
  PriceEntry out = priced("a", "1", from);
  out.line = line;
  if (!until.empty()) out.until = day(until);
  return out;
}

TEST(PriceListTest, MayHaveEntriesThatFollowEachOther) {
  EXPECT_EQ(faults({dated(1, "2026-01-01"), dated(2, "2026-02-01")}), "")
      << "ends where one begins";
  EXPECT_EQ(faults({dated(2, "2026-02-01"), dated(1, "2026-01-01", "2026-02-01")}), "");
  EXPECT_EQ(faults({dated(1, "2026-01-01"), in(dated(2, "2026-01-01"), Scope::global),
                    in(dated(3, "2026-01-01"), Scope::any, Tier::flex)}),
            "")
      << "of other scopes and tiers";
}

TEST(PriceListTest, EveryOverlapIsAFault) {
  EXPECT_EQ(faults({dated(4, "2026-01-01"), dated(9, "2026-01-01")}),
            "9: the price of a, tier default from 2026-01-01 is given twice: on this line and on "
            "line 4\n");
  EXPECT_EQ(faults({dated(4, "2026-01-01", "2026-03-01"), dated(9, "2026-02-01")}),
            "9: the price of a, tier default from 2026-02-01 overlaps the one before it (line 4, "
            "from 2026-01-01): end that one with until: 2026-02-01, or without until\n");
}

TEST(PriceListTest, EveryGapIsAFault) {
  EXPECT_EQ(faults({dated(4, "2026-01-01", "2026-02-01"), dated(9, "2026-03-01")}),
            "9: the price of a, tier default from 2026-03-01 leaves a gap from 2026-02-01 to "
            "2026-03-01 behind the one before it (line 4, from 2026-01-01)\n");
}

TEST(PriceListTest, AnEndIsBehindItsBeginning) {
  EXPECT_EQ(faults({dated(4, "2026-02-01", "2026-02-01")}),
            "4: the price of a, tier default ends on 2026-02-01, not after it begins\n");
}

TEST(PriceListTest, AdjustmentsAreHeldToTheSame) {
  Adjustment first{"retail", -1, day("2026-01-01"), {}, 3};
  Adjustment second{"retail", -2, day("2026-01-01"), {}, 5};
  EXPECT_EQ(faults({}, {first, second}),
            "5: the adjustment for client retail from 2026-01-01 is given twice: on this line and "
            "on line 3\n");
  second.client = "";
  EXPECT_EQ(faults({}, {first, second}), "");
}

}  // namespace
}  // namespace tollgate::pricing
