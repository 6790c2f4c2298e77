// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "suspects.hpp"

#include <algorithm>

namespace tollgate::exporters::azure_monitor {

void Suspects::add(std::int64_t sequence, std::string reason) {
  list_.push_back({sequence, std::move(reason)});
}

bool Suspects::holds(std::int64_t sequence) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&](const Suspect& suspect) { return suspect.sequence == sequence; });
}

}  // namespace tollgate::exporters::azure_monitor
