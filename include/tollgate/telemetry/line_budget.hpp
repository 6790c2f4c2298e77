// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include "tollgate/base/time.hpp"

namespace tollgate::telemetry::log {

/// For an event that somebody outside causes as often as he likes: so many lines a second, and in
/// the next one how many were not. One for each that could crowd out the others; used on one
/// thread.
class LineBudget {
 public:
  static constexpr int kLines = 10;
  static constexpr seconds kInterval{1};

  /// How many were left out before this one, which is to be logged; nullopt: this one is left out.
  std::optional<std::int64_t> next(SteadyTime now) {
    if (now >= renewed_at_) {
      renewed_at_ = now + kInterval;
      left_ = kLines;
    }
    if (left_ == 0) {
      ++left_out_;
      return std::nullopt;
    }
    --left_;
    const std::int64_t before = left_out_;
    left_out_ = 0;
    return before;
  }

 private:
  SteadyTime renewed_at_{};
  int left_ = 0;
  std::int64_t left_out_ = 0;
};

}  // namespace tollgate::telemetry::log
