// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "rate.hpp"

#include "gcra.hpp"

namespace tollgate::quotas {
namespace {

std::int64_t nanos_of(SteadyTime time) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(time.time_since_epoch()).count();
}

milliseconds rounded_up(std::int64_t nanos) {
  return std::chrono::ceil<milliseconds>(std::chrono::nanoseconds(nanos));
}

}  // namespace

std::int64_t Rate::time_of(std::int64_t units) const {
  return gcra::time_of(units, per_minute_.load(std::memory_order_relaxed));
}

void Rate::change(std::int64_t per_minute, std::int64_t burst, SteadyTime now) {
  burst_ = burst;
  burst_time_ = gcra::time_of(burst, per_minute);
  const std::int64_t before = per_minute_.exchange(per_minute);
  if (before == per_minute) return;
  const std::int64_t at = nanos_of(now);
  std::int64_t empty_at = empty_at_.load();
  std::int64_t changed = 0;
  do {
    const std::int64_t units = gcra::units_in(gcra::level(empty_at, at), before);
    changed = units == 0 ? empty_at : gcra::with(at, at, gcra::time_of(units, per_minute));
  } while (!empty_at_.compare_exchange_weak(empty_at, changed));
}

bool Rate::take(std::int64_t units, SteadyTime now) {
  const std::int64_t at = nanos_of(now);
  const std::int64_t time = time_of(units);
  const std::int64_t burst = burst_time_.load(std::memory_order_relaxed);
  std::int64_t empty_at = empty_at_.load(std::memory_order_relaxed);
  while (true) {
    const auto taken = gcra::taken(empty_at, at, time, burst);
    if (!taken) return false;
    if (empty_at_.compare_exchange_weak(empty_at, *taken)) break;
  }
  net_.fetch_add(units, std::memory_order_relaxed);
  return true;
}

void Rate::move(std::int64_t time, SteadyTime now) {
  const std::int64_t at = nanos_of(now);
  std::int64_t empty_at = empty_at_.load(std::memory_order_relaxed);
  while (!empty_at_.compare_exchange_weak(empty_at, gcra::with(empty_at, at, time))) continue;
}

void Rate::add(std::int64_t units, SteadyTime now) {
  if (units == 0) return;
  move(units < 0 ? -time_of(-units) : time_of(units), now);
  net_.fetch_add(units, std::memory_order_relaxed);
}

void Rate::replace(std::int64_t reserved, std::int64_t used, SteadyTime now) {
  if (reserved == used) return;
  move(time_of(used) - time_of(reserved), now);
  net_.fetch_add(used - reserved, std::memory_order_relaxed);
}

std::int64_t Rate::used(SteadyTime now) const {
  return gcra::units_in(gcra::level(empty_at_.load(), nanos_of(now)), per_minute_.load());
}

milliseconds Rate::wait(std::int64_t units, SteadyTime now) const {
  return rounded_up(
      gcra::wait(empty_at_.load(), nanos_of(now), time_of(units), burst_time_.load()));
}

milliseconds Rate::empty_in(SteadyTime now) const {
  return rounded_up(gcra::level(empty_at_.load(), nanos_of(now)));
}

}  // namespace tollgate::quotas
