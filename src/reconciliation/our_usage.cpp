// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/our_usage.hpp"

#include <algorithm>

#include "tollgate/base/time.hpp"
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

/// The component of the class in the record's cost; null: it has no price there.
const usage::CostComponent* component_of(const UsageRecord& record, std::string_view price_class) {
  const auto& all = record.cost_components;
  const auto found = std::ranges::find(all, price_class, &usage::CostComponent::price_class);
  return found == all.end() ? nullptr : &*found;
}

OurSum sum_of(const UsageRecord& record, std::string_view price_class, std::int64_t quantity) {
  OurSum out{.quantity = quantity};
  const usage::CostComponent* const component = component_of(record, price_class);
  out.nano = component == nullptr ? 0 : component->cost_nano;
  out.unpriced = component == nullptr ? quantity : 0;
  out.estimated = is_estimated(record) ? quantity : 0;
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

void add_metrics(const UsageRecord& record, OurPlace& place) {
  const auto add = [&](Metric metric, std::int64_t tokens) {
    place.metrics[static_cast<std::size_t>(metric)] +=
        OurSum{.quantity = tokens, .estimated = is_estimated(record) ? tokens : 0};
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
  out.by_capacity += record.cost_basis == usage::CostBasis::allocated_later ? 1 : 0;
  const UtcTime end = record.event_time + milliseconds(record.duration_ms);
  out.across_midnight +=
      knowledge == Knowledge::amounts && day_of(end) != day_of(record.event_time) ? 1 : 0;
}

}  // namespace

OurSum& OurSum::operator+=(const OurSum& other) {
  quantity += other.quantity;
  nano += other.nano;
  unpriced += other.unpriced;
  estimated += other.estimated;
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
  if (record.cost_basis != usage::CostBasis::allocated_later) add_meters(record, quantities, place);
}

void OurUsage::add_attempts(const UsageRecord& record, const std::string& day) {
  for (const usage::Attempt& attempt : record.attempts) {
    if (!attempt.sent || attempt.deployment.empty()) continue;
    OurPlace& place = places_[{day, resources_.of_backend(attempt.backend), attempt.deployment}];
    place.metrics[static_cast<std::size_t>(Metric::requests)].quantity += 1;
  }
}

}  // namespace tollgate::reconciliation
