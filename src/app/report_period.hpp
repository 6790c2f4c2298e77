// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {

/// "2026-11-01": that day's first moment, UTC; nullopt on anything else.
std::optional<UtcTime> parse_date(std::string_view text);

/// What --since, --month, --from and --to mean. Error invalid_input: all that is wrong with them, a
/// line each.
Result<ledger::Period> parse_period(const PeriodOptions& options, UtcTime now);

/// What a reader of a report must know of its period: that it is still to come, that retention has
/// deleted records of it, or that it was over before the first.
struct PeriodFault {
  std::string text;    ///< a sentence; empty: nothing
  bool lacks = false;  ///< the report is not whole
};
/// `any`: records of the period are there. A period without a begin is that of all that is there,
/// and lacks nothing unless all of it is deleted.
PeriodFault period_fault(const ledger::Period& period, const ledger::KeptTime& kept, bool any,
                         UtcTime now);

}  // namespace tollgate::app
