// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "causes.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kPicosPerNano = 1'000;
constexpr std::int64_t kMillionth = 1'000'000;

std::string operations(std::int64_t number) {
  return std::to_string(number) + (number == 1 ? " operation" : " operations");
}

/// Of which gaps a doubt may be the reason.
enum class GapOf { more_at_azure, more_tokens_here, more_requests_here };

/// A doubt and what it says.
struct DoubtRow {
  std::string_view word;
  std::int64_t Doubts::*count;
  std::string_view text;
  bool tokens_here = false;    ///< records may have more tokens than were billed
  bool requests_here = false;  ///< a request may have left, and not have come to the backend
};
constexpr std::array kDoubtRows{
    DoubtRow{cause::kInterrupted, &Doubts::interrupted,
             "the gateway stopped in the middle, and what they used is not known whole", false,
             true},
    DoubtRow{cause::kUnreported, &Doubts::unreported,
             "the backend may have worked, and nothing is known of what was used", false, true},
    DoubtRow{cause::kPartial, &Doubts::partial,
             "not all that is billed was in the backend's answer"},
    DoubtRow{cause::kEstimated, &Doubts::estimated,
             "Tollgate counted, for the backend reported nothing", true},
    DoubtRow{cause::kAwaiting, &Doubts::awaiting, "still going on at the backend"},
    DoubtRow{cause::kAcrossMidnight, &Doubts::across_midnight,
             "began on this day (UTC) and ended on the next, where Azure may count them", true,
             true}};

bool concerns(const DoubtRow& row, GapOf gap) {
  if (gap == GapOf::more_at_azure) return true;
  return gap == GapOf::more_tokens_here ? row.tokens_here : row.requests_here;
}

/// How many operations are doubted.
std::int64_t add_doubts(const Evidence& evidence, GapOf gap, std::vector<Cause>& out) {
  std::int64_t all = 0;
  if (evidence.place == nullptr) return all;
  for (const DoubtRow& row : kDoubtRows) {
    const std::int64_t count = evidence.place->doubts.*row.count;
    if (count == 0 || !concerns(row, gap)) continue;
    all += count;
    out.push_back({row.word, operations(count) + ": " + std::string(row.text)});
  }
  return all;
}

/// Whether records of the day are gone; that is said.
bool add_lost(ComparedRow& row, const Evidence& evidence) {
  const ComparisonTerms& terms = *evidence.terms;
  const bool deleted = row.place.day <= terms.deleted_to;
  if (deleted) {
    row.causes.push_back({cause::kLost, "retention has deleted records up to " + terms.deleted_to +
                                            ": whose the rest is cannot be told any more"});
  } else if (terms.records_lost) {
    row.causes.push_back({cause::kLost,
                          "the ledger has lost records of this time: whose the rest is cannot be "
                          "told"});
  }
  return deleted || terms.records_lost;
}

/// How much of a gap our own records have on another tier's meter, or Azure has there.
std::int64_t add_other_tiers(ComparedRow& row, const Evidence& evidence, bool more_at_azure) {
  std::int64_t all = 0;
  for (const OtherTier& other : evidence.other_tiers) {
    all += other.quantity;
    const std::string so_many = std::to_string(other.quantity) + " more on tier " +
                                std::string(pricing::to_string(other.tier));
    row.causes.push_back(
        {cause::kTier, more_at_azure ? "the records here have " + so_many +
                                           ": Azure billed another tier than they were priced by"
                                     : "Azure has " + so_many +
                                           ": it billed another tier than they were priced by"});
  }
  return all;
}

std::int64_t add_capacity(ComparedRow& row, const Evidence& evidence) {
  if (evidence.served_by_capacity == 0) return 0;
  row.causes.push_back(
      {cause::kByCapacity,
       std::to_string(evidence.served_by_capacity) +
           " here were served by capacity that is paid by the hour (by their sku, or "
           "prices.provisioned): "
           "Azure billed them by the token as well, or that sku is not the deployment's"});
  return evidence.served_by_capacity;
}

void add_other_callers(ComparedRow& row, bool of_requests) {
  const std::string whose =
      "other callers on the same resource (a key that is used past the gateway, another gateway)";
  std::string text = "every record here is reported and none is lost: " + whose;
  if (of_requests) text = "Azure counts requests that this gateway has not sent: " + whose;
  if (!row.causes.empty()) text = "what the above does not explain: " + whose;
  row.causes.push_back({cause::kOtherCallers, std::move(text)});
}

void more_at_azure(ComparedRow& row, const Evidence& evidence, std::int64_t gap) {
  const std::int64_t doubted = add_doubts(evidence, GapOf::more_at_azure, row.causes);
  if (add_lost(row, evidence)) return;
  const std::int64_t elsewhere = add_other_tiers(row, evidence, true) + add_capacity(row, evidence);
  row.explained = doubted > 0 && elsewhere == 0;
  if (elsewhere < gap) add_other_callers(row, evidence.of_requests);
}

