// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {

/// For an event that one fault can cause thousands of times a second: it is logged once, then once
/// a minute, with how many were not. One per event and place, used on one thread.
class Sparing {
 public:
  static constexpr seconds kInterval{60};

  /// How many were left out before this one, which is to be logged; nullopt: this one is left out.
  std::optional<std::int64_t> next(SteadyTime now) {
    if (now < next_) {
      ++left_out_;
      return std::nullopt;
    }
    next_ = now + kInterval;
    const std::int64_t before = left_out_;
    left_out_ = 0;
    return before;
  }

 private:
  SteadyTime next_{};
  std::int64_t left_out_ = 0;
};

}  // namespace tollgate::telemetry::log
