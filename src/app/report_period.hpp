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

}  // namespace tollgate::app
