// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

#include "tollgate/base/time.hpp"

namespace tollgate::shared_quotas {

/// What one worker has of one count, in units. It is granted by the store before it is taken for a
/// request, so that together nobody takes more than there is; what is granted and not taken is had
/// ahead. The worker changes it, and whoever states the process's claims reads it: therefore
/// atomics.
class alignas(64) Claim {
 public:
  std::int64_t granted() const { return granted_.load(); }
  std::int64_t taken() const { return taken_.load(); }
  /// Granted, neither taken nor held for a request that is still being decided.
  std::int64_t ahead() const { return granted() - taken() - held_; }

  void hold(std::int64_t units) { held_ += units; }
  void drop(std::int64_t units) { held_ -= units; }
  /// What was held is a request's now. Behind the counters of this process (Quotas::reserve), or
  /// who reads both would find less claimed than there is.
  void take(std::int64_t units) {
    held_ -= units;
    taken_.fetch_add(units);
  }
  /// By the store; below 0: given back to it.
  void grant(std::int64_t units) { granted_.fetch_add(units); }

  /// The connection's session in which the store was told the claim whole; 0: it must be told
  /// again before anything else.
  std::uint64_t session() const { return session_.load(); }
  void doubt() { session_ = 0; }
  /// It is being told now: what was asked before and is answered later has been overwritten.
  void state(std::uint64_t session) {
    session_ = session;
    ++statements_;
  }
  std::uint64_t statements() const { return statements_; }
  /// Said by another thread: the store had lost it.
  void tell_lost() { lost_ = true; }
  /// Once for each time it was said.
  bool was_lost() { return lost_.load(std::memory_order_relaxed) && lost_.exchange(false); }

  /// A request takes so much: for ahead_wanted().
  void note(std::int64_t units, SteadyTime now);
  /// As much as was taken in the last quarter of a second, if that were several requests; else 0:
  /// asking for each costs little then, and nothing lies about.
  std::int64_t ahead_wanted(SteadyTime now);
  SteadyTime used_at() const { return used_at_; }

 private:
  static constexpr milliseconds kTurn{250};
  static constexpr std::int64_t kSeveral = 4;

  void turn(SteadyTime now);

  std::atomic<std::int64_t> granted_{0};
  std::atomic<std::int64_t> taken_{0};
  std::atomic<std::uint64_t> session_{0};
  std::atomic<bool> lost_{false};
  std::int64_t held_ = 0;
  std::uint64_t statements_ = 0;
  SteadyTime used_at_{};
  SteadyTime turn_began_{};
  std::int64_t units_now_ = 0;
  std::int64_t requests_now_ = 0;
  std::int64_t units_before_ = 0;
  std::int64_t requests_before_ = 0;
};

}  // namespace tollgate::shared_quotas
