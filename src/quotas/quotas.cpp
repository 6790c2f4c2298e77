// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/quotas.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "quotas_impl.hpp"

namespace tollgate::quotas {

std::vector<Counter*> Quotas::Impl::of(const Subject& subject) const {
  const std::lock_guard lock(mutex);
  std::vector<Counter*> out;
  const TokenWeights least{INT64_MIN, INT64_MIN, INT64_MIN};
  const LimitKey first{subject, Measure::requests, Period::none, TokenCount::all, least};
  for (auto at = counters.lower_bound(first); at != counters.end(); ++at) {
    if (at->first.subject != subject) break;
    if (at->second->active()) out.push_back(at->second.get());
  }
  return out;
}

Counter* Quotas::Impl::find(const LimitKey& key) const {
  const std::lock_guard lock(mutex);
  const auto found = counters.find(key);
  return found == counters.end() ? nullptr : found->second.get();
}

Counter& Quotas::Impl::enroll(const LimitKey& key) {
  const std::lock_guard lock(mutex);
  std::unique_ptr<Counter>& counter = counters[key];
  if (!counter) counter = std::make_unique<Counter>(key);
  if (shared) counter->tell(changes);
  return *counter;
}

std::vector<Counter*> Quotas::Impl::active() const {
  const std::lock_guard lock(mutex);
  std::vector<Counter*> out;
  for (const auto& [key, counter] : counters) {
    if (counter->active()) out.push_back(counter.get());
  }
  return out;
}

LearnedOutput& Quotas::Impl::output_of(const std::string& client, const std::string& model) {
  const std::lock_guard lock(mutex);
  return outputs[{client, model}];
}

Quotas::Quotas() : impl_(std::make_unique<Impl>()) {}
Quotas::~Quotas() = default;

std::vector<LimitKey> Quotas::apply(const std::vector<Rule>& rules, const TimeZone& zone,
                                    Moment now) {
  std::vector<LimitKey> anew;
  std::set<LimitKey> named;
  for (const Rule& rule : rules) {
    const LimitKey& key = *named.insert(key_of(rule)).first;
    if (impl_->enroll(key).apply(rule, zone, now)) anew.push_back(key);
  }
  for (Counter* const counter : impl_->active()) {
    if (!named.contains(counter->key())) counter->retire();
  }
  std::sort(anew.begin(), anew.end());
  return anew;
}

LimitSet Quotas::set_of(const std::vector<Subject>& subjects) const {
  LimitSet out;
  for (const Subject& subject : subjects) {
    for (Counter* const counter : impl_->of(subject)) {
      const Rule& rule = *counter->rule();
      out.tokens_ |= rule.limit.measure == Measure::tokens || rule.limit.assume.has_value();
      out.cost_ |= rule.limit.measure == Measure::cost;
      out.cuts_ |= counter->cuts();
      out.counters_.push_back(counter);
    }
  }
  return out;
}

LimitSet Quotas::limits_of(const std::string& client,
                           const std::map<std::string, std::string>& tags,
                           const std::string& model) const {
  LimitSet out = set_of(subjects_of(client, tags, model));
  out.client_ = client;
  out.model_ = model;
  if (out.tokens_ || out.cost_) out.output_ = &impl_->output_of(client, model);
  return out;
}

LimitSet Quotas::limits_of_deployment(const std::string& backend,
                                      const std::string& deployment) const {
  return set_of({{Scope::deployment, backend, deployment}});
}

std::vector<Subject> Quotas::subjects_of(const std::string& client,
                                         const std::map<std::string, std::string>& tags,
                                         const std::string& model) {
  std::vector<Subject> out{{Scope::client_model, client, model}, {Scope::client, client, {}}};
  for (const auto& [key, value] : tags) out.push_back({Scope::tag, key, value});
  out.push_back({Scope::gateway, {}, {}});
  return out;
}

void Quotas::charge(const LimitSet& set, const Use& use, const Demand& unknown, UtcTime accepted_at,
                    Moment now) {
  for (Counter* const counter : set.counters_) {
    const auto units = counter->units(use);
    if (counter->limits(now))
      counter->charge(units ? *units : counter->units(unknown).value_or(0), accepted_at, now);
  }
}

void Quotas::park(const Uuid& record, Reservation reservation, UtcTime expires) {
  impl_->parked.add(record, std::move(reservation), expires);
}
bool Quotas::settle_parked(const Uuid& record, const Use& use, Moment now) {
  return impl_->parked.settle(record, use, now);
}
std::size_t Quotas::expire(UtcTime now) { return impl_->parked.expire(now); }
std::size_t Quotas::parked() const { return impl_->parked.size(); }

}  // namespace tollgate::quotas
