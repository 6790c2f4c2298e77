// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "counter.hpp"

#include <limits>
#include <new>
#include <utility>

namespace tollgate::quotas {
namespace {

bool is_rate(const LimitKey& key) { return key.period == Period::minute; }

WindowTerms terms_of(const Rule& rule, const TimeZone& zone, std::int64_t scale) {
  const Limit& limit = rule.limit;
  WindowTerms out{limit.period, limit.amount * scale, limit.top_ups, limit.warn_at, zone};
  for (TopUp& top_up : out.top_ups) top_up.amount *= scale;
  return out;
}

}  // namespace

std::shared_ptr<const Rule> Counter::rule() const {
  const std::lock_guard lock(mutex_);
  return rule_;
}

bool Counter::has_windows() const { return key_.period > Period::minute; }

bool Counter::apply(const Rule& rule, const TimeZone& zone, Moment now) {
  const Limit& limit = rule.limit;
  const std::int64_t scale = units_per_amount(key_);
  {
    const std::lock_guard lock(mutex_);
    rule_ = std::make_shared<const Rule>(rule);
  }
  mode_ = limit.mode;
  cuts_ = limit.on_exhausted == OnExhausted::cut;
  on_failure_ = limit.on_store_failure;
  strict_ = limit.strict;
  until_ = limit.until ? to_unix_micros(*limit.until) : std::numeric_limits<std::int64_t>::max();
  const AssumedPrice price = limit.assume.value_or(AssumedPrice{});
  assumed_prompt_ = price.prompt_nano;
  assumed_completion_ = price.completion_nano;
  assumes_ = limit.assume.has_value();
  bool anew = false;
  if (has_windows()) {
    if (!active_) windows_.clear();
    anew = windows_.change(terms_of(rule, zone, scale), now.utc);
  } else if (is_rate(key_)) {
    if (!active_) rate_.clear();
    rate_.change(limit.amount * scale, limit.burst.value_or(limit.amount) * scale, now.steady);
  } else {
    most_in_flight_ = limit.amount;
  }
  active_ = true;
  return anew;
}

bool Counter::limits(Moment now) const {
  return active_.load(std::memory_order_relaxed) &&
         to_unix_micros(now.utc) < until_.load(std::memory_order_relaxed);
}

std::optional<std::int64_t> Counter::units(const Demand& demand) const {
  std::optional<AssumedPrice> assume;
  if (assumes_.load(std::memory_order_relaxed)) assume = {assumed_prompt_, assumed_completion_};
  return units_of(demand, key_, assume);
}

std::optional<std::int64_t> Counter::units(const Use& use) const {
  std::optional<AssumedPrice> assume;
  if (assumes_.load(std::memory_order_relaxed)) assume = {assumed_prompt_, assumed_completion_};
  return units_of(use, key_, assume);
}

bool Counter::take_in_flight(std::int64_t units, std::int64_t most) {
  std::int64_t before = in_flight_.load(std::memory_order_relaxed);
  do {
    if (units > most - before) return false;
  } while (!in_flight_.compare_exchange_weak(before, before + units));
  return true;
}

bool Counter::take_in_window(std::int64_t units, bool unpriced, Moment now, Hold& hold) {
  WindowCount& window = windows_.enter(now.utc);
  hold.window = &window;
  if (!unpriced && window.take(units)) return true;
  hold.shadow_hit = !enforces();
  if (hold.shadow_hit) {
    window.reserve(units);
  } else {
    WindowCounts::leave(window);
  }
  return hold.shadow_hit;
}

bool Counter::take(std::optional<std::int64_t> units, Moment now, Hold& hold) {
  const std::int64_t wanted = units.value_or(0);
  hold = {this, nullptr, wanted, false};
  if (has_windows()) return take_in_window(wanted, !units, now, hold);
  const bool fits = is_rate(key_)
                        ? units && rate_.take(wanted, now.steady)
                        : take_in_flight(wanted, most_in_flight_.load(std::memory_order_relaxed));
  if (fits) return true;
  hold.shadow_hit = !enforces();
  hold.units = 0;
  return hold.shadow_hit;
}

bool Counter::extend(Hold& hold, std::int64_t units, Moment now) {
  if (key_.measure == Measure::in_flight || (hold.shadow_hit && hold.window == nullptr))
    return true;
  const bool must_fit = cuts();
  if (hold.window != nullptr) {
    if (!must_fit) hold.window->reserve(units);
    if (must_fit && !hold.window->take(units)) return false;
  } else {
    if (!must_fit) rate_.add(units, now.steady);
    if (must_fit && !rate_.take(units, now.steady)) return false;
  }
  hold.units += units;
  note_change();
  return true;
}

void Counter::undo_extension(Hold& hold, std::int64_t units, Moment now) {
  if (key_.measure == Measure::in_flight || (hold.shadow_hit && hold.window == nullptr)) return;
  if (hold.window != nullptr) {
    hold.window->reserve(-units);
  } else {
    rate_.add(-units, now.steady);
  }
  hold.units -= units;
  note_change();
}

void Counter::release(Hold& hold, Moment now) {
  if (hold.window != nullptr) {
    hold.window->reserve(-hold.units);
    WindowCounts::leave(*hold.window);
  } else if (is_rate(key_)) {
    rate_.add(-hold.units, now.steady);
  } else {
    in_flight_.fetch_sub(hold.units);
  }
  if (hold.by_share) settle_share(hold.units, 0, now);
  note_change();
}

void Counter::settle(Hold& hold, std::optional<std::int64_t> used, Moment now) {
  if (hold.window != nullptr) {
    settle_in_window(*hold.window, hold.units, used.value_or(hold.units));
  } else if (!is_rate(key_)) {
    in_flight_.fetch_sub(hold.units);
  } else if (!hold.shadow_hit) {
    rate_.replace(hold.units, used.value_or(hold.units), now.steady);
  }
  if (hold.by_share) settle_share(hold.units, used.value_or(hold.units), now);
  note_change();
}

void Counter::settle_as_reserved(Hold& hold) {
  if (hold.window != nullptr) {
    settle_in_window(*hold.window, hold.units, hold.units);
  } else if (!is_rate(key_)) {
    in_flight_.fetch_sub(hold.units);
  }
  note_change();
}

void Counter::charge(std::int64_t used, UtcTime accepted_at, Moment now) {
  if (is_rate(key_)) rate_.add(used, now.steady);
  WindowCount* const window = has_windows() ? windows_.enter_at(accepted_at, now.utc) : nullptr;
  if (window != nullptr) settle_in_window(*window, 0, used);
  note_change();
}

void Counter::settle_in_window(WindowCount& window, std::int64_t reserved, std::int64_t used) {
  if (window.settle(reserved, used)) warn(window);
  WindowCounts::leave(window);
}

void Counter::warn(WindowCount& window) noexcept {
  try {
    const std::lock_guard lock(mutex_);
    // What has been crossed is told or crossed again: nothing throws between the two.
    warnings_.reserve(warnings_.size() + rule_->limit.warn_at.size());
    for (const Crossing& crossing : windows_.cross(window))
      warnings_.push_back({rule_, crossing.percent, amount_of_used(crossing.used),
                           amount_of(crossing.amount), crossing.window});
  } catch (const std::bad_alloc&) {
    // The next use finds the same.
  }
}

void Counter::count_refusal(const std::string& client, const std::string& model,
                            Exceeded::Kind kind, Moment now) {
  refusals_.fetch_add(1, std::memory_order_relaxed);
  const UtcTime minute(std::chrono::floor<std::chrono::minutes>(now.utc.time_since_epoch()));
  const std::lock_guard lock(mutex_);
  ++refused_[{minute, client, model, kind}];
}

void Counter::top_up(std::int64_t amount, Moment now) {
  windows_.top_up(amount * units_per_amount(key_), now.utc);
  note_change();
}

std::int64_t Counter::used_in_window(Moment now) { return windows_.used(now.utc); }

void Counter::forgive(std::int64_t units, Moment now) {
  windows_.forgive(units, is_shared(), now.utc);
  note_change();
}

void Counter::reset(Moment now) {
  if (has_windows()) windows_.reset(now.utc);
  if (is_rate(key_)) rate_.clear();
  note_change();
}

void Counter::take_warnings(std::vector<Warning>& out) {
  const std::lock_guard lock(mutex_);
  out.insert(out.end(), warnings_.begin(), warnings_.end());
  warnings_.clear();
}

void Counter::take_refusals(std::vector<RefusalCount>& out) {
  const std::lock_guard lock(mutex_);
  for (const auto& [what, count] : refused_) {
    const auto& [minute, client, model, kind] = what;
    out.push_back({minute, client, model, rule_, kind, count});
  }
  refused_.clear();
}

}  // namespace tollgate::quotas
