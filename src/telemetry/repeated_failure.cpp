// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/telemetry/repeated_failure.hpp"

namespace tollgate::telemetry::log {

bool RepeatedFailure::is_news(const std::string& failure, SteadyTime now) {
  const bool same = failure == last_ && told_at_ && now - *told_at_ < kRepeatEvery;
  if (!same) last_ = failure;
  if (failure.empty() || same) return false;
  told_at_ = now;
  return true;
}

}  // namespace tollgate::telemetry::log
