// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <iostream>
#include <memory>
#include <utility>

#include "commands.hpp"
#include "explained_record.hpp"
#include "record_ids.hpp"
#include "sealed_id.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

namespace tollgate::app {
namespace {

using ledger::LedgerReader;
using ledger::Period;

/// The prices of the configuration, where one is named and can be read.
config::Prices prices_at_hand(const LedgerChoice& choice) {
  if (choice.config_path.empty()) return {};
  config::LoadResult loaded = load_without_secrets(choice.config_path);
  return loaded.config ? std::move(loaded.config->prices) : config::Prices();
}

std::optional<pricing::PriceEntry> entry_with(const pricing::PriceList& list,
                                              const std::string& price_id) {
  for (const pricing::PriceEntry& entry : list.entries()) {
    if (!price_id.empty() && entry.id == price_id) return entry;
  }
  return std::nullopt;
}

Result<std::vector<ExplainedRecord>> find_records(LedgerReader& reader, const std::string& id,
                                                  const Period& period) {
  std::vector<ExplainedRecord> out;
  const Result<void> done = reader.for_each(
      period,
      [&](const ledger::StoredRecord& stored, ledger::RecordState state, const std::string& why) {
        std::vector<std::string_view> columns = columns_with(stored.record, id);
        if (columns.empty()) return;
        out.push_back({stored.record,
                       std::move(columns),
                       state,
                       why,
                       pricing::prove_cost(stored.record),
                       std::nullopt,
                       {},
                       std::nullopt});
      });
  if (!done) return done.error();
  return out;
}

Result<void> find_adjustments(LedgerReader& reader, const pricing::PriceList& prices,
                              ExplainedRecord& to) {
  const auto found = reader.adjustments_of(to.record.record_id);
  if (!found) return found.error();
  for (const ledger::StoredAdjustment& stored : *found) {
    usage::CostAdjustment one = stored.adjustment;
    one.record = usage::with_cost(to.record, stored.adjustment.record);
    pricing::CostProof proof = pricing::prove_cost(one.record);
    auto price = entry_with(prices, one.record.price_id);
    to.adjustments.push_back({std::move(one), std::move(proof), std::move(price)});
  }
  return {};
}

bool by_record_id(const ExplainedRecord& found) { return found.found_by.front() == kRecordId; }

/// A RecordId tells its time, and is one record's; what else looks like one is looked for
/// everywhere.
Result<std::vector<ExplainedRecord>> find_anywhere(LedgerReader& reader, const std::string& id) {
  const Period near = time_in(id);
  if (near.from) {
    auto found = find_records(reader, id, near);
    if (!found || std::any_of(found->begin(), found->end(), by_record_id)) return found;
  }
  return find_records(reader, id, {});
}

/// What may be why nothing was found; the exit status.
int tell_nothing(LedgerReader& reader, const std::string& id) {
  const int lost = tell_faults(reader.faults());
  const auto kept = reader.kept_time(ledger::SumSource::records);
  if (!kept) return complain(kept.error());
  std::string text = "no record has the id " + id + " as one of its: " + record_id_names();
  if (kept->deleted_to)
    text.append("\nof what began up to ")
        .append(to_rfc3339(*kept->deleted_to).substr(0, 19))
        .append("Z, records were deleted (ledger.retention, ledger.max_size)");
  const int status = complain(text);
  return lost != 0 ? lost : status;
}

}  // namespace

int explain(const ExplainOptions& options) {
  const Result<std::string> path = find_ledger(options.ledger);
  if (!path) return complain(path.error());
  const auto reader = LedgerReader::open(*path);
  if (!reader) return complain_of_ledger(reader.error());
  const Result<std::string> id = original_id(options.ledger.config_path, options.id);
  if (!id) return complain(id.error());
  auto found = find_anywhere(**reader, *id);
  if (!found) return complain_of_ledger(found.error());
  if (found->empty()) return tell_nothing(**reader, *id);
  const config::Prices prices = prices_at_hand(options.ledger);
  for (ExplainedRecord& one : *found) {
    one.price = entry_with(prices.list, one.record.price_id);
    one.provisional = pricing::provisional_terms(one.record, prices.list.capacities());
    const Result<void> adjusted = find_adjustments(**reader, prices.list, one);
    if (!adjusted) return complain_of_ledger(adjusted.error());
  }
  if (options.format == "json") {
    std::cout << explained_json(*found);
    return 0;
  }
  const char* gap = "";
  for (const ExplainedRecord& one : *found)
    std::cout << std::exchange(gap, "\n") << explained_text(one);
  return 0;
}

}  // namespace tollgate::app
