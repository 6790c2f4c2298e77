// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <utility>

#include "exceeded_rank.hpp"
#include "quotas_impl.hpp"

// Where a store decides that several processes share.
namespace tollgate::quotas {

void Quotas::share(std::function<void()> changed) {
  impl_->changes.listen(std::move(changed));
  impl_->shared = true;
  const std::lock_guard lock(impl_->mutex);
  for (const auto& [key, counter] : impl_->counters) counter->tell(impl_->changes);
}

std::vector<Asked> Quotas::asked(const LimitSet& set, const Demand& demand, Moment now) const {
  std::vector<Asked> out;
  out.reserve(set.counters_.size());
  for (Counter* const counter : set.counters_) {
    if (counter->limits(now)) out.push_back(counter->asked(demand, now));
  }
  return out;
}

Reserved Quotas::reserve(const std::vector<Asked>& asked, const std::vector<Ruling>& rulings,
                         std::int64_t processes, Moment now) {
  Reserved out;
  auto& holds = out.reservation.holds_;
  holds.reserve(asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    Hold hold;
    bool taken = false;
    try {
      taken = asked[i].counter->take_ruled(asked[i], rulings[i], processes, now, hold);
    } catch (...) {
      out.reservation.release(now);
      throw;
    }
    if (taken) {
      holds.push_back(hold);
      continue;
    }
    out.reservation.release(now);
    out.exceeded = asked[i].counter->examine(asked[i].units, true, now);
    return out;
  }
  for (const Hold& hold : holds) {
    if (hold.shadow_hit) hold.counter->count_shadow_hit();
  }
  return out;
}

void Quotas::see(const Asked& asked, const Seen& seen, Moment now) {
  asked.counter->see(asked.window, seen, now);
}

void Quotas::see(const OwnUse& own, const Seen& seen, Moment now) {
  Counter* const counter = impl_->find(*own.key);
  if (counter != nullptr) counter->see(own.window, seen, now);
}

Exceeded Quotas::worst_of(const std::vector<std::pair<Asked, Seen>>& refused, Moment now) {
  std::optional<Exceeded> worst;
  for (const auto& [asked, seen] : refused)
    keep_worse(worst, asked.counter->refusal_of(asked, seen, now));
  return std::move(*worst);
}

Exceeded Quotas::store_away(const Asked& asked, milliseconds wait) {
  Exceeded out;
  out.kind = Exceeded::Kind::store_away;
  out.rule = asked.counter->rule();
  out.wait = wait;
  out.amount = asked.amount / units_per_amount(*asked.key);
  return out;
}

std::optional<std::vector<const LimitKey*>> Quotas::take_changed() {
  const ChangedCounters::Taken taken = impl_->changes.take();
  if (taken.all) return std::nullopt;
  std::vector<const LimitKey*> out;
  out.reserve(taken.counters.size());
  for (const Counter* const counter : taken.counters) out.push_back(&counter->key());
  return out;
}

std::vector<OwnUse> Quotas::own_use(const LimitKey& key, Moment now) const {
  std::vector<OwnUse> out;
  Counter* const counter = impl_->find(key);
  if (counter != nullptr) counter->own(out, now);
  return out;
}

std::vector<OwnUse> Quotas::own_use(Moment now) const {
  std::vector<OwnUse> out;
  for (Counter* const counter : impl_->active()) counter->own(out, now);
  return out;
}

}  // namespace tollgate::quotas
