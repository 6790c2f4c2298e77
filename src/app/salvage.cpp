// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/ledger/salvage.hpp"

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <string_view>

#include "commands.hpp"
#include "tollgate/pricing/amount.hpp"

namespace tollgate::app {

namespace {

/// What an operator loses with rows of a table.
struct Loss {
  std::string_view table;
  std::string_view what;
};
constexpr std::string_view kSums =
    "sums: the next start makes them anew of the records and adjustments that are kept, and those "
    "of earlier times are gone";
constexpr std::array<Loss, 14> kLosses{{
    {"adjustment_cursors", "how far exporters had come with adjustments"},
    {"adjustment_exceptions", "adjustments that destinations refused"},
    {"adjustments",
     "what records cost in the end: the next start shares hours of capacity out once more; what "
     "was re-rated, `tollgate rerate --write` must do again"},
    {"awaiting", "records whose operations had not ended"},
    {"closed_hours", "which hours of capacity were shared out: the next start looks"},
    {"counters", "notes: the next start takes more care than it may need"},
    {"cursors", "how far exporters had come: they get everything that is kept once more"},
    {"exceptions", "what destinations refused"},
    {"intents", "operations that were open: of some no record will say that they broke off"},
    {"objects", "who owns stored files, threads and responses"},
    {"rollup_groups", kSums},
    {"rollup_prices", kSums},
    {"rollups",
     "sums: they are made anew of the records and adjustments that are kept; of earlier times what "
     "can be read is left"},
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
  const auto& tables = result.lost_tables;
  const bool named = std::find(tables.begin(), tables.end(), "cursors") != tables.end();
  if (result.cursors_lost && !named) {
    std::cout << "How far exporters had come was lost: they get everything that is kept once "
                 "more.\n";
  }
}

/// "1.500000000 EUR, 3.000000000 USD".
std::string amounts_of(const ledger::LostCosts& costs) {
  std::string out;
  for (const auto& [currency, nano] : costs.nano) {
    out.append(out.empty() ? "" : ", ")
        .append(pricing::to_fixed(nano, pricing::kNanoDecimals))
        .append(currency.empty() ? "" : " " + currency);
  }
  return out.empty() ? "0" : out;
}

/// What sums by the record do not hold any more.
void tell_lost_costs(const ledger::LostCosts& costs) {
  if (costs.records == 0) return;
  std::cout << counted(costs.records, "record") << " that are lost had been adjusted, to "
            << amounts_of(costs) << " in the end";
  if (costs.without_amount > 0) std::cout << ", " << costs.without_amount << " to no amount";
  std::cout << ": the adjustments are kept, and reports by records lack them.\n";
}

void tell_sums(const ledger::SalvageResult& result) {
  for (const std::string& line : result.set_right) std::cout << "Set right: " << line << ".\n";
  for (const std::string& line : result.mended_sums)
    std::cout << "Found and made anew, as far as records are kept: " << line << ".\n";
  if (result.corrections_mended) {
    std::cout << "Adjustments may be lost: the next start shares hours of capacity out once more; "
                 "what was re-rated, `tollgate rerate --write` must do again.\n";
  }
  for (const std::string& line : result.disagreements) std::cout << "Still so: " << line << ".\n";
  if (result.disagreements.empty()) return;
  std::cout << "Sums of days whose records are deleted or lost cannot be made anew: they stay as "
               "they are. Compare them with a copy of the ledger that has these days (`tollgate "
               "usage --ledger COPY`), or with the rows that an exporter has sent.\n";
}

/// Of a run that was interrupted it is not known.
bool is_whole(const ledger::SalvageResult& result) {
  const bool sums = !result.corrections_mended && result.disagreements.empty();
  const bool records = result.lost_records == 0 && result.lost_blocks == 0 && !result.loss_unknown;
  return records && result.lost_tables.empty() && result.lost_costs.records == 0 && sums &&
         !result.cursors_lost && !result.resumed;
}

}  // namespace

int salvage_ledger(const LedgerChoice& choice) {
  const Result<std::string> path = find_ledger(choice);
  if (!path) return complain(path.error());
  const auto result = ledger::salvage(*path);
  if (!result) return complain_of_ledger(result.error());
  std::cout << result->records << " records saved, ";
  if (result->resumed) {
    std::cout << "by a run that was interrupted: what was lost is not known";
  } else {
    if (result->loss_unknown) std::cout << "how many are lost is not known, ";
    const bool more = result->lost_records > 0 || result->loss_unknown;
    std::cout << (more ? "at least " : "") << result->lost_records << " lost, and parts of "
              << result->lost_tables.size() << " other tables";
  }
  std::cout << "; the damaged file is kept as " << result->kept_as << "\n";
  tell_losses(*result);
  tell_lost_costs(result->lost_costs);
  tell_sums(*result);
  return is_whole(*result) ? 0 : kIncomplete;
}

}  // namespace tollgate::app
