// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "suspects.hpp"

#include <algorithm>

namespace tollgate::exporters {

bool Suspects::holds(std::int64_t sequence) const {
  return std::any_of(list_.begin(), list_.end(),
                     [&](const RefusedRow& refused) { return refused.sequence == sequence; });
}

}  // namespace tollgate::exporters
