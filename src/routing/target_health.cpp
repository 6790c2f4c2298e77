// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/target_health.hpp"

#include <algorithm>

namespace tollgate::routing {
namespace {

bool is_failure(Signal signal) {
  return signal == Signal::failure || signal == Signal::failed_request;
}

std::uint64_t less(std::uint64_t all, std::uint64_t some) { return all - std::min(all, some); }

}  // namespace

bool TargetHealth::admits(SteadyTime now) const {
  return condition_ == Condition::serving || now >= until_;
}

SteadyTime TargetHealth::available_at(SteadyTime now) const {
  return condition_ == Condition::serving ? now : std::max(now, until_);
}

bool TargetHealth::begin(SteadyTime now, const config::Breaker& breaker) {
  ++pending_;
  if (condition_ == Condition::probing && cause_ == Cause::throttled) restore();
  if (condition_ == Condition::serving) return false;
  condition_ = Condition::probing;
  until_ = now + (cause_ == Cause::throttled ? kRefusalTime : breaker.open_for);
  return true;
}

void TargetHealth::report(const Report& report, const config::Breaker& breaker, SteadyTime now,
                          const LeftOut& left_out) {
  if (report.signal == Signal::throttled) {
    return rest(Cause::throttled, report.wait.value_or(kUnstatedWait), now);
  }
  if (is_failure(report.signal) && report.wait) {
    return rest(Cause::failing, *report.wait, now);
  }
  if (condition_ == Condition::serving) return count(report, breaker, now, left_out);
  if (condition_ == Condition::probing && report.probe) {
    settle_probe(report, breaker, now, left_out);
  }
}

void TargetHealth::settle_probe(const Report& report, const config::Breaker& breaker,
                                SteadyTime now, const LeftOut& left_out) {
  const bool failing = cause_ == Cause::failing;
  if (report.signal == Signal::none || (report.signal == Signal::failed_request && failing)) {
    condition_ = Condition::resting;  // the next request probes
    until_ = now;
  } else if (report.signal == Signal::failure && failing) {
    rest(Cause::failing, breaker.open_for, now);
  } else {
    restore();
    count(report, breaker, now, left_out);
  }
}

void TargetHealth::count(const Report& report, const config::Breaker& breaker, SteadyTime now,
                         const LeftOut& left_out) {
  if (report.signal == Signal::none) return;
  const bool failed = is_failure(report.signal);
  window_.add(now, breaker.window, {.total = 1, .marked = failed ? 1U : 0U});
  if (!failed) {
    if (report.begun >= first_failure_) begin_row();
    return;
  }
  if (consecutive_failures_++ == 0) first_failure_ = now;
  if (trips(breaker, now, left_out)) rest(Cause::failing, breaker.open_for, now);
}

bool TargetHealth::trips(const config::Breaker& breaker, SteadyTime now,
                         const LeftOut& left_out) const {
  const std::uint64_t in_row = less(consecutive_failures_, left_out.in_row);
  if (breaker.consecutive_failures > 0 && in_row >= breaker.consecutive_failures) return true;
  if (breaker.failure_ratio <= 0) return false;
  const SlidingWindow::Counts recent = window_.sum(now, breaker.window);
  const std::uint64_t total = less(recent.total, left_out.recent.total);
  const std::uint64_t failed = less(recent.marked, left_out.recent.marked);
  return total >= kLeastVolume &&
         static_cast<double>(failed) >= breaker.failure_ratio * static_cast<double>(total);
}

void TargetHealth::begin_row() {
  if (consecutive_failures_ > 0) ++row_;
  consecutive_failures_ = 0;
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
  condition_ = Condition::serving;
  begin_row();
  window_.clear();
}

}  // namespace tollgate::routing
