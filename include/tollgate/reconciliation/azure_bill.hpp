// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/reconciliation/left_out.hpp"
#include "tollgate/reconciliation/resources.hpp"

namespace tollgate::reconciliation {

/// The decimals that are kept of a bill's numbers; further ones are cut.
inline constexpr int kBillDecimals = pricing::kPicoDecimals;

/// A row of Azure's bill that counts usage of a resource of ours.
struct BillRow {
  std::string day;         ///< 2026-11-29
  std::string resource;    ///< Resources' name for it
  std::string deployment;  ///< of the tag `deployment`; empty: none
  std::string meter;       ///< its name
  std::string unit;        ///< of measure
  /// As it stands, in 10^-12; of FOCUS exports times the block's size.
  pricing::Int128 quantity = 0;
  pricing::Int128 cost = 0;  ///< in 10^-12 of the currency
  std::string currency;
};

struct AzureBill {
  std::string currency;  ///< that costs are compared in; empty: no row
  std::vector<BillRow> rows;
  /// Quantities are tokens already, and not blocks of the unit of measure.
  bool in_tokens = false;
  std::vector<LeftOutRow> left_out;
  bool of_prices = false;  ///< the currency is the price list's, and not that of most rows
};

/// Has the costs compared in the price list's currency where a row is in it, else in that of most
/// rows. `prices`: empty where there is no price.
void choose_currency(AzureBill& bill, const std::string& prices);

/// Reads an export of Cost Management as CSV: actual (or amortized) costs, or FOCUS. Columns are
/// found by name (docs/reconciliation.md). Error invalid_input: a column is missing, or of a row
/// that is compared a number or date cannot be read, or quantities or costs come to more than can
/// be added; with the line.
Result<AzureBill> read_cost_export(std::string_view csv, const Resources& resources);

}  // namespace tollgate::reconciliation
