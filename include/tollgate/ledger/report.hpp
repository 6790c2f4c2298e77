// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/ledger/ledger.hpp"

namespace tollgate::ledger {

/// Writes rows as `table`, `csv` (RFC 4180; text that a spreadsheet would run as a formula is
/// defused) or `json`. The table ends with a total. Error invalid_input: any other format.
Result<std::string> format_usage(std::span<const UsageRow> rows, std::span<const std::string> by,
                                 std::string_view format);

}  // namespace tollgate::ledger
