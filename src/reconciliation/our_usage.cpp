// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/our_usage.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <vector>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/cost.hpp"
#include "tollgate/pricing/meter_name.hpp"
#include "tollgate/usage/longest_operation.hpp"
#include "tollgate/usage/reasons.hpp"

namespace tollgate::reconciliation {
namespace {

using pricing::Int128;
using pricing::Knowledge;
using pricing::Quantities;
using usage::UsageBasis;
using usage::UsageRecord;

constexpr Int128 kMillionUnits = 1'000'000;

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

/// The days behind the first on which it still went on: no more than one that is followed for the
/// longest time can reach.
std::vector<std::string> later_days(const UsageRecord& record) {
  std::vector<std::string> out;
  const UtcTime end = record.event_time + milliseconds(record.duration_ms);
  constexpr int kMost = std::chrono::ceil<std::chrono::days>(usage::kLongestOperation).count();
  const auto first = std::chrono::floor<std::chrono::days>(record.event_time);
  for (int day = 1; day <= kMost && first + std::chrono::days(day) <= end; ++day)
    out.push_back(day_of(first + std::chrono::days(day)));
  return out;
}

/// The component without what was negotiated on top, in picos.
Int128 at_list_price(const usage::CostComponent& component) {
  const Result<Int128> price = pricing::parse_price(component.price);
  const auto product = price ? pricing::times(*price, component.quantity) : std::nullopt;
  return product && component.per > 0 ? pricing::divide_half_even(*product, component.per)
                                      : Int128{component.cost_nano} * 1'000;
}

/// What a million costs by the component's price, with its adjustment and without.
std::optional<PriceRange> prices_of(const usage::CostComponent& component) {
  const Result<Int128> price = pricing::parse_price(component.price);
  if (!price || component.per <= 0) return std::nullopt;
  const Int128 list = pricing::divide_half_even(*price * kMillionUnits, component.per);
  const auto adjusted = pricing::adjusted(list, component.percent);
  if (!adjusted) return std::nullopt;
  return PriceRange{std::min(list, *adjusted), std::max(list, *adjusted)};
}

OurSum quantity_of(const UsageRecord& record, std::int64_t quantity) {
  return {.quantity = quantity,
          .doubted = is_estimated(record) ? quantity : 0,
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
                                     .adjusted = component->percent.empty() ? 0 : quantity,
                                     .a_million = prices_of(*component)};
  return out;
}

bool has_long_prompt(const UsageRecord& record, const Quantities& quantities) {
  const std::int64_t least = pricing::long_prompt_of(record.model);
  const std::int64_t prompt = quantities.of_several_requests ? quantities.longest_prompt.value_or(0)
                                                             : quantities.prompt_tokens;
  return least > 0 && prompt > least;
}

std::vector<std::pair<MeterKey, OurSum>> meters_of(const UsageRecord& record,
                                                   const Quantities& quantities) {
  std::vector<std::pair<MeterKey, OurSum>> out;
  const auto tier = pricing::tier_of(record);
  if (!tier) return out;
  const bool long_prompt = has_long_prompt(record, quantities);
  for (const pricing::PriceClassRow& row : pricing::kPriceClasses) {
    const std::int64_t quantity = quantities[row.price_class];
    if (quantity == 0) continue;
    out.emplace_back(MeterKey{*tier, row.price_class, long_prompt},
                     sum_of(record, row.name, quantity));
  }
  return out;
}

void add_by_capacity(const Quantities& quantities, OurPlace& place) {
  for (std::size_t i = 0; i < pricing::kPriceClassCount; ++i)
    place.by_capacity[i] += quantities.amounts[i];
}

/// The tokens that the metrics count.
std::array<std::pair<Metric, std::int64_t>, 2> token_metrics(const UsageRecord& record) {
  return {{{Metric::prompt_tokens, record.tokens.prompt.value_or(0)},
           {Metric::generated_tokens, record.tokens.completion.value_or(0)}}};
}

/// It may be billed, and nothing is known of it.
bool is_unreported(const UsageRecord& record, bool awaiting, Knowledge knowledge) {
  const bool free = usage::reason::is_free(record.usage_reason);
  return record.usage_basis == UsageBasis::none && !free && !awaiting &&
         knowledge == Knowledge::unknown;
}

/// What Azure's figure of requests may be without.
bool has_failed(const usage::Attempt& attempt) {
  return attempt.status == 0 || attempt.status >= 500;
}

Doubts doubts_of(const UsageRecord& record, bool awaiting, Knowledge knowledge) {
  const bool across = knowledge == Knowledge::amounts && is_across_midnight(record);
  return {.interrupted = record.outcome == usage::Outcome::interrupted ? 1 : 0,
          .estimated = is_estimated(record) ? 1 : 0,
          .partial = record.usage_basis == UsageBasis::partial ? 1 : 0,
          .unreported = is_unreported(record, awaiting, knowledge) ? 1 : 0,
          .awaiting = awaiting ? 1 : 0,
          .across_midnight = across ? 1 : 0,
          .by_capacity = is_by_capacity(record) ? 1 : 0};
}

}  // namespace

Doubts& Doubts::operator+=(const Doubts& other) {
  interrupted += other.interrupted;
  estimated += other.estimated;
  partial += other.partial;
  unreported += other.unreported;
  awaiting += other.awaiting;
  across_midnight += other.across_midnight;
  by_capacity += other.by_capacity;
  return *this;
}

OurUsage::OurUsage(const Resources& resources, std::optional<UtcTime> from)
    : resources_(resources), from_(from), first_day_(from ? day_of(*from) : std::string()) {}

void OurUsage::add(const UsageRecord& record, bool awaiting) {
  const Quantities quantities = pricing::quantities_of(record);
  add_attempts(record, record.outcome == usage::Outcome::interrupted ||
                           is_unreported(record, awaiting, quantities.knowledge));
  if (quantities.knowledge == Knowledge::free) return;
  const Place place{day_of(record.event_time), resources_.of_backend(record.backend),
                    billed_deployment(record)};
  if (!from_ || record.event_time >= *from_) add_at(place, record, awaiting, quantities);
  if (quantities.knowledge == Knowledge::amounts) carry(place, record, quantities);
}

void OurUsage::add_at(const Place& at, const UsageRecord& record, bool awaiting,
                      const Quantities& quantities) {
  OurPlace& place = places_[at];
  ++place.operations;
  place.reported += record.usage_basis == UsageBasis::reported ? 1 : 0;
  const Doubts doubts = doubts_of(record, awaiting, quantities.knowledge);
  place.doubts += doubts;
  if (doubts != Doubts{}) ++place.doubted[doubts];
  place.possible += possible_use(record, quantities);
  if (quantities.knowledge != Knowledge::amounts) return;
  for (const auto& [metric, tokens] : token_metrics(record))
    place.metrics[static_cast<std::size_t>(metric)] += quantity_of(record, tokens);
  if (is_by_capacity(record)) {
    add_by_capacity(quantities, place);
  } else {
    for (const auto& [key, sum] : meters_of(record, quantities)) place.meters[key] += sum;
  }
}

void OurUsage::carry(Place at, const UsageRecord& record, const Quantities& quantities) {
  const std::string first = at.day;
  for (const std::string& day : later_days(record)) {
    if (day < first_day_) continue;
    at.day = day;
    OurPlace& place = places_[at];
    for (const auto& [metric, tokens] : token_metrics(record))
      place.carried_metrics[{first, metric}] += quantity_of(record, tokens);
    if (is_by_capacity(record)) continue;
    for (const auto& [key, sum] : meters_of(record, quantities)) place.carried[{first, key}] += sum;
  }
}

void OurUsage::add_attempts(const UsageRecord& record, bool in_doubt) {
  const std::string first = day_of(record.event_time);
  for (const usage::Attempt& attempt : record.attempts) {
    if (!attempt.sent || attempt.deployment.empty()) continue;
    const bool failed = has_failed(attempt);
    const OurSum one{.quantity = 1,
                     .doubted = in_doubt || failed ? 1 : 0,
                     .failed = failed && !in_doubt ? 1 : 0,
                     .across_midnight = is_across_midnight(record) ? 1 : 0};
    Place at{first, resources_.of_backend(attempt.backend), attempt.deployment};
    if (!from_ || record.event_time >= *from_)
      places_[at].metrics[static_cast<std::size_t>(Metric::requests)] += one;
    for (const std::string& day : later_days(record)) {
      if (day < first_day_) continue;
      at.day = day;
      places_[at].carried_metrics[{first, Metric::requests}] += one;
    }
  }
}

}  // namespace tollgate::reconciliation
