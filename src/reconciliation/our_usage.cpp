// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/our_usage.hpp"

#include <algorithm>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/cost.hpp"
#include "tollgate/pricing/meter_name.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Knowledge;
using pricing::Quantities;
using usage::UsageBasis;
using usage::UsageRecord;

std::string day_of(UtcTime time) { return to_rfc3339(time).substr(0, 10); }

/// Where it was billed. What names no deployment (batches, runs) has one's name as its model.
std::string billed_deployment(const UsageRecord& record) {
  if (record.spilled_over && !record.served_deployment.empty()) return record.served_deployment;
  return record.backend_deployment.empty() ? record.model : record.backend_deployment;
}

bool is_estimated(const UsageRecord& record) { return record.usage_basis == UsageBasis::estimated; }

/// Of an adjusted record the word is no longer there, and the hour's component is.
bool is_by_capacity(const UsageRecord& record) {
  const pricing::Sku* const sku = pricing::find_sku(record.sku);
  if (sku != nullptr) return sku->provisioned;
  return record.cost_basis == usage::CostBasis::allocated_later ||
         std::ranges::any_of(record.cost_components, [](const usage::CostComponent& one) {
           return one.price_class == pricing::kProvisionedClass;
         });
}

bool is_across_midnight(const UsageRecord& record) {
  const UtcTime end = record.event_time + milliseconds(record.duration_ms);
  return day_of(end) != day_of(record.event_time);
}

/// The component without what was negotiated on top, in picos.
pricing::Int128 at_list_price(const usage::CostComponent& component) {
  const Result<pricing::Int128> price = pricing::parse_price(component.price);
  const auto product = price ? pricing::times(*price, component.quantity) : std::nullopt;
  return product && component.per > 0 ? pricing::divide_half_even(*product, component.per)
                                      : pricing::Int128{component.cost_nano} * 1'000;
}

OurSum quantity_of(const UsageRecord& record, std::int64_t quantity) {
  return {.quantity = quantity,
          .estimated = is_estimated(record) ? quantity : 0,
          .across_midnight = is_across_midnight(record) ? quantity : 0};
}

OurSum sum_of(const UsageRecord& record, std::string_view price_class, std::int64_t quantity) {
  OurSum out = quantity_of(record, quantity);
  const auto& all = record.cost_components;
  const auto component = std::ranges::find(all, price_class, &usage::CostComponent::price_class);
  if (component == all.end()) {
    out.unpriced = quantity;
    return out;
  }
  out.costs[record.cost_currency] = {.quantity = quantity,
                                     .nano = component->cost_nano,
                                     .list_pico = at_list_price(*component),
                                     .adjusted = component->percent.empty() ? 0 : quantity};
  return out;
}

bool has_long_prompt(const UsageRecord& record, const Quantities& quantities) {
  const std::int64_t least = pricing::long_prompt_of(record.model);
  const std::int64_t prompt = quantities.of_several_requests ? quantities.longest_prompt.value_or(0)
                                                             : quantities.prompt_tokens;
  return least > 0 && prompt > least;
}

void add_meters(const UsageRecord& record, const Quantities& quantities, OurPlace& place) {
  const auto tier = pricing::tier_of(record);
  if (!tier) return;
  const bool long_prompt = has_long_prompt(record, quantities);
  for (const pricing::PriceClassRow& row : pricing::kPriceClasses) {
    const std::int64_t quantity = quantities[row.price_class];
    if (quantity != 0)
      place.meters[{*tier, row.price_class, long_prompt}] += sum_of(record, row.name, quantity);
  }
}

void add_by_capacity(const Quantities& quantities, OurPlace& place) {
  for (std::size_t i = 0; i < pricing::kPriceClassCount; ++i)
    place.by_capacity[i] += quantities.amounts[i];
}

void add_metrics(const UsageRecord& record, OurPlace& place) {
  const auto add = [&](Metric metric, std::int64_t tokens) {
    place.metrics[static_cast<std::size_t>(metric)] += quantity_of(record, tokens);
  };
  add(Metric::prompt_tokens, record.tokens.prompt.value_or(0));
  add(Metric::generated_tokens, record.tokens.completion.value_or(0));
}

void count_doubts(const UsageRecord& record, bool awaiting, Knowledge knowledge, Doubts& out) {
  const bool free = usage::reason::is_free(record.usage_reason);
  out.awaiting += awaiting ? 1 : 0;
  out.interrupted += record.outcome == usage::Outcome::interrupted ? 1 : 0;
  out.estimated += is_estimated(record) ? 1 : 0;
  out.partial += record.usage_basis == UsageBasis::partial ? 1 : 0;
  const bool nothing = record.usage_basis == UsageBasis::none && !free && !awaiting;
  out.unreported += nothing && knowledge == Knowledge::unknown ? 1 : 0;
  out.by_capacity += is_by_capacity(record) ? 1 : 0;
  out.across_midnight += knowledge == Knowledge::amounts && is_across_midnight(record) ? 1 : 0;
}

}  // namespace

OurSum& OurSum::operator+=(const OurSum& other) {
  quantity += other.quantity;
  for (const auto& [currency, cost] : other.costs) {
    OurCost& own = costs[currency];
    own.quantity += cost.quantity;
    own.nano += cost.nano;
    own.list_pico += cost.list_pico;
    own.adjusted += cost.adjusted;
  }
  unpriced += other.unpriced;
  estimated += other.estimated;
  across_midnight += other.across_midnight;
  return *this;
}

void OurUsage::add(const UsageRecord& record, bool awaiting) {
  const std::string day = day_of(record.event_time);
  add_attempts(record, day);
  const Quantities quantities = pricing::quantities_of(record);
  if (quantities.knowledge == Knowledge::free) return;
  OurPlace& place =
      places_[{day, resources_.of_backend(record.backend), billed_deployment(record)}];
  ++place.operations;
  count_doubts(record, awaiting, quantities.knowledge, place.doubts);
  if (quantities.knowledge != Knowledge::amounts) return;
  add_metrics(record, place);
  if (is_by_capacity(record)) {
    add_by_capacity(quantities, place);
  } else {
    add_meters(record, quantities, place);
  }
}

void OurUsage::add_attempts(const UsageRecord& record, const std::string& day) {
  for (const usage::Attempt& attempt : record.attempts) {
    if (!attempt.sent || attempt.deployment.empty()) continue;
    OurPlace& place = places_[{day, resources_.of_backend(attempt.backend), attempt.deployment}];
    place.metrics[static_cast<std::size_t>(Metric::requests)] +=
        OurSum{.quantity = 1, .across_midnight = is_across_midnight(record) ? 1 : 0};
  }
}

}  // namespace tollgate::reconciliation
