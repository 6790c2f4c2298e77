// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <thread>

#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// gateway.workers, or one for each core of this host.
inline unsigned worker_count(const Config& config) {
  if (config.gateway.workers > 0) return static_cast<unsigned>(config.gateway.workers);
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace tollgate::config
