// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>

#include "tollgate/base/time.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::reconciliation {

/// "2026-12-01" of "2026-11-30"; empty of what is no day.
inline std::string day_after(const std::string& day) {
  const auto begin = pricing::parse_date(day);
  return begin ? to_rfc3339(*begin + std::chrono::hours(24)).substr(0, 10) : std::string();
}

}  // namespace tollgate::reconciliation
