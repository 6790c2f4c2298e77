// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/pricing/price_list.hpp"

namespace tollgate::pricing {

/// How one list differs from another: "2 entries added, 1 removed, 3 changed, capacity: 1 entry
/// changed, adjustments changed".
/// An entry is changed when another price stands for the same model, scope, tier and first day; one
/// of capacity, when anything does for the same deployment and first minute.
/// Empty: they say the same.
std::string price_changes(const PriceList& before, const PriceList& after);

}  // namespace tollgate::pricing
