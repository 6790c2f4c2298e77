// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>

#include "bill.hpp"

namespace tollgate::simulator {

/// Work that outlives the request that began it: a background response, a run, a batch, a training.
/// Nothing runs: how far it is follows from the time, or from how often it was read, whenever
/// somebody looks.
class Work {
 public:
  enum class State { queued, in_progress, done, cancelled };

  /// Done at once.
  Work() : state_(State::done) {}
  /// Done after `ms`, or, if `polls` is not 0, when it is read that many times.
  Work(SteadyTime start, int ms, int polls) : start_(start), ms_(ms), polls_(polls) {}

  static Work called_off() {
    Work out;
    out.state_ = State::cancelled;
    return out;
  }

  State state(SteadyTime now) const;
  /// The same for a reader, whose look counts.
  State poll(SteadyTime now);
  /// False: it had ended already.
  bool cancel(SteadyTime now);

  /// When it will be done; far away if that depends on readers.
  SteadyTime due() const;
  /// Part `i` of `n` of what it makes is there from then on.
  SteadyTime due(std::size_t i, std::size_t n) const;
  std::shared_ptr<const std::atomic<bool>> cancelled() const { return cancelled_; }

 private:
  SteadyTime start_{};
  int ms_ = 0;
  int polls_ = 0;
  int seen_ = 0;
  State state_ = State::queued;  ///< done or cancelled are final
  std::shared_ptr<std::atomic<bool>> cancelled_ = std::make_shared<std::atomic<bool>>(false);
};

}  // namespace tollgate::simulator
