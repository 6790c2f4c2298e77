// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::reconciliation {

/// The decimals that are kept of a bill's numbers; further ones are cut.
inline constexpr int kBillDecimals = pricing::kPicoDecimals;

/// A row of Azure's bill.
struct BillRow {
  std::string day;  ///< 2026-11-29
  std::string resource_id;
  std::string deployment;  ///< of the tag `deployment`; empty: none
  std::string meter;       ///< its name
  std::string unit;        ///< of measure
  /// As it stands, in 10^-12; of FOCUS exports times the block's size.
  pricing::Int128 quantity = 0;
  pricing::Int128 cost = 0;  ///< in 10^-12 of the currency
};

struct AzureBill {
  std::string currency;  ///< empty: no row
  std::vector<BillRow> rows;
  /// Quantities are tokens already, and not blocks of the unit of measure.
  bool in_tokens = false;
};

/// Reads an export of Cost Management as CSV: actual (or amortized) costs, or FOCUS. Columns are
/// found by name (docs/reconciliation.md). Error invalid_input: a column is missing, a number or
/// date cannot be read, or currencies are mixed; with the line.
Result<AzureBill> read_cost_export(std::string_view csv);

}  // namespace tollgate::reconciliation
