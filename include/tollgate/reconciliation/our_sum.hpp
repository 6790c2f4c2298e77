// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <optional>
#include <string>

#include "tollgate/pricing/amount.hpp"

namespace tollgate::reconciliation {

/// From the lowest to the highest price of a million, in 10^-12: with what was negotiated and
/// without.
struct PriceRange {
  pricing::Int128 lowest = 0;
  pricing::Int128 highest = 0;
};

/// What a part of a quantity costs, in one currency.
struct OurCost {
  pricing::Int128 quantity = 0;  ///< that has a price in it
  pricing::Int128 nano = 0;
  pricing::Int128 list_pico = 0;        ///< by the prices alone, without negotiated adjustments
  pricing::Int128 adjusted = 0;         ///< of the quantity: with such an adjustment
  std::optional<PriceRange> a_million;  ///< nullopt: of a part no price can be read

  /// Holds all costs of both.
  OurCost& operator+=(const OurCost& other);
};

/// What records say of one meter.
struct OurSum {
  pricing::Int128 quantity = 0;          ///< tokens, calls or milliseconds
  std::map<std::string, OurCost> costs;  ///< by currency: two are never added
  pricing::Int128 unpriced = 0;          ///< of the quantity: without a price
  /// Of the quantity: Tollgate's own count, or a request that may not have arrived.
  pricing::Int128 doubted = 0;
  /// Of what is doubted: tries that the backend ended with a fault of its own, or with no answer.
  pricing::Int128 failed = 0;
  pricing::Int128 across_midnight = 0;  ///< of the quantity: of operations across midnight

  OurSum& operator+=(const OurSum& other);
};

}  // namespace tollgate::reconciliation
