// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/target_health.hpp"

#include <algorithm>

namespace tollgate::routing {

bool TargetHealth::admits(SteadyTime now) const {
  return condition_ == Condition::closed || now >= until_;
}

SteadyTime TargetHealth::available_at(SteadyTime now) const {
  return condition_ == Condition::closed ? now : std::max(now, until_);
}

bool TargetHealth::begin(SteadyTime now, const config::Breaker& breaker) {
  ++pending_;
  if (condition_ == Condition::probing && cause_ == Cause::throttled) restore();
  if (condition_ == Condition::closed) return false;
  condition_ = Condition::probing;
  until_ = now + (cause_ == Cause::throttled ? kRefusalTime : breaker.open_for);
  return true;
}

void TargetHealth::report(const Report& report, const config::Breaker& breaker, SteadyTime now) {
  if (report.signal == Signal::throttled) {
    return rest(Cause::throttled, report.wait.value_or(kUnstatedWait), now);
  }
  if (report.signal == Signal::failure && report.wait) {
    return rest(Cause::failing, *report.wait, now);
  }
  if (condition_ == Condition::closed) return count(report, breaker, now);
  if (condition_ == Condition::probing && report.probe) settle_probe(report, breaker, now);
}

void TargetHealth::settle_probe(const Report& report, const config::Breaker& breaker,
                                SteadyTime now) {
  if (report.signal == Signal::none) {
    condition_ = Condition::resting;  // the next request probes
    until_ = now;
  } else if (report.signal == Signal::failure && cause_ == Cause::failing) {
    rest(Cause::failing, breaker.open_for, now);
  } else {
    restore();
    count(report, breaker, now);
  }
}

void TargetHealth::count(const Report& report, const config::Breaker& breaker, SteadyTime now) {
  if (report.signal == Signal::none) return;
  const bool failed = report.signal == Signal::failure;
  window_.add(now, breaker.window, {.total = 1, .marked = failed ? 1U : 0U});
  if (!failed) {
    if (report.begun >= first_failure_) consecutive_failures_ = 0;
    return;
  }
  if (consecutive_failures_++ == 0) first_failure_ = now;
  if (trips(breaker, now)) rest(Cause::failing, breaker.open_for, now);
}

bool TargetHealth::trips(const config::Breaker& breaker, SteadyTime now) const {
  if (breaker.consecutive_failures > 0 && consecutive_failures_ >= breaker.consecutive_failures) {
    return true;
  }
  if (breaker.failure_ratio <= 0) return false;
  const SlidingWindow::Counts recent = window_.sum(now, breaker.window);
  return recent.total >= kLeastVolume &&
         static_cast<double>(recent.marked) >=
             breaker.failure_ratio * static_cast<double>(recent.total);
}

/// A rest is never shortened: the answers of one moment come in any order.
void TargetHealth::rest(Cause cause, milliseconds wait, SteadyTime now) {
  if (condition_ == Condition::resting && until_ >= now + wait) return;
  if (condition_ != Condition::resting) ++rests_[static_cast<std::size_t>(cause)];
  condition_ = Condition::resting;
  cause_ = cause;
  until_ = now + wait;
}

void TargetHealth::restore() {
  condition_ = Condition::closed;
  consecutive_failures_ = 0;
  window_.clear();
}

}  // namespace tollgate::routing
