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
  /// Of its operations, those that nobody knows the tokens of and that may be billed: counted as
  /// UseSums::use_with_unknown has it.
  std::int64_t unknown = 0;
};

struct LedgerUse {
  std::vector<RestoredUse> uses;
  std::vector<std::string> faults;  ///< what the ledger should have of these windows and has not
};

/// Sums of the operations that began in the window of each key that has one, and before `until`, as
/// the ledger knows them by now. Work that still goes on is not in it: it counts when it ends. Of
/// roll-ups, but for limits of a client and a model, whose name roll-ups do not have. Error
/// storage.
Result<LedgerUse> use_in_ledger(ledger::LedgerReader& reader,
                                const std::vector<quotas::LimitKey>& keys, const TimeZone& zone,
                                UtcTime now, UtcTime until = UtcTime::max());

/// Limits whose windows begin with nothing counted, and where to find what they have used.
struct QuotasToRestore {
  std::string ledger_path;
  std::vector<quotas::LimitKey> keys;
  TimeZone zone;
  quotas::Moment now;                                 ///< of Quotas::apply
  std::map<quotas::LimitKey, std::int64_t> forgiven;  ///< units of them that operators took off
  /// Operations that began then or later are counted as they end.
  UtcTime until = UtcTime::max();
};

/// Counts in `quotas` what the ledger has of them, and says how much in the log. Blocks. Returns
/// LedgerUse::faults; on an error nothing is counted.
Result<std::vector<std::string>> restore_quotas(quotas::Quotas& quotas,
                                                const QuotasToRestore& wanted);

}  // namespace tollgate::app
