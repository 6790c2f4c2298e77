// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>

#include "tollgate/base/time.hpp"

namespace tollgate::exporters {

/// How long a delivery waits after failures in a row.
class BackOff {
 public:
  static constexpr milliseconds kFirst{1'000};
  static constexpr milliseconds kLongest{60'000};
  /// Where only an operator can help: roles, for instance, take half an hour to apply
  /// (azure-protocol.md 6.3).
  static constexpr milliseconds kSlow{60'000};
  /// However long a destination asks to be left alone.
  static constexpr milliseconds kLongestAsked{600'000};

  /// Doubles up to the longest; 0.5 to 1.0 of it, so that many gateways do not come back together.
  /// `random` is any 32 bits.
  milliseconds next(std::uint32_t random) {
    const unsigned doublings = std::min(failures_, 10U);
    ++failures_;
    const milliseconds full = std::min(kLongest, kFirst * (1U << doublings));
    return full / 2 + full * (random % 1000) / 2000;
  }
  void reset() { failures_ = 0; }

 private:
  unsigned failures_ = 0;
};

}  // namespace tollgate::exporters
