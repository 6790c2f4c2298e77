// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/routing/sliding_window.hpp"

namespace tollgate::routing {

/// Keeps retries from multiplying load: within any 10 seconds at most `ratio` of the requests and
/// `min_per_second` for each second. The minimum lets a quiet gateway fail over at all; the ratio
/// bounds what an outage adds to a busy one. A plain value, not thread-safe: TargetBoard holds the
/// gateway's.
class RetryBudget {
 public:
  static constexpr milliseconds kSpan{10'000};

  explicit RetryBudget(const config::RetryBudget& settings) : settings_(settings) {}

  void on_request(SteadyTime now);
  /// Takes one retry; false: none is left, whatever the retry might have saved.
  bool withdraw(SteadyTime now);
  /// For a reloaded configuration: what was spent stays spent.
  void change(const config::RetryBudget& settings) { settings_ = settings; }

 private:
  config::RetryBudget settings_;
  SlidingWindow window_;  ///< requests; the retries are the marked ones
};

}  // namespace tollgate::routing
