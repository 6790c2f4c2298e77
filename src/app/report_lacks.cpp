// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "report_lacks.hpp"

#include <algorithm>
#include <chrono>

#include "report_period.hpp"

namespace tollgate::app {

int tell_lacks(ledger::LedgerReader& reader, const Told& told) {
  std::vector<std::string> faults = told.faults;
  for (const std::string& fault : reader.faults()) {
    if (std::find(faults.begin(), faults.end(), fault) == faults.end()) faults.push_back(fault);
  }
  const int lost = tell_faults(faults);
  const Result<ledger::KeptTime> kept = reader.kept_time(told.source);
  if (!kept) return complain_of_ledger(kept.error());
  const PeriodFault fault =
      period_fault(told.period, *kept, told.any, std::chrono::system_clock::now(), told.source);
  warn(fault.text);
  return fault.lacks ? kIncomplete : lost;
}

}  // namespace tollgate::app
