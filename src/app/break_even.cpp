// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "break_even.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "tollgate/pricing/allocation.hpp"

namespace tollgate::app {
namespace {

using pricing::Int128;
using pricing::ProvisionedModel;
using reports::DeploymentModels;
using usage::UsageRecord;

std::int64_t minute_of(UtcTime time) {
  return std::chrono::floor<std::chrono::minutes>(time).time_since_epoch().count();
}

BreakEven::Key key_of_traffic(const UsageRecord& record) {
  return {record.backend, std::string(pricing::serving_deployment(record)), record.model};
}

bool is_named(const UsageRecord& record) {
  return DeploymentModels::unnamed(record) == DeploymentModels::Deployment();
}

Int128 rounded_up(Int128 number, Int128 by) { return (number + by - 1) / by; }

}  // namespace

void BreakEven::add(const UsageRecord& record) {
  models_.note(record, 1, to_unix_micros(record.event_time));
  if (pricing::is_of_capacity(record, pricer_.list().capacities())) return add_provisioned(record);
  if (!is_by_token(record)) return;
  if (is_named(record)) return add_by_token(record);
  has_unnamed_ = true;
}

void BreakEven::add_unnamed(const UsageRecord& record) {
  if (is_named(record) || !is_by_token(record)) return;
  const std::string* const model = models_.model_of(DeploymentModels::unnamed(record));
  UsageRecord named = record;
  if (model != nullptr) named.model = *model;
  add_by_token(named);
}

bool BreakEven::is_by_token(const UsageRecord& record) const {
  return !pricing::is_of_capacity(record, pricer_.list().capacities()) &&
         pricing::quantities_of(record).knowledge != pricing::Knowledge::free;
}

void BreakEven::add_provisioned(const UsageRecord& record) {
  Provisioned& sum = provisioned_[key_of_traffic(record)];
  ++sum.records;
  const auto nano = pricer_.cost_as_recorded(record).nano;
  sum.unpriced += nano ? 0 : 1;
  sum.list_nano += nano.value_or(0);
  const pricing::Capacity* const capacity = pricer_.list().capacities().at(
      record.backend, pricing::serving_deployment(record), record.event_time);
  if (capacity != nullptr)
    sum.weight += pricing::weight_of(record, capacity->output_weight).value_or(0);
}

void BreakEven::add_by_token(const UsageRecord& record) {
  const ProvisionedModel* const model = pricing::find_provisioned_model(record.model);
  if (model == nullptr) return;
  ByToken& sum = by_token_[key_of_traffic(record)];
  ++sum.records;
  const auto weight = pricing::weight_of(record, model->output_weight);
  sum.without += record.cost_nano && weight ? 0 : 1;
  sum.nano += record.cost_nano.value_or(0);
  sum.weight += weight.value_or(0);
  sum.minutes[minute_of(record.event_time)] += weight.value_or(0);
  const pricing::Sku* const sku = pricing::find_sku(record.sku);
  if (sku != nullptr) sum.scope = to_string(sku->scope);
}

void BreakEven::finish() {
  for (auto& [key, sum] : by_token_) {
    for (const auto& [minute, weight] : sum.minutes) sum.busiest = std::max(sum.busiest, weight);
  }
}

std::int64_t BreakEven::ptu_for(const ProvisionedModel& model, const ByToken& traffic) {
  const bool regional = traffic.scope == to_string(pricing::Scope::regional);
  const std::int64_t least = regional ? model.least_regional : model.least;
  const std::int64_t step = regional ? model.step_regional : model.step;
  const Int128 needed = rounded_up(traffic.busiest, model.tokens_per_minute);
  return static_cast<std::int64_t>(std::max<Int128>(least, rounded_up(needed, step) * step));
}

pricing::PriceList at_list_prices(const pricing::PriceList& list) {
  std::vector<pricing::Capacity> capacities = list.capacities().entries();
  for (pricing::Capacity& one : capacities) one.allocate = pricing::Allocate::list_price;
  return {list.currency(), list.entries(), list.adjustments(),
          pricing::CapacityList(std::move(capacities))};
}

Int128 capacity_cost(std::span<const pricing::Capacity> history, UtcTime from, UtcTime until,
                     std::string_view currency) {
  Int128 out = 0;
  for (UtcTime hour = from; hour + std::chrono::hours(1) <= until; hour += std::chrono::hours(1)) {
    const auto one = pricing::capacity_in(history, hour, currency);
    if (one) out += one->nano;
  }
  return out;
}

}  // namespace tollgate::app
