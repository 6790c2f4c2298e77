// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <vector>

#include "tollgate/pricing/cost_lines.hpp"

namespace tollgate::pricing {

/// The columns whose sum is the component's quantity, by the table of docs/cost.md; empty: none is.
std::vector<QuantityTerm> quantity_terms(const usage::UsageRecord& record,
                                         const usage::CostComponent& component);

}  // namespace tollgate::pricing
