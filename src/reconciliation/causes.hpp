// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {

/// Another tier's meter of the same class and place, with a gap the other way.
struct OtherTier {
  pricing::Tier tier = pricing::Tier::standard;
  std::int64_t quantity = 0;  ///< of the gap, above 0
};

/// The two sides of a row, and what the records know of it.
struct Evidence {
  const OurSum* ours = nullptr;     ///< null: none
  const OurPlace* place = nullptr;  ///< null: no record is of that place
  bool of_requests = false;         ///< it counts requests, not tokens
  const ComparisonTerms* terms = nullptr;
  std::string currency;                 ///< of the bill
  std::vector<OtherTier> other_tiers;   ///< where the gap may have gone
  std::int64_t served_by_capacity = 0;  ///< of the class, at the place: on no meter of ours
};

/// Names what may be behind the row's gap, and whether that may be all of it.
void explain_gap(ComparedRow& row, const Evidence& evidence);

}  // namespace tollgate::reconciliation
