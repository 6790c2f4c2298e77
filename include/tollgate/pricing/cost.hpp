// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/pricing/price_list.hpp"
#include "tollgate/pricing/quantities.hpp"
#include "tollgate/usage/usage_record.hpp"

namespace tollgate::pricing {

/// What an operation cost, with the multiplication that made it.
struct Cost {
  usage::CostBasis basis = usage::CostBasis::unpriced;
  std::optional<std::int64_t> nano;  ///< nullopt exactly for unpriced and allocated_later
  std::vector<usage::CostComponent> components;  ///< their amounts add up to `nano`
  std::string price_id;                          ///< empty where no entry was used
  std::string reason;  ///< words, commas between; empty when the basis is `priced`
  /// Of allocated_later: see provisional_share. It is no cost.
  std::optional<std::int64_t> provisional_nano;
};

/// Words of CostReason that are about prices, beside those of no_price. A class that was used and
/// has no price stands behind kClass: "no_price:audio_output".
namespace cost_reason {
inline constexpr std::string_view kClass = "no_price:";
inline constexpr std::string_view kNoList = "no_prices";
/// Several requests in one record, at least one of them perhaps with a prompt so long that it has
/// another price: the price of short ones was taken.
inline constexpr std::string_view kBand = "context_band_unknown";
/// More than 64 bits of nanos.
inline constexpr std::string_view kTooLarge = "too_large";
/// The gateway itself failed, such as for want of memory.
inline constexpr std::string_view kFailed = "pricing_failed";
}  // namespace cost_reason

/// The quantities at the prices of the entry that the question finds, with `millionths` of every
/// amount added (PriceList::adjustment). Computed exactly and rounded once, half to even, to whole
/// nanos; a component is rounded down, and the nanos that are then missing go to the components
/// with the largest rests, among equals to the first. Pure.
Cost cost_of(const Quantities& quantities, const PriceList& list, const PriceQuestion& question,
             std::int64_t millionths);

/// What a word for a tier means, as requests and answers have it; empty is `default`. nullopt: no
/// price can be given for it.
std::optional<Tier> tier_named(std::string_view word);

/// By which tier work of a sku is billed that served, or was asked for, that word's: a batch sku's
/// by its own, whatever the word. nullopt: as tier_named. Null: of no known sku.
std::optional<Tier> tier_of(const Sku* sku, std::string_view word);

/// By which tier the record is billed: the one that served; where the answer named none, the one
/// that was asked for; batches by their own. nullopt: one that no price can be given for.
std::optional<Tier> tier_of(const usage::UsageRecord& record);

/// Which price a record asks for: nullopt as tier_of. `serves`: the model that its deployment is
/// known to serve, where the answer named none (the record's model is then the deployment's name,
/// also where no deployment stands in the record); empty: nobody said.
std::optional<PriceQuestion> question_of(const usage::UsageRecord& record, std::string_view serves);

/// Where a record's request was really served: elsewhere than it was sent to when it was spilled
/// over. Empty: the backend did not tell where that is. What names no deployment (batches, runs)
/// may name one as its model.
std::string_view serving_deployment(const usage::UsageRecord& record);

/// What a record costs, at the prices of the time when its request was accepted. What capacity
/// served that is paid by the hour is allocated later, unless it is charged at the list's prices.
/// Pure.
Cost cost_of(const usage::UsageRecord& record, const PriceList& list, std::string_view serves = {});

}  // namespace tollgate::pricing
