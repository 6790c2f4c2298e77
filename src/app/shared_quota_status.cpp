// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <array>
#include <nlohmann/json.hpp>
#include <string>

#include "quota_keeping.hpp"
#include "shared_quota_status.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::app {
namespace {

using Json = nlohmann::ordered_json;
using quotas::OnStoreFailure;

constexpr std::array kWays{OnStoreFailure::local, OnStoreFailure::open, OnStoreFailure::closed};
constexpr std::size_t kNamed = 5;

std::int64_t amount_of(std::int64_t units, const quotas::LimitKey& key) {
  const std::int64_t scale = quotas::units_per_amount(key);
  return units < 0 ? units / scale : (units + scale - 1) / scale;
}

Json shown(std::int64_t units, const quotas::LimitKey& key) {
  const std::int64_t amount = amount_of(units, key);
  if (key.measure != quotas::Measure::cost) return amount;
  return pricing::to_decimal(amount, pricing::kNanoDecimals);
}

std::string what_is_done(OnStoreFailure way) {
  switch (way) {
    case OnStoreFailure::local:
      return "this process gives its part of what was left of";
    case OnStoreFailure::open:
      return "requests pass that meet";
    case OnStoreFailure::closed:
      break;
  }
  return "requests are refused that meet";
}

}  // namespace

const shared_quotas::StoredState* find_state(const std::vector<shared_quotas::StoredState>& states,
                                             const quotas::LimitState& of) {
  const quotas::LimitKey key = key_of(*of.rule);
  for (const shared_quotas::StoredState& state : states) {
    if (state.key == key && state.window == of.window) return &state;
  }
  return nullptr;
}

std::int64_t had_ahead_of(const std::vector<shared_quotas::HadAhead>& ahead,
                          const quotas::LimitKey& key) {
  std::int64_t out = 0;
  for (const shared_quotas::HadAhead& one : ahead) {
    if (one.key == key) out += one.units;
  }
  return amount_of(out, key);
}

nlohmann::ordered_json stored_json(const shared_quotas::StoredState& state, UtcTime now) {
  Json processes = Json::array();
  for (const shared_quotas::Claimant& one : state.claimants) {
    processes.push_back({{"process", one.process},
                         {"used", shown(one.used, state.key)},
                         {"reserved", shown(one.reserved, state.key)},
                         {"silent_for_s", one.silent_for}});
  }
  const auto age = std::chrono::duration_cast<milliseconds>(now - state.at);
  return {{"used", shown(state.used, state.key)},
          {"reserved", shown(state.reserved, state.key)},
          {"added", shown(state.added, state.key)},
          {"age_ms", age.count()},
          {"processes", std::move(processes)}};
}

void QuotaKeeping::add_store_problems(std::vector<std::string>& out) const {
  if (shared_ == nullptr) return;
  const shared_quotas::StoreStatus status = shared_->status();
  if (!shared_->ready(quotas::Moment::now().steady))
    out.emplace_back("quotas: the store is still being told what the ledger has");
  if (status.flushed_lately)
    out.emplace_back("quotas: the store had lost what it knew, and was told it again");
  if (status.answers) return;
  out.push_back("quotas: the store does not answer since " + to_rfc3339(status.since) + ": " +
                status.problem);
  for (const OnStoreFailure way : kWays) {
    std::string names;
    std::size_t limits = 0;
    for (const quotas::LimitState& state : quotas_.states(quotas::Moment::now())) {
      if (state.rule->limit.on_store_failure != way) continue;
      if (++limits > kNamed) continue;
      names.append(names.empty() ? "" : ", ").append(to_text(state.rule->subject));
      names.append(": ").append(to_text(state.rule->limit));
    }
    if (limits == 0) continue;
    if (limits > kNamed)
      names.append(", and ").append(std::to_string(limits - kNamed)).append(" more");
    out.push_back("quotas: on_store_failure " + std::string(to_string(way)) +
                  " is in force: " + what_is_done(way) + " " + names);
  }
}

telemetry::StoreGauges QuotaKeeping::with_limits(telemetry::StoreGauges gauges) const {
  if (shared_ == nullptr) return gauges;
  const shared_quotas::StoreStatus status = shared_->status();
  gauges.processes = static_cast<std::uint64_t>(status.processes);
  gauges.limits_asked = status.calls;
  gauges.limits_ahead = status.from_ahead;
  for (const OnStoreFailure way : kWays) {
    gauges.without.emplace_back(to_string(way),
                                status.without_store.at(static_cast<std::size_t>(way)));
  }
  return gauges;
}

}  // namespace tollgate::app
