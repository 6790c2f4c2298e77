// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "limit_use.hpp"
#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/quota_book.hpp"
#include "tollgate/quotas/limit.hpp"
#include "tollgate/quotas/windows.hpp"

namespace tollgate::app {

/// A limit with windows, and how its current one burns down. Amounts are in the limit's own
/// measure, money in nanos.
struct Budget {
  quotas::Rule rule;
  quotas::Window window;
  std::int64_t amount = 0;    ///< with the top-ups of its window
  std::int64_t spent = 0;     ///< what the ledger has, without what was forgiven
  std::int64_t forgiven = 0;  ///< by resets
  // What may come is an estimate, in floating point.
  double per_day = 0;    ///< that are taken to come, on average
  double projected = 0;  ///< spent by the window's end
  /// The day on which it is used up: one that has been, or one to come by that estimate; nullopt:
  /// it lasts.
  std::optional<Date> exhausted_on;
  std::string basis;  ///< what the estimate is made of
  UseSums sums;       ///< of the window
};

struct BudgetQuestion {
  std::vector<quotas::Rule> rules;  ///< those without windows are passed over
  TimeZone zone;                    ///< of the quotas
  std::vector<ledger::QuotaAction> actions;
  UtcTime now;
};

struct BudgetAnswer {
  std::vector<Budget> budgets;  ///< in the order of the rules
  ledger::Period period;        ///< that was read
  ledger::SumSource source = ledger::SumSource::records;
  bool any = false;  ///< the period has operations
};

/// Out of roll-ups where there are some, else out of records. Error storage.
Result<BudgetAnswer> ask_budgets(ledger::LedgerReader& reader, const BudgetQuestion& question);

}  // namespace tollgate::app
