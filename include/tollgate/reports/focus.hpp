// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/reports/format.hpp"
#include "tollgate/reports/usage_groups.hpp"
#include "tollgate/reports/usage_row.hpp"

// FOCUS 1.2, the FinOps Open Cost and Usage Specification (https://focus.finops.org): costs as one
// line for each client, model, class of prices and day, for whoever reads cloud bills.
namespace tollgate::reports {

struct FocusTerms {
  std::string billing_account;  ///< who has the bill, and issues these lines
  TimeZone zone;                ///< whose days and months the charges are of
};

/// The columns of FOCUS 1.2's Cost and Usage, in the order of the alphabet, then ours (x_).
Cells focus_columns();
/// The groups that focus_lines() needs.
UsageGroups focus_groups();

/// Of rows by those groups. `reader` has just given them. What has no amount is in none.
std::vector<Cells> focus_lines(const std::vector<UsageRow>& rows,
                               const ledger::LedgerReader& reader, const FocusTerms& terms);

/// Head and lines as CSV (RFC 4180), every cell as it is.
std::string focus_csv(const std::vector<Cells>& lines);

}  // namespace tollgate::reports
