// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {

/// What was read of a ledger.
struct Told {
  ledger::Period period;
  ledger::SumSource source;
  bool any;                           ///< something of the period was there
  std::vector<std::string> faults{};  ///< beside those of the reader's last call
};

/// Writes what a report lacks, lost or deleted, and what is to be known of its period; returns the
/// exit status.
int tell_lacks(ledger::LedgerReader& reader, const Told& told);

}  // namespace tollgate::app
