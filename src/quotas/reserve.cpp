// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <utility>

#include "exceeded_rank.hpp"
#include "quotas_impl.hpp"

namespace tollgate::quotas {

Exceeded Quotas::worst_of(const LimitSet& set, const Demand& demand, const Counter& refused,
                          Moment now) {
  std::optional<Exceeded> worst;
  for (Counter* const counter : set.counters_) {
    const bool surely = counter == &refused;
    if (!surely && !(counter->limits(now) && counter->enforces())) continue;
    auto exceeded = counter->examine(counter->units(demand), surely, now);
    if (exceeded) keep_worse(worst, std::move(*exceeded));
  }
  return std::move(*worst);
}

Reserved Quotas::reserve(const LimitSet& set, const Demand& demand, Moment now) {
  Reserved out;
  const Counter* const refused = take_all(set, demand, now, out.reservation);
  if (refused != nullptr) out.exceeded = worst_of(set, demand, *refused, now);
  return out;
}

const Counter* Quotas::take_all(const LimitSet& set, const Demand& demand, Moment now,
                                Reservation& out) {
  auto& holds = out.holds_;
  holds.reserve(set.counters_.size());
  for (Counter* const counter : set.counters_) {
    if (!counter->limits(now)) continue;
    Hold hold;
    bool taken = false;
    try {
      taken = counter->take(counter->units(demand), now, hold);
    } catch (...) {
      out.release(now);
      throw;
    }
    if (!taken) {
      out.release(now);
      return counter;
    }
    holds.push_back(hold);
  }
  for (const Hold& hold : holds) {
    if (hold.shadow_hit) hold.counter->count_shadow_hit();
  }
  return nullptr;
}

void Quotas::count_refusal(const LimitSet& set, const Exceeded& exceeded, Moment now) {
  Counter* const counter = impl_->find(key_of(*exceeded.rule));
  if (counter != nullptr) counter->count_refusal(set.client_, set.model_, exceeded.kind, now);
}

}  // namespace tollgate::quotas
