// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "causes.hpp"

namespace tollgate::reconciliation {

/// Names what may be behind a difference of costs: what has no price here or is in another
/// currency; where all has one, a price at Azure that is none of ours, whatever the quantities.
void explain_costs(ComparedRow& row, const Evidence& evidence);

}  // namespace tollgate::reconciliation
