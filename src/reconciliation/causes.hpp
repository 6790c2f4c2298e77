// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {

/// Another tier's meter of the same class and place, with a gap the other way.
struct OtherTier {
  pricing::Tier tier = pricing::Tier::standard;
  pricing::Int128 quantity = 0;  ///< of the gap, above 0
};

/// The two sides of a row, and what the records know of it.
struct Evidence {
  const OurSum* ours = nullptr;     ///< null: none
  const OurPlace* place = nullptr;  ///< null: no record is of that place
  bool of_requests = false;         ///< it counts requests, not tokens
  const ComparisonTerms* terms = nullptr;
  std::string currency;                    ///< of the bill
  bool one_currency = true;                ///< Azure's costs of it are in no other
  std::vector<OtherTier> other_tiers;      ///< where the gap may have gone
  pricing::Int128 served_by_capacity = 0;  ///< of the class, at the place: on no meter of ours
  pricing::Int128 possible = 0;         ///< what the place's doubts may be beside what is counted
  OurSum carried;                       ///< of what began earlier: so much Azure may count here
  pricing::Int128 across_midnight = 0;  ///< of ours: so much Azure may count on the next day
};

/// A whole number, "897000000".
inline std::string quantity_text(pricing::Int128 quantity) {
  return pricing::to_decimal(quantity, 0);
}

/// Names what may be behind the row's gap, and whether that may be all of it: a doubt explains no
/// more than it can be itself.
void explain_gap(ComparedRow& row, const Evidence& evidence);

/// How much of `possible` the row's gap takes: it is there for no other row.
pricing::Int128 taken_of_possible(const ComparedRow& row, const Evidence& evidence);

}  // namespace tollgate::reconciliation
