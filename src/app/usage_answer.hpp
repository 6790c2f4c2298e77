// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/reports/row_order.hpp"
#include "tollgate/reports/usage_query.hpp"
#include "tollgate/reports/usage_table.hpp"

namespace tollgate::app {

/// What `tollgate usage` was asked for.
struct UsageOrder {
  std::vector<std::string> by;
  reports::UsageGroups groups;
  ledger::Period period;
  std::optional<ledger::Period> previous;
  TimeZone zone;
  reports::RowOrder sort = reports::RowOrder::name;
  reports::ReportFormat format = reports::ReportFormat::table;
  std::size_t top = 0;       ///< 0: all
  std::size_t forecast = 0;  ///< 0: none
  bool components = false;
  std::optional<std::size_t> terminal;  ///< its width: a table that fits, and a chart
  UtcTime now;
};

/// Error invalid_input: all that is wrong with the options, a line each.
Result<UsageOrder> parse_usage_order(const UsageOptions& options, const TimeZone& zone,
                                     UtcTime now);

struct OrderedUsage {
  std::vector<reports::UsageRow> rows;  ///< all that were found, also where fewer are shown
  ledger::SumSource source = ledger::SumSource::records;
  std::string text;
  std::vector<std::string> notes;   ///< what the text does not say of its amounts: a sentence each
  std::vector<std::string> faults;  ///< of the ledger, of the time before
};
/// Errors: storage, the ledger cannot be read; invalid_input, there are too few days for a
/// forecast.
Result<OrderedUsage> answer_usage(ledger::LedgerReader& reader, const UsageOrder& order);

}  // namespace tollgate::app
