// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>

#include "tollgate/base/time.hpp"

namespace tollgate::quotas {

/// A limit per minute that workers share: one word that they change and that decides, one that
/// counts, and three that a configuration changes. Units and times are those of gcra.hpp.
class Rate {
 public:
  /// What is used stays as many units as it was.
  void change(std::int64_t per_minute, std::int64_t burst, SteadyTime now);
  void clear() { empty_at_ = kEmpty; }

  std::int64_t burst() const { return burst_.load(std::memory_order_relaxed); }
  /// False, and nothing taken: it does not fit.
  bool take(std::int64_t units, SteadyTime now);
  /// Whatever the burst; below 0 gives back.
  void add(std::int64_t units, SteadyTime now);
  /// Takes off what was reserved and puts on what was used.
  void replace(std::int64_t reserved, std::int64_t used, SteadyTime now);

  /// All that was taken so far and not given back.
  std::int64_t net() const { return net_.load(); }
  std::int64_t per_minute() const { return per_minute_.load(std::memory_order_relaxed); }
  /// What has not flowed off; rounded up.
  std::int64_t used(SteadyTime now) const;
  /// Until so much fits, at most the burst; 0: now.
  milliseconds wait(std::int64_t units, SteadyTime now) const;
  /// Until nothing is used any more.
  milliseconds empty_in(SteadyTime now) const;

 private:
  static constexpr std::int64_t kEmpty = -(std::int64_t{1} << 61U);

  void move(std::int64_t time, SteadyTime now);
  std::int64_t time_of(std::int64_t units) const;

  std::atomic<std::int64_t> empty_at_{kEmpty};
  std::atomic<std::int64_t> net_{0};
  std::atomic<std::int64_t> per_minute_{1};
  std::atomic<std::int64_t> burst_{1};
  std::atomic<std::int64_t> burst_time_{0};  ///< of the two above: 128 bits are divided for it
};

}  // namespace tollgate::quotas
