// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/allocation/shared_hour.hpp"

#include <algorithm>
#include <utility>

#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

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

/// 16 hexadecimal digits: two hours with the same ones have the same shares of the same cost.
std::string digest_of(const std::vector<std::int64_t>& weights, const std::vector<bool>& known) {
  constexpr std::size_t kBytes = 8;
  std::string text;
  for (std::size_t i = 0; i < weights.size(); ++i)
    text.append(known[i] ? std::to_string(weights[i]) : "?").append("\n");
  const Sha256 digest = sha256(text);
  return to_hex({reinterpret_cast<const char*>(digest.data()), kBytes});
}

/// In the runs of re-ratings alone, behind what names the hour.
constexpr std::string_view kReratedRun = " rerate ";

}  // namespace

bool is_rerated(const CostAdjustment& counting) {
  if (counting.kind == usage::AdjustmentKind::rerate) return true;
  const bool rest = counting.kind == usage::AdjustmentKind::unused_capacity;
  return rest && counting.run.find(kReratedRun) != std::string::npos;
}

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
  weights_digest_ = digest_of(weights_, known_);
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

std::string SharedHour::run_of_prices() const {
  return of_.backend + "/" + of_.deployment + " " + pricing::to_minute(of_.hour.begin) + " " +
         of_.hour.id + " ";
}

/// All that decides the shares: the weights too, for `whole` may stay what it is when one more
/// record is weighed.
std::string SharedHour::run() const {
  return run_of_prices() + std::to_string(whole_) + " " + weights_digest_ + behind_;
}

bool SharedHour::is_by_these_prices(const CostAdjustment& counting) const {
  return counting.run.starts_with(run_of_prices());
}

Uuid SharedHour::rest_id() const { return id_of_rest(of_); }

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
