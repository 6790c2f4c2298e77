// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/quotas/quotas.hpp"

namespace tollgate::app {

/// What the ledger has of a limit's current window.
struct RestoredUse {
  quotas::LimitKey key;
  UtcTime window_begin;
  quotas::Use use;
  /// Of its operations, those that nobody knows the tokens of and that may be billed: they are in
  /// no sum.
  std::int64_t unknown = 0;
};

/// Sums of the operations that began in the window of each key that has one, as the ledger knows
/// them by now. Work that still goes on is not in it: it counts when it ends. Error storage.
Result<std::vector<RestoredUse>> use_in_ledger(ledger::LedgerReader& reader,
                                               const std::vector<quotas::LimitKey>& keys,
                                               const TimeZone& zone, UtcTime now);

/// Counts in `quotas` what the ledger at that path has of the keys, and says how much in the log.
/// Blocks. What goes wrong is logged: the limits then begin with nothing used.
/// `forgiven`: units of them that operators took off.
void restore_quotas(quotas::Quotas& quotas, const std::string& ledger_path,
                    const std::vector<quotas::LimitKey>& keys, const TimeZone& zone,
                    quotas::Moment now,
                    const std::map<quotas::LimitKey, std::int64_t>& forgiven = {});

}  // namespace tollgate::app
