// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <array>
#include <iostream>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "offline_config.hpp"

namespace tollgate::app {

namespace {

/// The exit status when there is a new database which lacks something.
constexpr int kSavedInPart = 3;

/// What an operator loses with rows of a table.
struct Loss {
  std::string_view table;
  std::string_view what;
};
constexpr std::array<Loss, 7> kLosses{{
    {"awaiting", "records whose operations had not ended"},
    {"counters", "notes: the next start takes more care than it may need"},
    {"cursors", "how far exporters had come: they get everything that is kept once more"},
    {"exceptions", "what destinations refused"},
    {"intents", "operations that were open: of some no record will say that they broke off"},
    {"objects", "who owns stored files, threads and responses"},
    {"segments", "which journals are in the database already: the next start looks"},
}};

void tell_losses(const ledger::SalvageResult& result) {
  for (const std::string& table : result.lost_tables) {
    std::cout << "The table " << table << " could not be read to its end";
    for (const Loss& loss : kLosses) {
      if (loss.table == table) std::cout << ", which holds " << loss.what;
    }
    std::cout << ".\n";
  }
  if (result.resumed && result.cursors_lost) {
    std::cout << "How far exporters had come was lost: they get everything that is kept once "
                 "more.\n";
  }
}

/// Of a run that was interrupted it is not known.
bool is_whole(const ledger::SalvageResult& result) {
  return result.lost_records == 0 && result.lost_tables.empty() && !result.resumed;
}

}  // namespace

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
    std::cout << "by a run that was interrupted: what was lost is not known";
  } else {
    std::cout << (result->lost_records == 0 ? "" : "at least ") << result->lost_records
              << " lost, and parts of " << result->lost_tables.size() << " other tables";
  }
  std::cout << "; the damaged file is kept as " << result->kept_as << "\n";
  tell_losses(*result);
  return is_whole(*result) ? 0 : kSavedInPart;
}

}  // namespace tollgate::app
