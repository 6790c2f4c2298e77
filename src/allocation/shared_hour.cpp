// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/shared_hour.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/base/digest.hpp"

namespace tollgate::allocation {
namespace {

using pricing::Cost;
using usage::CostAdjustment;
using usage::UsageRecord;

/// An id that no record has, always the same for what stays unused of an hour: of the custom kind,
/// UUIDv8 (RFC 9562 5.8), out of a digest.
Uuid id_of_rest(const HourOfDeployment& of) {
  const std::string text = "unused capacity\n" + of.gateway + "\n" + of.backend + "\n" +
                           of.deployment + "\n" + pricing::to_minute(of.hour.begin);
  const Sha256 digest = sha256(text);
  Uuid out;
  std::copy_n(digest.begin(), out.bytes.size(), out.bytes.begin());
  out.bytes[6] = static_cast<std::uint8_t>(0x80U | (out.bytes[6] & 0x0FU));
  out.bytes[8] = static_cast<std::uint8_t>(0x80U | (out.bytes[8] & 0x3FU));
  return out;
}

}  // namespace

bool is_served_by(const UsageRecord& record, std::span<const pricing::Capacity> history,
                  const pricing::Pricer& pricer) {
  return record.backend == history.front().backend &&
         pricing::serving_deployment(record) == history.front().deployment &&
         pricing::is_of_capacity(record, pricer.list().capacities());
}

void SharedHour::weigh(const UsageRecord& record) {
  std::optional<std::int64_t> weight;
  if (by_list()) {
    weight = of_.pricer.cost_as_recorded(record).nano;
  } else {
    weight = pricing::weight_of(record, of_.hour.output_weight);
  }
  weights_.push_back(weight.value_or(0));
  known_.push_back(weight.has_value());
}

Result<void> SharedHour::share_out() {
  const auto whole = pricing::whole_of(of_.hour, weights_);
  if (!whole) return Error{Errc::internal, "the hour's weights are too large to be added"};
  whole_ = *whole;
  if (by_list()) {
    shares_ = {.parts = weights_, .rest = of_.hour.nano - whole_};
  } else {
    shares_ = pricing::share_out(of_.hour.nano, weights_, whole_);
  }
  return {};
}

Cost SharedHour::next_cost(const UsageRecord& record) {
  const std::size_t place = next_++;
  if (by_list()) return of_.pricer.cost_as_recorded(record);
  if (!known_[place]) return pricing::without_share(record, of_.hour);
  return pricing::allocated_cost(record, of_.hour, shares_.parts[place], weights_[place], whole_);
}

std::string SharedHour::run() const {
  return of_.backend + "/" + of_.deployment + " " + pricing::to_minute(of_.hour.begin) + " " +
         of_.hour.id + " " + std::to_string(whole_) + behind_;
}

CostAdjustment SharedHour::made(UsageRecord record, const Cost& cost) const {
  CostAdjustment out{.kind = kind_, .run = run(), .made_at = now_};
  usage::set_previous(out, record);
  out.record = std::move(record);
  pricing::set_cost(out.record, cost, of_.pricer.list().currency());
  return out;
}

CostAdjustment SharedHour::adjust(UsageRecord record) {
  const Cost cost = next_cost(record);
  return made(std::move(record), cost);
}

CostAdjustment SharedHour::rest() const {
  UsageRecord nobody;
  nobody.record_id = id_of_rest(of_);
  nobody.event_time = of_.hour.begin;
  nobody.gateway = of_.gateway;
  nobody.backend = of_.backend;
  nobody.backend_deployment = of_.deployment;
  nobody.model = of_.hour.model;
  // Before there was one nothing was unused: a rest of 0 changes nothing.
  nobody.cost_nano = 0;
  nobody.cost_currency = of_.pricer.list().currency();
  nobody.cost_basis = usage::CostBasis::priced;
  CostAdjustment out = made(std::move(nobody), pricing::rest_of_hour(of_.hour, shares_.rest));
  out.kind = usage::AdjustmentKind::unused_capacity;
  return out;
}

}  // namespace tollgate::allocation
