// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "counter.hpp"
#include "gcra.hpp"

// What a counter has to do with the store that several processes share.
namespace tollgate::quotas {
namespace {

std::int64_t nanos_of(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

}  // namespace

void Counter::note_change() noexcept {
  ChangedCounters* const changes = changes_.load(std::memory_order_relaxed);
  if (changes != nullptr && !changed_.exchange(true)) changes->add(*this);
}

Asked Counter::asked(const Demand& demand, Moment now) {
  Asked out;
  out.counter = this;
  out.key = &key_;
  out.units = units(demand);
  out.enforces = enforces();
  out.strict = strict_.load(std::memory_order_relaxed);
  out.on_failure = on_failure_.load(std::memory_order_relaxed);
  if (has_windows()) {
    WindowCount& window = windows_.enter(now.utc);
    out.amount = window.amount() - window.extra();
    out.window = window.window();
    WindowCounts::leave(window);
  } else if (key_.period == Period::minute) {
    out.amount = rate_.burst();
    out.per_minute = rate_.per_minute();
  } else {
    out.amount = most_in_flight_.load(std::memory_order_relaxed);
  }
  return out;
}

bool Counter::take_ruled_in_window(const Asked& asked, Ruling ruling, std::int64_t processes,
                                   Moment now, Hold& hold) {
  // The window that was asked for may be over by now: it counts there all the same.
  WindowCount* window = windows_.enter_at(asked.window->begin, now.utc);
  if (window == nullptr) window = &windows_.enter(now.utc);
  hold.window = window;
  const bool unpriced = !asked.units;
  const bool fits = ruling != Ruling::share ||
                    (!unpriced && window->take_within(hold.units, window->share(processes)));
  if (ruling == Ruling::share && fits) return true;
  hold.shadow_hit = ruling == Ruling::shadow_hit || !fits;
  if (!fits && enforces()) {
    WindowCounts::leave(*window);
    return false;
  }
  window->reserve(hold.units);
  return true;
}

bool Counter::take_share(std::int64_t units, std::int64_t processes, Moment now, Hold& hold) {
  const std::int64_t sharers = std::max<std::int64_t>(processes, 1);
  if (key_.period != Period::minute) {
    const std::int64_t most = most_in_flight_.load(std::memory_order_relaxed) / sharers;
    return take_in_flight(units, std::max<std::int64_t>(most, 1));
  }
  const std::lock_guard lock(mutex_);
  if (!share_) share_.emplace();
  const auto part = [&](std::int64_t whole) { return std::max<std::int64_t>(whole / sharers, 1); };
  share_->change(part(rate_.per_minute()), part(rate_.burst()), now.steady);
  hold.by_share = share_->take(units, now.steady);
  if (hold.by_share) rate_.add(units, now.steady);
  return hold.by_share;
}

void Counter::settle_share(std::int64_t reserved, std::int64_t used, Moment now) {
  const std::lock_guard lock(mutex_);
  if (share_) share_->replace(reserved, used, now.steady);
}

bool Counter::take_ruled(const Asked& asked, Ruling ruling, std::int64_t processes, Moment now,
                         Hold& hold) {
  const std::int64_t units = asked.units.value_or(0);
  hold = {this, nullptr, units, false, false};
  if (asked.window) {
    const bool taken = take_ruled_in_window(asked, ruling, processes, now, hold);
    // What was granted is in the store by what the worker was granted.
    if (taken && ruling != Ruling::granted) note_change();
    return taken;
  }
  const bool whatever = ruling == Ruling::granted || ruling == Ruling::counted;
  const bool fits = whatever || (ruling == Ruling::share && asked.units &&
                                 take_share(units, processes, now, hold));
  if (!fits) {
    hold.shadow_hit = !enforces() || ruling == Ruling::shadow_hit;
    hold.units = 0;
    return hold.shadow_hit;
  }
  if (whatever && key_.period == Period::minute) rate_.add(units, now.steady);
  if (whatever && key_.period != Period::minute) in_flight_.fetch_add(units);
  if (ruling != Ruling::granted) note_change();
  return true;
}

void Counter::see(const std::optional<Window>& window, const Seen& seen, Moment now) {
  if (!window) {
    seen_.store(seen.total - seen.own, std::memory_order_relaxed);
    seen_at_.store(nanos_of(now.steady), std::memory_order_relaxed);
    return;
  }
  WindowCount* const found = windows_.enter_at(window->begin, now.utc);
  if (found == nullptr) return;
  if (found->window() == *window) found->see(seen.total - seen.own);
  WindowCounts::leave(*found);
}

std::int64_t Counter::elsewhere(std::int64_t own, Moment now) const {
  const std::int64_t seen = seen_.load(std::memory_order_relaxed);
  if (key_.period != Period::minute || seen <= 0) return std::max<std::int64_t>(seen, 0);
  // Of a minute the whole level was seen, and flows off since.
  const std::int64_t since = nanos_of(now.steady) - seen_at_.load(std::memory_order_relaxed);
  const std::int64_t gone = gcra::units_in(std::max<std::int64_t>(since, 0), rate_.per_minute());
  return std::max<std::int64_t>(seen - gone - own, 0);
}

Exceeded Counter::refusal_of(const Asked& asked, const Seen& seen, Moment now) const {
  Numbers numbers;
  numbers.used = seen.total;
  numbers.amount = seen.amount;
  numbers.window = asked.window;
  Exceeded out = refusal(numbers, asked.units, now);
  if (out.kind != Exceeded::Kind::rate) return out;
  const std::int64_t over = std::max<std::int64_t>(-numbers.left() + *asked.units, 0);
  const std::chrono::nanoseconds wait(
      gcra::time_of(over, std::max<std::int64_t>(asked.per_minute, 1)));
  out.wait = std::max(std::chrono::ceil<milliseconds>(wait), milliseconds(1));
  return out;
}

void Counter::own(std::vector<OwnUse>& out, Moment now) {
  // Before it is read: what changes from now on is told once more.
  changed_ = false;
  OwnUse one;
  one.key = &key_;
  if (has_windows()) {
    windows_.for_each([&](WindowCount& window) {
      one.window = window.window();
      one.claimed = window.committed();
      one.used = window.used();
      one.added = window.extra();
      one.amount = window.amount() - one.added;
      out.push_back(one);
    });
    return;
  }
  const bool rate = key_.period == Period::minute;
  one.claimed = rate ? rate_.net() : in_flight_.load();
  one.used = one.claimed;
  one.level = rate ? rate_.used(now.steady) : 0;
  one.amount = rate ? rate_.burst() : most_in_flight_.load();
  one.per_minute = rate ? rate_.per_minute() : 0;
  out.push_back(one);
}

}  // namespace tollgate::quotas
