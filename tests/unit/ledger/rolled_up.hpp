// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <string>
#include <thread>

#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::ledger {

/// Opens the ledger until its own thread has made roll-ups of its records; false: it does not.
inline bool roll_up_ledger(const std::string& path) {
  using std::chrono::steady_clock;
  config::Ledger settings;
  settings.path = path;
  const auto opened = Ledger::open(settings, 1, std::chrono::system_clock::now());
  if (!opened) return false;
  const auto until = steady_clock::now() + std::chrono::seconds(10);
  while (steady_clock::now() < until) {
    const auto reader = LedgerReader::open(path);
    if (reader) {
      const Result<bool> made = (*reader)->has_rollups();
      if (made && *made) return true;
    }
    std::this_thread::yield();
  }
  return false;
}

}  // namespace tollgate::ledger