/// What our numbers may have too much, by the records themselves.
std::int64_t most_too_much(const Evidence& evidence, std::int64_t doubted) {
  if (evidence.ours == nullptr) return 0;
  return evidence.of_requests ? doubted : evidence.ours->estimated + evidence.ours->across_midnight;
}

void more_here(ComparedRow& row, const Evidence& evidence, std::int64_t gap) {
  if (!row.azure_quantity) row.causes.push_back({cause::kNoRow, "Azure's file has no row of it"});
  const std::int64_t doubted = add_doubts(
      evidence, evidence.of_requests ? GapOf::more_requests_here : GapOf::more_tokens_here,
      row.causes);
  const std::int64_t elsewhere = add_other_tiers(row, evidence, false);
  row.explained = elsewhere == 0 && gap <= most_too_much(evidence, doubted);
  if (row.explained || elsewhere >= gap) return;
  row.causes.push_back(
      {cause::kMoreHere,
       doubted + elsewhere > 0
           ? "what the above does not explain: Azure's file is not complete yet, or names another "
             "deployment"
           : "every record here is reported: Azure's file is not complete yet, or names another "
             "deployment"});
}

/// "3.52 USD a million", or nothing where nothing was used.
std::string a_million(Int128 picos, std::int64_t quantity, const std::string& currency) {
  if (quantity <= 0) return "nothing";
  const auto scaled = pricing::times(picos, kMillionth);
  if (!scaled) return "too much to say";
  return pricing::to_decimal(pricing::divide_half_even(*scaled, quantity), kBillDecimals) + " " +
         currency + " a million";
}

/// Whether Azure's cost is this, within the rounding of each record.
bool is_azure_cost(const ComparedRow& row, const Evidence& evidence, Int128 picos) {
  const Int128 gap = *row.azure_cost - picos;
  const std::int64_t rounded = evidence.place == nullptr ? 0 : evidence.place->operations;
  const Int128 most = Int128{rounded + 1} * kPicosPerNano;
  return gap <= most && -gap <= most;
}

/// The quantities are equal, and all has a price in the bill's currency.
void compare_costs(ComparedRow& row, const Evidence& evidence) {
  const auto found = evidence.ours->costs.find(evidence.currency);
  const OurCost ours = found == evidence.ours->costs.end() ? OurCost{} : found->second;
  if (is_azure_cost(row, evidence, Int128{ours.nano} * kPicosPerNano)) return;
  const auto price = [&](Int128 picos) {
    return a_million(picos, *row.our_quantity, evidence.currency);
  };
  if (ours.adjusted > 0 && is_azure_cost(row, evidence, ours.list_pico)) {
    row.causes.push_back({cause::kAdjustment, "Azure charged what the prices here come to, " +
                                                  price(ours.list_pico) +
                                                  "; the rest is what prices.adjustments make"});
    return;
  }
  std::string text = "the quantities are equal: Azure charged " + price(*row.azure_cost) + "; " +
                     price(Int128{ours.nano} * kPicosPerNano) + " was charged here, on average";
  if (ours.adjusted > 0) text += ", after adjustments; before them " + price(ours.list_pico);
  row.causes.push_back({cause::kPrice, std::move(text)});
  row.explained = false;
}

/// True: a part of our quantity has no cost that the bill's can be compared with.
bool add_missing_costs(ComparedRow& row, const Evidence& evidence) {
  const OurSum& ours = *evidence.ours;
  const auto of_all = [&](std::int64_t part) {
    return std::to_string(part) + " of " + std::to_string(ours.quantity);
  };
  if (ours.unpriced > 0)
    row.causes.push_back({cause::kUnpriced, of_all(ours.unpriced) + " have no price here"});
  for (const auto& [currency, cost] : ours.costs) {
    if (currency == evidence.currency) continue;
    row.causes.push_back(
        {cause::kCurrency, of_all(cost.quantity) + " have a price in " + currency + " here, " +
                               pricing::to_decimal(cost.nano, pricing::kNanoDecimals) +
                               " in all: not compared with the bill's " + evidence.currency});
  }
  return ours.unpriced > 0 || std::ranges::any_of(ours.costs, [&](const auto& one) {
           return one.first != evidence.currency;
         });
}

}  // namespace

void explain_gap(ComparedRow& row, const Evidence& evidence) {
  const std::int64_t gap = row.azure_quantity.value_or(0) - row.our_quantity.value_or(0);
  if (gap > 0) more_at_azure(row, evidence, gap);
  if (gap < 0) more_here(row, evidence, -gap);
  if (evidence.currency.empty() || evidence.ours == nullptr) return;
  const bool missing = add_missing_costs(row, evidence);
  if (gap == 0 && !missing && row.azure_cost) compare_costs(row, evidence);
}

}  // namespace tollgate::reconciliation
