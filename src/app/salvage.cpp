// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <iostream>

#include "commands.hpp"
#include "offline_config.hpp"

namespace tollgate::app {

int salvage_ledger(const std::string& config_path) {
  const Result<config::Config> config = load_without_secrets(config_path);
  if (!config) {
    std::cerr << config.error().message;
    return 1;
  }
  const auto result = ledger::salvage(config->ledger.path);
  if (!result) {
    std::cerr << result.error().message << "\n";
    return 1;
  }
  std::cout << result->records << " records saved, ";
  if (result->resumed) {
    std::cout << "by a run that was interrupted: how many blocks were lost is not known";
  } else {
    std::cout << result->lost_blocks << " blocks lost";
  }
  std::cout << "; the damaged file is kept as " << result->kept_as << "\n";
  if (result->cursors_lost) {
    std::cout
        << "How far exporters had come could not be read: give each `from: beginning` for the "
           "next start, or records may be missing at their destinations.\n";
  }
  return 0;
}

}  // namespace tollgate::app
