// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "price_causes.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;

constexpr Int128 kPicosPerNano = 1'000;
constexpr std::int64_t kMillion = 1'000'000;

std::string money(Int128 picos) { return pricing::to_decimal(picos, kBillDecimals); }

/// "3.52 USD a million", or "nothing" where nothing was used.
std::string a_million(Int128 picos, Int128 quantity, const std::string& currency) {
  if (quantity <= 0) return "nothing";
  const auto scaled = pricing::times(picos, kMillion);
  if (!scaled) return "too much to say";
  return money(pricing::divide_half_even(*scaled, quantity)) + " " + currency + " a million";
}

/// Each record is rounded once.
Int128 rounding(const Evidence& evidence) {
  const std::int64_t rounded = evidence.place == nullptr ? 0 : evidence.place->operations;
  return Int128{rounded + 1} * kPicosPerNano;
}

/// Whether Azure's cost is this, within the rounding of each record.
bool is_azure_cost(const ComparedRow& row, const Evidence& evidence, Int128 picos) {
  const Int128 gap = *row.azure_cost - picos;
  const Int128 most = rounding(evidence);
  return gap <= most && -gap <= most;
}

OurCost our_cost(const OurSum& sum, const std::string& currency) {
  const auto found = sum.costs.find(currency);
  return found == sum.costs.end() ? OurCost{} : found->second;
}

/// The quantities are equal, and all has a price in the bill's currency.
void compare_costs(ComparedRow& row, const Evidence& evidence) {
  const OurCost ours = our_cost(*evidence.ours, evidence.currency);
  if (is_azure_cost(row, evidence, ours.nano * kPicosPerNano)) return;
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
                     price(ours.nano * kPicosPerNano) + " was charged here, on average";
  if (ours.adjusted > 0) text += ", after adjustments; before them " + price(ours.list_pico);
  row.causes.push_back({cause::kPrice, std::move(text)});
  row.explained = false;
}

/// By which Azure may have charged, those of what it may count here included; nullopt: none is
/// known.
std::optional<PriceRange> prices_here(const Evidence& evidence) {
  OurCost all = our_cost(*evidence.ours, evidence.currency);
  if (evidence.carried.quantity > 0) all += our_cost(evidence.carried, evidence.currency);
  return all.quantity > 0 ? all.a_million : std::nullopt;
}

/// What a quantity costs at a price of a million; nullopt: more than can be said.
std::optional<Int128> cost_of(Int128 quantity, Int128 price) {
  const auto product = pricing::times(quantity, price);
  return product ? std::optional(pricing::divide_half_even(*product, kMillion)) : std::nullopt;
}

/// The quantities differ, whatever explains that: what Azure charged is by a price of ours, or is
/// no cost of such a quantity.
void compare_prices(ComparedRow& row, const Evidence& evidence) {
  const auto prices = prices_here(evidence);
  if (!prices || !row.azure_quantity) return;
  const auto low = cost_of(*row.azure_quantity, prices->lowest);
  const auto high = cost_of(*row.azure_quantity, prices->highest);
  if (!low || !high) return;
  const Int128 most = rounding(evidence);
  if (*row.azure_cost >= std::min(*low, *high) - most &&
      *row.azure_cost <= std::max(*low, *high) + most)
    return;
  const std::string range = prices->lowest == prices->highest
                                ? money(prices->lowest)
                                : money(prices->lowest) + " to " + money(prices->highest);
  row.causes.push_back(
      {cause::kPrice, "Azure charged " +
                          a_million(*row.azure_cost, *row.azure_quantity, evidence.currency) +
                          "; the price here is " + range + " " + evidence.currency + " a million"});
  row.explained = false;
}

/// True: a part of our quantity has no cost that the bill's can be compared with.
bool add_missing_costs(ComparedRow& row, const Evidence& evidence) {
  const OurSum& ours = *evidence.ours;
  const auto of_all = [&](Int128 part) {
    return quantity_text(part) + " of " + quantity_text(ours.quantity);
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

void explain_costs(ComparedRow& row, const Evidence& evidence) {
  const bool missing = add_missing_costs(row, evidence);
  if (missing || !row.azure_cost || !evidence.one_currency) return;
  if (row.azure_quantity == row.our_quantity) {
    compare_costs(row, evidence);
  } else {
    compare_prices(row, evidence);
  }
}

}  // namespace tollgate::reconciliation
