// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::proxy {

/// A request's name and the moment it came, by both clocks.
struct Arrival {
  UtcTime accepted_at = std::chrono::system_clock::now();
  SteadyTime started = std::chrono::steady_clock::now();
  Uuid id = make_uuid_v7(accepted_at);
};

}  // namespace tollgate::proxy
