// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

#include "growing_value.hpp"

namespace tollgate::audit {

/// Applies an event about the inside of an output item: the deltas of text, refusals, reasoning,
/// arguments, code, files and whatever else grows. False: it says nothing of an item's content.
bool apply_item_event(std::string_view type, const JsonFields& event, GrowingValue& item,
                      ContentBudget& budget);

}  // namespace tollgate::audit
