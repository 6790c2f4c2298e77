// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/quotas/quotas.hpp"

namespace tollgate::quotas {

/// 2026-11-30T10:00:00Z, and so long after it by both clocks.
inline Moment after(std::chrono::nanoseconds time) {
  const UtcTime utc = *from_rfc3339("2026-11-30T10:00:00Z");
  return {utc + std::chrono::duration_cast<microseconds>(time),
          SteadyTime(std::chrono::hours(1)) + time};
}

inline TimeZone zone_named(const std::string& name) { return TimeZone::load(name).value(); }

inline Subject client_a() { return {Scope::client, "a", {}}; }

inline Limit limit_of(Measure measure, Period period, std::int64_t amount) {
  Limit out;
  out.measure = measure;
  out.period = period;
  out.amount = amount;
  return out;
}

inline Limit tokens_a_day(std::int64_t amount) {
  return limit_of(Measure::tokens, Period::day, amount);
}
inline Limit requests_a_minute(std::int64_t amount) {
  return limit_of(Measure::requests, Period::minute, amount);
}
inline Limit shadow(Limit limit) {
  limit.mode = Mode::shadow;
  return limit;
}

inline Demand demand_of(std::int64_t prompt, std::int64_t completion = 0) {
  return {1, prompt, completion, std::nullopt};
}
inline Use use_of_tokens(std::int64_t prompt, std::int64_t completion = 0) {
  return {1, prompt, std::nullopt, completion, std::nullopt};
}

/// Quotas with the limits of client a, and what its requests for model m meet.
struct ClientQuotas {
  explicit ClientQuotas(const std::vector<Limit>& limits) {
    apply(limits);
    set = quotas.limits_of("a", {}, "m");
  }
  std::vector<LimitKey> apply(const std::vector<Limit>& limits, Moment now = after({})) {
    std::vector<Rule> rules;
    for (const Limit& limit : limits) rules.push_back({client_a(), limit});
    return quotas.apply(rules, TimeZone(), now);
  }
  Reserved reserve(const Demand& demand, Moment now = after({})) {
    return quotas.reserve(set, demand, now);
  }
  LimitState state(Moment now = after({})) { return quotas.states(now).at(0); }

  Quotas quotas;
  LimitSet set;
};

}  // namespace tollgate::quotas
