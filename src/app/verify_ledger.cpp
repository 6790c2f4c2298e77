// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <iostream>

#include "commands.hpp"
#include "tollgate/ledger/ledger_audit.hpp"

namespace tollgate::app {

int verify_ledger(const LedgerChoice& choice) {
  const auto path = find_ledger(choice);
  if (!path) return complain(path.error());
  const auto found = ledger::audit(*path);
  if (!found) return complain_of_ledger(found.error());
  for (const std::string& fault : found->faults) std::cout << fault << "\n";
  std::cout << *path << ": " << counted(found->records, "record") << " (" << found->awaiting
            << " of them await their usage), " << counted(found->segments, "segment")
            << " in the journal, " << counted(found->faults.size(), "fault") << "\n";
  return found->faults.empty() ? 0 : kIncomplete;
}

}  // namespace tollgate::app
