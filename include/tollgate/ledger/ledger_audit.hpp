// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"

namespace tollgate::ledger {

/// What a reading of all of a ledger found.
struct LedgerAudit {
  std::uint64_t records = 0;   ///< that can be read, in blocks and journals
  std::uint64_t awaiting = 0;  ///< of them: their operations still go on at their backends
  std::uint64_t segments = 0;  ///< journal files that are there
  /// What is missing or damaged, a line each; empty: nothing that can be told to be.
  std::vector<std::string> faults;
};

/// Reads everything that a ledger holds, safe beside a running gateway, and changes nothing.
/// Errors: not_found, or storage where not even its tables can be opened.
Result<LedgerAudit> audit(const std::string& path);

}  // namespace tollgate::ledger
