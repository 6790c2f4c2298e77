// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/pricing/allocation.hpp"

#include <algorithm>
#include <numeric>

namespace tollgate::pricing {
namespace {

/// A part that was rounded down, and what was lost by that.
struct RoundedPart {
  Int128 lost = 0;
  std::size_t place = 0;
};

bool lost_more(const RoundedPart& a, const RoundedPart& b) {
  return a.lost != b.lost ? a.lost > b.lost : a.place < b.place;
}

/// One nano more to each of the `missing` that lost most. Behind the parts stands the rest.
void hand_out(std::vector<RoundedPart>& rounded, std::int64_t missing, Shares& out) {
  const auto last = rounded.begin() + missing;
  std::nth_element(rounded.begin(), last, rounded.end(), lost_more);
  for (auto one = rounded.begin(); one != last; ++one)
    ++(one->place < out.parts.size() ? out.parts[one->place] : out.rest);
}

usage::CostComponent component_of(const CapacityHour& hour, std::int64_t nano, std::int64_t weight,
                                  std::int64_t whole) {
  return {.price_class = std::string(kProvisionedClass),
          .quantity = weight,
          .price = to_decimal(hour.nano, kNanoDecimals),
          .per = whole,
          .cost_nano = nano};
}

std::optional<CapacityHour> hour_that_served(const usage::UsageRecord& record,
                                             const CapacityList& capacities) {
  const auto history = capacities.history(record.backend, serving_deployment(record));
  return capacity_in(history, hour_of(record.event_time));
}

}  // namespace

bool is_of_capacity(const usage::UsageRecord& record, const CapacityList& capacities) {
  const Sku* const sku = find_sku(record.sku);
  const auto has_capacity = [&] {
    return capacities.at(record.backend, serving_deployment(record), record.event_time) != nullptr;
  };
  const bool served = sku != nullptr ? sku->provisioned : record.sku.empty() && has_capacity();
  return served && quantities_of(record).knowledge != Knowledge::free;
}

std::optional<std::int64_t> weight_of(const usage::UsageRecord& record,
                                      std::int64_t output_weight) {
  if (quantities_of(record).knowledge != Knowledge::amounts) return std::nullopt;
  const usage::TokenCounts& tokens = record.tokens;
  const Int128 in = Int128{tokens.prompt.value_or(0)} - tokens.cached_prompt.value_or(0);
  return to_int64(in + Int128{tokens.completion.value_or(0)} * output_weight);
}

Shares share_out(std::int64_t nano, std::span<const std::int64_t> weights, std::int64_t whole) {
  Shares out{.parts = std::vector<std::int64_t>(weights.size()), .rest = nano};
  if (whole == 0) return out;
  std::vector<RoundedPart> rounded;
  rounded.reserve(weights.size() + 1);
  std::int64_t unused = whole;
  std::int64_t missing = nano;
  const auto part_of = [&](std::int64_t weight) {
    const Int128 exact = Int128{nano} * weight;
    const auto part = static_cast<std::int64_t>(exact / whole);
    rounded.push_back({exact % whole, rounded.size()});
    missing -= part;
    return part;
  };
  for (std::size_t i = 0; i < weights.size(); ++i) {
    out.parts[i] = part_of(weights[i]);
    unused -= weights[i];
  }
  out.rest = part_of(unused);
  hand_out(rounded, missing, out);
  return out;
}

std::optional<std::int64_t> whole_of(const CapacityHour& hour,
                                     std::span<const std::int64_t> weights) {
  const Int128 used = std::accumulate(weights.begin(), weights.end(), Int128{0});
  if (hour.allocate != Allocate::utilisation_of_capacity) return to_int64(used);
  if (!hour.tokens) return std::nullopt;
  return to_int64(std::max(used, Int128{*hour.tokens}));
}

Cost allocated_cost(const usage::UsageRecord& record, const CapacityHour& hour, std::int64_t nano,
                    std::int64_t weight, std::int64_t whole) {
  Cost out;
  out.reason = quantities_of(record).lacking;
  out.basis = out.reason.empty() ? usage::CostBasis::priced : usage::CostBasis::partial;
  out.nano = nano;
  out.price_id = hour.id;
  if (whole != 0) out.components.push_back(component_of(hour, nano, weight, whole));
  return out;
}

std::optional<std::int64_t> provisional_share(const usage::UsageRecord& record,
                                              const CapacityList& capacities) {
  const auto terms = provisional_terms(record, capacities);
  return terms ? std::optional(terms->share_nano) : std::nullopt;
}

std::optional<ProvisionalTerms> provisional_terms(const usage::UsageRecord& record,
                                                  const CapacityList& capacities) {
  const auto hour = hour_that_served(record, capacities);
  if (!hour || hour->allocate == Allocate::none || !hour->tokens) return std::nullopt;
  const auto weight = weight_of(record, hour->output_weight);
  if (!weight) return std::nullopt;
  const std::int64_t whole = std::max(*hour->tokens, *weight);
  if (whole == 0) return std::nullopt;
  const auto share = to_int64(divide_half_even(Int128{hour->nano} * *weight, whole));
  if (!share) return std::nullopt;
  return ProvisionalTerms{hour->output_weight, *weight, whole, hour->nano, *share};
}

bool is_never_shared_out(const usage::UsageRecord& record, const CapacityList& capacities) {
  const auto hour = hour_that_served(record, capacities);
  return hour && hour->allocate == Allocate::none;
}

Cost without_share(const usage::UsageRecord& record, const CapacityHour& hour) {
  const std::string& lacking = quantities_of(record).lacking;
  return {.price_id = hour.id,
          .reason = lacking.empty() ? std::string(cost_reason::kTooLarge) : lacking};
}

Cost rest_of_hour(const CapacityHour& hour, std::int64_t nano) {
  const bool by_list = hour.allocate == Allocate::list_price;
  return {.basis = usage::CostBasis::priced,
          .nano = nano,
          .price_id = hour.id,
          .reason = std::string(by_list ? cost_reason::kListDifference : cost_reason::kUnused)};
}

}  // namespace tollgate::pricing
