// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::app {

/// A text of 80 columns: under each place its meters or metrics with what both sides have, and
/// under one with a gap its causes; then what all come to. Costs to the nearest nano. Printable,
/// whatever names the file has.
std::string reconcile_table(const reconciliation::Comparison& comparison);

/// An object with `currency`, `notes`, `rows` and `totals`.
std::string reconcile_json(const reconciliation::Comparison& comparison);

}  // namespace tollgate::app
