// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include "commands.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {

/// What --since, --month, --from and --to mean, days and months those of the zone. Error
/// invalid_input: all that is wrong with them, a line each.
Result<ledger::Period> parse_period(const PeriodOptions& options, UtcTime now,
                                    const TimeZone& zone = {});

/// What a reader of a report must know of its period: that it is still to come, that retention has
/// deleted records of it, or that it was over before the first.
struct PeriodFault {
  std::string text;    ///< a sentence; empty: nothing
  bool lacks = false;  ///< the report is not whole
};
/// `any`: records of the period are there. A period without a begin is that of all that is there,
/// and lacks nothing unless all of it is deleted. `source`: what was read, and `kept` is of.
PeriodFault period_fault(const ledger::Period& period, const ledger::KeptTime& kept, bool any,
                         UtcTime now, ledger::SumSource source = ledger::SumSource::records);

}  // namespace tollgate::app
