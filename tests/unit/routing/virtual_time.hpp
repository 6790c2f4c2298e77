// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"

namespace tollgate::routing {

/// Virtual time in milliseconds since an arbitrary beginning.
inline SteadyTime at(std::int64_t ms) {
  return SteadyTime(std::chrono::hours(1)) + milliseconds(ms);
}

}  // namespace tollgate::routing
