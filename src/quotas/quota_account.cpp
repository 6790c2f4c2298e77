// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>

#include "quotas_impl.hpp"
#include "tollgate/base/int128.hpp"

// What is read back from the ledger, what operators change, and what anybody is told.
namespace tollgate::quotas {
namespace {

/// Whether a has a smaller part of it left than b.
bool is_tighter(const Room& a, const Room& b) {
  return Int128(a.remaining) * b.limit < Int128(b.remaining) * a.limit;
}

void keep_tighter(std::optional<Room>& tightest, const std::optional<Room>& room) {
  if (room && (!tightest || is_tighter(*room, *tightest))) tightest = room;
}

}  // namespace

std::optional<UtcTime> Quotas::restore_from(Moment now) const {
  std::optional<UtcTime> out;
  for (Counter* const counter : impl_->active()) {
    const auto window = counter->state(now).window;
    if (window && (!out || window->begin < *out)) out = window->begin;
  }
  return out;
}

void Quotas::restore(const std::vector<LimitKey>& keys, const usage::UsageRecord& record,
                     const Demand& unknown, Moment now) {
  const Use use = use_of(record);
  std::vector<Subject> subjects =
      subjects_of(record.client_name, record.tags, record.requested_model);
  subjects.push_back({Scope::deployment, record.backend, record.backend_deployment});
  for (const Subject& subject : subjects) {
    for (Counter* const counter : impl_->of(subject)) {
      if (!counter->has_windows()) continue;
      if (!std::binary_search(keys.begin(), keys.end(), counter->key())) continue;
      const auto units = counter->units(use);
      counter->charge(units ? *units : counter->units(unknown).value_or(0), record.event_time, now);
    }
  }
}

void Quotas::restore(const LimitKey& key, UtcTime at, const Use& used, Moment now,
                     std::int64_t forgiven) {
  Counter* const counter = impl_->find(key);
  if (counter == nullptr || !counter->has_windows()) return;
  const std::int64_t units = counter->units(used).value_or(0);
  const std::int64_t least = counter->is_shared() ? -forgiven : 0;
  counter->charge(std::max(units - forgiven, least), at, now);
}

void Quotas::Impl::hold(const std::vector<LimitKey>& keys, bool on) {
  for (const LimitKey& key : keys) {
    Counter* const counter = find(key);
    if (counter != nullptr && counter->has_windows() && counter->hold(on)) held += on ? 1 : -1;
  }
}

void Quotas::hold(const std::vector<LimitKey>& keys) { impl_->hold(keys, true); }
void Quotas::release(const std::vector<LimitKey>& keys) { impl_->hold(keys, false); }

std::shared_ptr<const Rule> Quotas::held_by(const LimitSet& set, Moment now) const {
  if (impl_->held.load(std::memory_order_relaxed) == 0) return nullptr;
  for (Counter* const counter : set.counters_) {
    const bool money = counter->key().measure == Measure::cost;
    if (money && counter->held() && counter->enforces() && counter->limits(now))
      return counter->rule();
  }
  return nullptr;
}

bool Quotas::top_up(const LimitKey& key, std::int64_t amount, Moment now) {
  Counter* const counter = impl_->find(key);
  if (counter == nullptr || !counter->active() || !counter->has_windows()) return false;
  if (amount < 1 || amount > kLargestWeightedAmount) return false;
  counter->top_up(amount, now);
  return true;
}

std::optional<std::int64_t> Quotas::used_units(const LimitKey& key, Moment now) const {
  Counter* const counter = impl_->find(key);
  if (counter == nullptr || !counter->active() || !counter->has_windows()) return std::nullopt;
  return counter->used_in_window(now);
}

bool Quotas::forgive(const LimitKey& key, std::int64_t units, Moment now) {
  Counter* const counter = impl_->find(key);
  if (counter == nullptr || !counter->active() || !counter->has_windows()) return false;
  counter->forgive(units, now);
  return true;
}

bool Quotas::reset(const LimitKey& key, Moment now) {
  Counter* const counter = impl_->find(key);
  if (counter == nullptr || !counter->active()) return false;
  counter->reset(now);
  return true;
}

std::vector<LimitState> Quotas::states(Moment now) const {
  std::vector<LimitState> out;
  for (Counter* const counter : impl_->active()) out.push_back(counter->state(now));
  return out;
}

Tightest Quotas::tightest(const LimitSet& set, Moment now) const {
  Tightest out;
  for (Counter* const counter : set.counters_) {
    if (!counter->limits(now) || !counter->enforces()) continue;
    const Measure measure = counter->key().measure;
    if (measure == Measure::requests) keep_tighter(out.requests, counter->room(now));
    if (measure == Measure::tokens) keep_tighter(out.tokens, counter->room(now));
  }
  return out;
}

std::vector<Warning> Quotas::take_warnings() {
  std::vector<Warning> out;
  for (Counter* const counter : impl_->active()) counter->take_warnings(out);
  return out;
}

std::vector<RefusalCount> Quotas::take_refusals() {
  std::vector<RefusalCount> out;
  for (Counter* const counter : impl_->active()) counter->take_refusals(out);
  std::stable_sort(out.begin(), out.end(), [](const RefusalCount& a, const RefusalCount& b) {
    return a.minute < b.minute;
  });
  return out;
}

}  // namespace tollgate::quotas
