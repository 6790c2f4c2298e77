// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "tollgate/pricing/capacity.hpp"
#include "tollgate/pricing/cost.hpp"

// How an hour of capacity is shared out among the operations that it served. Pure.
namespace tollgate::pricing {

/// The class of the one component of such a cost: weighted tokens, at the hour's cost for all.
inline constexpr std::string_view kProvisionedClass = "provisioned";

/// Words of CostReason for what no operation pays.
namespace cost_reason {
inline constexpr std::string_view kUnused = "unused_capacity";
/// The hour's cost without what was charged at list prices: below 0 where these were more.
inline constexpr std::string_view kListDifference = "list_price_difference";
/// Of records: the configuration shares their hour out among nobody (`allocate: none`).
inline constexpr std::string_view kNotSharedOut = "not_shared_out";
}  // namespace cost_reason

/// Whether capacity that is paid by the hour served a record, so that its hour decides its cost:
/// its sku says so, or it has none and its deployment had capacity then.
bool is_of_capacity(const usage::UsageRecord& record, const CapacityList& capacities);

/// What an operation weighs: tokens in that came from no cache, and `output_weight` for each token
/// out (Azure counts utilisation so, see kProvisionedModels). nullopt: not known, or too large.
std::optional<std::int64_t> weight_of(const usage::UsageRecord& record, std::int64_t output_weight);

/// An amount in whole parts; they and the rest add up to it.
struct Shares {
  std::vector<std::int64_t> parts;  ///< in the order of the weights
  std::int64_t rest = 0;            ///< of what nobody weighed
};

/// `nano`, not below 0, by weights, none below 0, out of `whole`, at least their sum: each part is
/// rounded down, and the nanos that are then missing go, one each, to the largest rests, among
/// equals to the first; what is left of `whole` stands behind all. All of it is the rest where
/// `whole` is 0.
Shares share_out(std::int64_t nano, std::span<const std::int64_t> weights, std::int64_t whole);

/// Out of how much an hour's weights are: all that was used; or all that could have been, and never
/// less than was. nullopt: not known, or too large.
std::optional<std::int64_t> whole_of(const CapacityHour& hour,
                                     std::span<const std::int64_t> weights);

/// A record's cost once its hour is over: `nano` for `weight` out of `whole`.
Cost allocated_cost(const usage::UsageRecord& record, const CapacityHour& hour, std::int64_t nano,
                    std::int64_t weight, std::int64_t whole);

/// What a record that capacity served is charged provisionally, as soon as it has ended: its weight
/// out of all that the hour's capacity can take (utilisation_of_capacity), whatever the hour is
/// shared out by in the end. Rounded once, half to even. nullopt: that is not known, or nothing
/// will be shared out.
std::optional<std::int64_t> provisional_share(const usage::UsageRecord& record,
                                              const CapacityList& capacities);

/// How that comes about: `hour_nano` x `weight` / `whole`.
struct ProvisionalTerms {
  std::int64_t output_weight = 0;  ///< of each token out
  std::int64_t weight = 0;
  std::int64_t whole = 0;
  std::int64_t hour_nano = 0;
  std::int64_t share_nano = 0;
};
std::optional<ProvisionalTerms> provisional_terms(const usage::UsageRecord& record,
                                                  const CapacityList& capacities);

/// Whether the configuration says of the record's hour that it is shared out among nobody.
bool is_never_shared_out(const usage::UsageRecord& record, const CapacityList& capacities);

/// Of a record whose weight is not known: no share, and why.
Cost without_share(const usage::UsageRecord& record, const CapacityHour& hour);

/// What of the hour's cost no operation pays.
Cost rest_of_hour(const CapacityHour& hour, std::int64_t nano);

}  // namespace tollgate::pricing
