// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tollgate/reconciliation/comparison.hpp"

namespace tollgate::reconciliation {

/// What both sides come to over all places.
struct ComparedTotal {
  std::string counted;   ///< as ComparedRow has it; empty: all costs of the currency
  std::string currency;  ///< of the costs; empty: there are none
  /// nullopt: no row has one, or it is of all meters, whose quantities are not added.
  std::optional<pricing::Int128> azure_quantity;
  std::optional<pricing::Int128> our_quantity;
  std::optional<pricing::Int128> azure_cost;  ///< in 10^-12
  std::optional<pricing::Int128> our_cost;    ///< in 10^-12, of what has a price
  /// Of our quantity: without a price; nullopt: it is of all meters.
  std::optional<pricing::Int128> unpriced;
};

/// By meter or metric and currency, and then all costs of each currency. Pure.
std::vector<ComparedTotal> totals_of(const Comparison& comparison);

}  // namespace tollgate::reconciliation
