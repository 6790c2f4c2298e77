// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <tuple>
#include <utility>

#include "quotas_impl.hpp"

namespace tollgate::quotas {
namespace {

/// What asking again cannot change weighs more than any wait.
std::tuple<Exceeded::Kind, milliseconds> rank(const Exceeded& exceeded) {
  const bool final = exceeded.kind >= Exceeded::Kind::unpriced;
  return {final ? exceeded.kind : Exceeded::Kind::rate, exceeded.wait};
}

void keep_worse(std::optional<Exceeded>& worst, Exceeded other) {
  if (!worst) {
    worst = std::move(other);
    return;
  }
  const bool smaller = worst->smaller_may_pass && other.smaller_may_pass;
  if (rank(other) > rank(*worst)) worst = std::move(other);
  worst->smaller_may_pass = smaller;
}

}  // namespace

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
