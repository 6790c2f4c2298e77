// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>

#include "tollgate/base/int128.hpp"

// The generic cell rate algorithm: a rate with a burst in one number, the time at which all that
// was taken will have flowed off. Pure; times are nanoseconds of one clock.
namespace tollgate::quotas::gcra {

inline constexpr std::int64_t kMinute = 60'000'000'000;
/// Times are at most that far from 0: 73 years, and sums of two of them are numbers.
inline constexpr std::int64_t kFarthest = std::int64_t{1} << 61U;

/// How long so many units take to flow off at so many a minute; rounded down, or a burst of a
/// minute's worth would not hold one: up to 240,000 requests a minute, one more never fits for it.
inline std::int64_t time_of(std::int64_t units, std::int64_t per_minute) {
  constexpr std::int64_t kNarrow = kFarthest / kMinute;
  if (units <= kNarrow) return units * kMinute / per_minute;
  const Int128 time = Int128(units) * kMinute / per_minute;
  return static_cast<std::int64_t>(std::min<Int128>(time, kFarthest));
}

/// How many units flow off in that time; rounded up.
inline std::int64_t units_in(std::int64_t time, std::int64_t per_minute) {
  const Int128 units = (Int128(time) * per_minute + kMinute - 1) / kMinute;
  return static_cast<std::int64_t>(std::min<Int128>(units, kFarthest));
}

/// How much has not flowed off yet.
inline std::int64_t level(std::int64_t empty_at, std::int64_t now) {
  return std::max<std::int64_t>(empty_at - now, 0);
}

/// When it will be empty with that added, whatever the burst; `time` may be below 0, which gives
/// back, and never more than is there.
inline std::int64_t with(std::int64_t empty_at, std::int64_t now, std::int64_t time) {
  return std::min(std::max(empty_at, now) + time, kFarthest);
}

/// The same where it fits into the burst; nullopt: it does not.
inline std::optional<std::int64_t> taken(std::int64_t empty_at, std::int64_t now, std::int64_t time,
                                         std::int64_t burst) {
  const std::int64_t out = with(empty_at, now, time);
  if (out - now > burst) return std::nullopt;
  return out;
}

/// How long until it fits; 0: now. The time of what is to be taken is at most the burst's.
inline std::int64_t wait(std::int64_t empty_at, std::int64_t now, std::int64_t time,
                         std::int64_t burst) {
  return std::max<std::int64_t>(level(empty_at, now) + time - burst, 0);
}

}  // namespace tollgate::quotas::gcra
