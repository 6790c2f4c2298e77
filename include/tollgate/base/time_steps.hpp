// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>

// Whole steps of time (UTC days, quarters of an hour), counted from 1970 on and also before it.
namespace tollgate {

/// Of microseconds the whole seconds, rounded down.
constexpr std::int64_t seconds_of(std::int64_t micros) {
  constexpr std::int64_t kMicros = 1'000'000;
  return micros / kMicros - (micros % kMicros < 0 ? 1 : 0);
}

/// When the step begins in which a second lies; both in seconds since 1970.
constexpr std::int64_t step_start(std::int64_t second, std::chrono::seconds step) {
  const std::int64_t past = second % step.count();
  return second - past - (past < 0 ? step.count() : 0);
}

}  // namespace tollgate
