// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/routing/rest_news.hpp"

namespace tollgate::routing {

RestNews::Word RestNews::after(const TargetHealth& health, SteadyTime now) {
  if (health.condition() == TargetHealth::Condition::serving) {
    const bool was_told = told_.has_value();
    told_.reset();
    return was_told ? Word::over : Word::nothing;
  }
  const TargetHealth::Cause cause = health.cause();
  if (told_ == cause || !is_due(cause, now)) return Word::nothing;
  told_ = cause;
  told_at_[static_cast<std::size_t>(cause)] = now;
  return Word::begun;
}

bool RestNews::is_due(TargetHealth::Cause cause, SteadyTime now) const {
  const std::optional<SteadyTime>& last = told_at_[static_cast<std::size_t>(cause)];
  const seconds every = cause == TargetHealth::Cause::throttled ? kThrottledEvery : kFailingEvery;
  return !last || now - *last >= every;
}

}  // namespace tollgate::routing
