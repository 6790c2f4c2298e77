// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::app {

/// A table with a line for each row, and under a row with a gap a line for each cause; then one of
/// what they come to.
std::string reconcile_table(const reconciliation::Comparison& comparison);

/// An object with `currency`, `notes`, `rows` and `totals`.
std::string reconcile_json(const reconciliation::Comparison& comparison);

}  // namespace tollgate::app
