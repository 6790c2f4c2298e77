// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_status.hpp"

#include <utility>

#include "quota_keeping.hpp"
#include "quota_names.hpp"
#include "shared_quota_status.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::app {
namespace {

using Json = nlohmann::ordered_json;

/// Money is a text in currency units: no reader rounds it.
Json amount_json(std::int64_t amount, quotas::Measure measure) {
  if (measure != quotas::Measure::cost) return amount;
  return pricing::to_decimal(amount, pricing::kNanoDecimals);
}

Json subject_json(const quotas::Subject& subject) {
  Json out{{"scope", to_string(subject.scope)}};
  if (!subject.name.empty()) out["name"] = subject.name;
  if (!subject.detail.empty()) out["detail"] = subject.detail;
  return out;
}

}  // namespace

Json state_json(const quotas::LimitState& state, const std::string& currency) {
  const quotas::Limit& limit = state.rule->limit;
  Json out{{"name", limit_name(limit)},
           {"limit", to_text(state.rule->subject) + ": " + to_text(limit)},
           {"subject", subject_json(state.rule->subject)},
           {"measure", to_string(limit.measure)},
           {"per", to_string(limit.period)},
           {"counts", to_string(limit.count)},
           {"mode", to_string(limit.mode)}};
  if (limit.measure == quotas::Measure::cost) out["currency"] = currency;
  out["amount"] = amount_json(state.amount, limit.measure);
  out["used"] = amount_json(state.used, limit.measure);
  out["reserved"] = amount_json(state.reserved, limit.measure);
  out["left"] = amount_json(state.left, limit.measure);
  out["overshoot"] = amount_json(state.overshoot, limit.measure);
  out["window_begin"] = nullptr;
  out["window_end"] = nullptr;
  if (state.window) {
    out["window_begin"] = to_rfc3339(state.window->begin);
    out["window_end"] = to_rfc3339(state.window->end);
  }
  out["restored"] = !state.held;
  out["refusals"] = state.refusals;
  out["shadow_hits"] = state.shadow_hits;
  if (limit.on_store_failure != quotas::OnStoreFailure::local)
    out["on_store_failure"] = to_string(limit.on_store_failure);
  return out;
}

std::vector<telemetry::QuotaGauges> QuotaKeeping::gauges(quotas::Moment now) const {
  constexpr double kNanos = 1e9;
  std::vector<telemetry::QuotaGauges> out;
  std::vector<shared_quotas::StoredState> stored;
  std::vector<shared_quotas::HadAhead> ahead;
  if (shared_ != nullptr) stored = shared_->states();
  if (shared_ != nullptr) ahead = shared_->had_ahead();
  for (const quotas::LimitState& state : quotas_.states(now)) {
    const quotas::Limit& limit = state.rule->limit;
    const double unit = limit.measure == quotas::Measure::cost ? kNanos : 1;
    const auto shown = [unit](std::int64_t amount) { return static_cast<double>(amount) / unit; };
    out.push_back({to_text(state.rule->subject) + ": " + to_text(limit), shown(state.amount),
                   shown(state.used), shown(state.reserved), shown(state.overshoot),
                   state.shadow_hits, state.held});
    const auto* const in_store = find_state(stored, state);
    if (in_store == nullptr) continue;
    const auto units = static_cast<double>(quotas::units_per_amount(in_store->key));
    out.back().shared_used = static_cast<double>(in_store->used) / units / unit;
    out.back().shared_reserved = static_cast<double>(in_store->reserved) / units / unit;
    out.back().had_ahead = shown(had_ahead_of(ahead, in_store->key));
  }
  return out;
}

std::string QuotaKeeping::page(quotas::Moment now) const {
  Json limits = Json::array();
  std::vector<shared_quotas::StoredState> stored;
  if (shared_ != nullptr) stored = shared_->states();
  for (const quotas::LimitState& state : quotas_.states(now)) {
    limits.push_back(state_json(state, currency_));
    const auto* const in_store = find_state(stored, state);
    if (in_store != nullptr) limits.back()["shared"] = stored_json(*in_store, now.utc);
  }
  Json out{{"time", to_rfc3339(now.utc)}, {"limits", std::move(limits)}};
  if (shared_ != nullptr) {
    const shared_quotas::StoreStatus status = shared_->status();
    out["store"] = {{"answers", status.answers},
                    {"since", to_rfc3339(status.since)},
                    {"processes", status.processes},
                    {"workers", status.workers}};
  }
  return out.dump() + "\n";
}

}  // namespace tollgate::app
