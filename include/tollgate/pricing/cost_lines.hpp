// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/usage/usage_record.hpp"

namespace tollgate::pricing {

/// A column of the record that is a part of a quantity.
struct QuantityTerm {
  std::string_view column;
  std::int64_t amount = 0;  ///< never 0
  bool subtracted = false;
};

/// One component of a record's cost, multiplied once more.
struct CostLine {
  usage::CostComponent component;  ///< as the record has it
  /// Columns whose sum is the quantity; empty: no such sum is known (words of CostReason say why).
  std::vector<QuantityTerm> terms;
  /// The price with the adjustment, in currency units for `per`; empty: the record's price cannot
  /// be read.
  std::string adjusted_price;
  /// Quantity x adjusted price / per, in currency units; empty likewise.
  std::string exact;
  bool endless = false;  ///< `exact` has more decimals than stand there (a price by the hour)
};

/// The multiplication of a record's cost, done again with what stands in it.
struct CostProof {
  std::vector<CostLine> lines;
  std::string exact_sum;  ///< in currency units, before the one rounding; empty: cannot be told
  bool endless = false;   ///< as a line's
  /// The components come to what the record has, each and all, by the rule of docs/cost.md.
  bool holds = false;
  /// The cost is a share of an hour of capacity: rounded down, or up where its rest was among the
  /// largest of the hour's, which one record cannot tell.
  bool share = false;
};

/// Needs no list of prices: a record holds all that made its cost. Pure.
CostProof prove_cost(const usage::UsageRecord& record);

}  // namespace tollgate::pricing
