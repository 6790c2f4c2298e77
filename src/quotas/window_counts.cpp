// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "window_counts.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "tollgate/base/int128.hpp"

namespace tollgate::quotas {
namespace {

/// Counts stop there: no sum of two is beyond 64 bits.
constexpr std::int64_t kMost = std::int64_t{1} << 62U;
constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

std::int64_t add(std::atomic<std::int64_t>& count, std::int64_t units) {
  std::int64_t before = count.load(std::memory_order_relaxed);
  std::int64_t after = 0;
  do {
    after = std::min(before + units, kMost);
  } while (!count.compare_exchange_weak(before, after));
  return after;
}

/// Rounded up: what was used has reached a percentage only then. Nothing used has reached none.
std::int64_t part_of(std::int64_t amount, std::int64_t percent) {
  const Int128 part = (Int128(amount) * percent + 99) / 100;
  return static_cast<std::int64_t>(std::clamp<Int128>(part, 1, kMost));
}

}  // namespace

bool WindowCount::take(std::int64_t units) { return take_within(units, amount() - elsewhere()); }

bool WindowCount::take_within(std::int64_t units, std::int64_t most) {
  std::int64_t before = committed_.load(std::memory_order_relaxed);
  do {
    if (units > most - before) return false;
  } while (!committed_.compare_exchange_weak(before, before + units));
  return true;
}

void WindowCount::reserve(std::int64_t units) { add(committed_, units); }

bool WindowCount::settle(std::int64_t reserved, std::int64_t used) {
  if (used != reserved) add(committed_, used - reserved);
  return add(used_, used) + elsewhere() >= warn_at_.load(std::memory_order_relaxed);
}

void WindowCount::see(std::int64_t elsewhere) {
  elsewhere_.store(std::clamp<std::int64_t>(elsewhere, 0, kMost), std::memory_order_relaxed);
  own_then_.store(committed(), std::memory_order_relaxed);
}

std::int64_t WindowCount::share(std::int64_t processes) const {
  const std::int64_t own = own_then_.load(std::memory_order_relaxed);
  const std::int64_t left = amount() - elsewhere() - own;
  return own + std::max<std::int64_t>(left, 0) / std::max<std::int64_t>(processes, 1);
}

Window WindowCount::window() const {
  return {from_unix_micros(begin_.load()), from_unix_micros(end_.load())};
}

WindowCount& WindowCounts::enter(UtcTime now) {
  const std::int64_t at = to_unix_micros(now);
  WindowCount* const window = current_.load();
  if (window != nullptr) {
    window->open_.fetch_add(1);
    // Only now it stays what it is, if it still is: before, it may have been made into another.
    const bool current = current_.load() == window;
    if (current && at >= window->begin_.load() && at < window->end_.load()) return *window;
    leave(*window);
  }
  return turn(now);
}

WindowCount& WindowCounts::turn(UtcTime now) {
  const std::lock_guard lock(mutex_);
  WindowCount* const known = find(to_unix_micros(now));
  WindowCount& window = known != nullptr ? *known : make(now);
  window.open_.fetch_add(1);
  current_.store(&window);
  return window;
}

WindowCount* WindowCounts::enter_at(UtcTime time, UtcTime now) {
  WindowCount& current = enter(now);
  const std::int64_t at = to_unix_micros(time);
  if (at >= current.begin_.load()) return &current;
  leave(current);
  const std::lock_guard lock(mutex_);
  WindowCount* const window = find(at);
  if (window != nullptr) window->open_.fetch_add(1);
  return window;
}

WindowCount* WindowCounts::find(std::int64_t at) {
  const auto found = std::find_if(windows_.begin(), windows_.end(), [&](const WindowCount& window) {
    return at >= window.begin_.load() && at < window.end_.load();
  });
  return found == windows_.end() ? nullptr : &*found;
}

WindowCount& WindowCounts::make(UtcTime time) {
  const Window window = window_of(time, terms_.period, terms_.zone);
  const std::int64_t begin = to_unix_micros(window.begin);
  WindowCount& out = unused(begin);
  out.committed_ = 0;
  out.used_ = 0;
  out.elsewhere_ = 0;
  out.own_then_ = 0;
  out.told_ = 0;
  out.extra_ = 0;
  out.begin_ = begin;
  out.end_ = to_unix_micros(window.end);
  set_amount(out);
  return out;
}

WindowCount& WindowCounts::unused(std::int64_t begin) {
  for (WindowCount& window : windows_) {
    const bool over = window.end_.load() < begin;
    if (over && &window != current_.load() && window.open_.load() == 0) return window;
  }
  return windows_.emplace_back();
}

void WindowCounts::set_amount(WindowCount& window) {
  std::int64_t amount = terms_.amount + window.extra();
  for (const TopUp& top_up : terms_.top_ups) {
    if (holds(window.window(), top_up.date, terms_.zone)) amount += top_up.amount;
  }
  window.amount_ = std::min(amount, kMost);
  window.warn_at_ = next_warning(window);
}

std::int64_t WindowCounts::next_warning(const WindowCount& window) const {
  std::int64_t out = kNever;
  for (const std::int64_t percent : terms_.warn_at) {
    if (percent > window.told_) out = std::min(out, part_of(window.amount(), percent));
  }
  return out;
}

std::vector<Crossing> WindowCounts::cross(WindowCount& window) {
  const std::lock_guard lock(mutex_);
  std::vector<Crossing> out;
  out.reserve(terms_.warn_at.size());
  const std::int64_t used = window.used() + window.elsewhere();
  for (const std::int64_t percent : terms_.warn_at) {
    if (percent > window.told_ && used >= part_of(window.amount(), percent))
      out.push_back({percent, used, window.amount(), window.window()});
  }
  for (const Crossing& crossing : out) window.told_ = std::max(window.told_, crossing.percent);
  window.warn_at_ = next_warning(window);
  return out;
}

bool WindowCounts::change(WindowTerms terms, UtcTime now) {
  bool anew = current_.load() == nullptr;
  {
    const std::lock_guard lock(mutex_);
    const bool other_zone = terms.zone.name() != terms_.zone.name();
    terms_ = std::move(terms);
    if (WindowCount* const current = current_.load(); current != nullptr && other_zone) {
      const UtcTime in_it = std::min(now, current->window().end - microseconds(1));
      anew = window_of(in_it, terms_.period, terms_.zone) != current->window();
    }
    if (!anew) {
      for (WindowCount& window : windows_) set_amount(window);
    }
  }
  if (anew) clear();
  leave(enter(now));
  return anew;
}

void WindowCounts::clear() {
  const std::lock_guard lock(mutex_);
  current_.store(nullptr);
  for (WindowCount& window : windows_) {
    window.begin_ = std::numeric_limits<std::int64_t>::min();
    window.end_ = std::numeric_limits<std::int64_t>::min();
    window.warn_at_ = kNever;
  }
}

void WindowCounts::top_up(std::int64_t units, UtcTime now) {
  WindowCount& window = enter(now);
  {
    const std::lock_guard lock(mutex_);
    window.extra_ = std::min(window.extra() + units, kMost / 2);
    set_amount(window);
  }
  leave(window);
}

std::int64_t WindowCounts::used(UtcTime now) {
  WindowCount& window = enter(now);
  const std::int64_t out = window.used();
  leave(window);
  return out;
}

void WindowCounts::forgive(std::int64_t units, bool of_all, UtcTime now) {
  WindowCount& window = enter(now);
  {
    const std::lock_guard lock(mutex_);
    // Only here it becomes less: what others do meanwhile leaves that much.
    const std::int64_t most = of_all ? units : std::max<std::int64_t>(window.used(), 0);
    const std::int64_t forgiven = std::min(units, most);
    add(window.used_, -forgiven);
    add(window.committed_, -forgiven);
    window.told_ = 0;
    window.warn_at_ = next_warning(window);
  }
  leave(window);
}

void WindowCounts::for_each(const std::function<void(WindowCount&)>& use) {
  const std::lock_guard lock(mutex_);
  for (WindowCount& window : windows_) {
    if (window.begin_.load() != std::numeric_limits<std::int64_t>::min()) use(window);
  }
}

void WindowCounts::reset(UtcTime now) { forgive(kMost, false, now); }

std::size_t WindowCounts::size() const {
  const std::lock_guard lock(mutex_);
  return windows_.size();
}

}  // namespace tollgate::quotas
