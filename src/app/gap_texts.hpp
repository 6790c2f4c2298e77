// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "tollgate/reconciliation/comparison.hpp"
#include "tollgate/reconciliation/totals.hpp"

namespace tollgate::app {

/// What both sides come to; an empty text is what is not known.
struct GapTexts {
  std::string azure;
  std::string ours;
  std::string gap;      ///< Azure's less ours; all of ours where Azure has no row of it
  std::string percent;  ///< of Azure's; empty where the gap is 0
};

GapTexts quantities_of(const reconciliation::ComparedRow& row);
GapTexts quantities_of(const reconciliation::ComparedTotal& total);

/// With so many decimals, to the nearest; Azure's has twelve, ours nine.
GapTexts costs_of(const reconciliation::ComparedRow& row, int decimals);
/// Costs of a currency in which the bill is not have no side at Azure, and no gap.
GapTexts costs_of(const reconciliation::ComparedTotal& total, const std::string& bill_currency,
                  int decimals);

}  // namespace tollgate::app
