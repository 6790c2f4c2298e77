// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/reports/usage_groups.hpp"
#include "tollgate/reports/usage_row.hpp"

// The one layer through which the command line, exports and whoever comes ask a ledger for sums.
namespace tollgate::reports {

struct UsageQuery {
  UsageGroups groups;
  ledger::Period period;
  TimeZone zone;
  /// Whose operations; all by default. It may ask for what roll-ups know only.
  std::function<bool(const usage::UsageRecord&)> of = [](const usage::UsageRecord&) {
    return true;
  };
};

struct UsageAnswer {
  std::vector<UsageRow> rows;  ///< sorted by their keys
  ledger::SumSource source = ledger::SumSource::records;
};

/// Sums of the operations that began in the period: out of roll-ups where these know the groups and
/// the period's bounds are borders of quarter hours, else out of records; the numbers are the same.
/// Error storage.
Result<UsageAnswer> ask_usage(ledger::LedgerReader& reader, const UsageQuery& query);

}  // namespace tollgate::reports
