// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {

/// The two sides of a row, and what the records know of it.
struct Evidence {
  const OurSum* ours = nullptr;     ///< null: none
  const OurPlace* place = nullptr;  ///< null: no record is of that place
  bool of_requests = false;         ///< it counts requests, not tokens
  const ComparisonTerms* terms = nullptr;
};

/// Names what may be behind the row's gap, and whether that may be all of it.
void explain_gap(ComparedRow& row, const Evidence& evidence);

}  // namespace tollgate::reconciliation
