// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"

namespace tollgate::quotas {

/// When something is decided, by both clocks: windows of the calendar go by the one that may be
/// set, rates by the one that only goes on.
struct Moment {
  UtcTime utc;
  SteadyTime steady;

  /// By the machine's clocks.
  static Moment now() {
    return {std::chrono::system_clock::now(), std::chrono::steady_clock::now()};
  }
};

}  // namespace tollgate::quotas
