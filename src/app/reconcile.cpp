// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <utility>

#include "commands.hpp"
#include "reconcile_report.hpp"
#include "report_period.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/pricing/price_entry.hpp"

namespace tollgate::app {
namespace {

using reconciliation::AzureBill;
using reconciliation::Comparison;
using reconciliation::MetricRow;

Result<std::string> text_of_file(const std::string& path) {
  if (const auto fault = file_fault(path)) return Error{Errc::invalid_input, path + " " + *fault};
  std::ifstream file(path, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return Error{Errc::storage, path + " could not be read to its end"};
  return text;
}

/// One of the two files, read.
struct AzureSide {
  AzureBill bill;
  std::vector<MetricRow> metrics;
  bool of_metrics = false;
};

Result<AzureSide> read_azure_side(const ReconcileOptions& options) {
  AzureSide out;
  out.of_metrics = !options.metrics.empty();
  const std::string& path = out.of_metrics ? options.metrics : options.cost_export;
  const Result<std::string> text = text_of_file(path);
  if (!text) return text.error();
  const auto named = [&](const Error& error) {
    return Error{error.code, path + ": " + error.message};
  };
  if (out.of_metrics) {
    auto read = reconciliation::read_metrics(*text);
    if (!read) return named(read.error());
    out.metrics = std::move(*read);
  } else {
    auto read = reconciliation::read_cost_export(*text);
    if (!read) return named(read.error());
    out.bill = std::move(*read);
  }
  return out;
}

/// The days of the rows, from the first to the last.
template <class Rows>
ledger::Period days_of(const Rows& rows) {
  if (rows.empty()) return {};
  const auto [first, last] =
      std::ranges::minmax_element(rows, {}, [](const auto& row) { return row.day; });
  const auto begin = pricing::parse_date(first->day);
  const auto end = pricing::parse_date(last->day);
  if (!begin || !end) return {};
  return {*begin, *end + std::chrono::hours(24)};
}

template <class Rows>
void keep_days_in(Rows& rows, const ledger::Period& period) {
  std::erase_if(rows, [&](const auto& row) {
    const auto day = pricing::parse_date(row.day);
    return !day || !period.holds(*day);
  });
}

reconciliation::Resources resources_of(const config::LoadResult& loaded) {
  std::vector<reconciliation::BackendResource> out;
  for (const config::Backend& backend : loaded.config->backends) {
    const auto id = loaded.settings.find("backends[" + backend.name + "].resource_id");
    out.push_back({backend.name, backend.endpoint,
                   id == loaded.settings.end() ? std::string() : id->second.value});
  }
  return reconciliation::Resources(out);
}

Result<void> add_records(ledger::LedgerReader& reader, const ledger::Period& period,
                         reconciliation::OurUsage& out) {
  return reader.for_each(period, [&](const ledger::StoredRecord& stored, ledger::RecordState state,
                                     const std::string&) {
    out.add(stored.record, state == ledger::RecordState::awaiting);
  });
}

/// The time that is compared: what was asked for, else the days of the file.
Result<ledger::Period> period_of(const ReconcileOptions& options, AzureSide& azure) {
  auto period = parse_period(options.period, std::chrono::system_clock::now());
  if (!period) return period.error();
  if (!period->from && !period->until)
    *period = azure.of_metrics ? days_of(azure.metrics) : days_of(azure.bill.rows);
  keep_days_in(azure.metrics, *period);
  keep_days_in(azure.bill.rows, *period);
  return *period;
}

void print_notes(const Comparison& comparison) {
  std::cout.flush();
  for (const std::string& note : comparison.notes) std::cerr << "note: " << note << "\n";
}

int status_of(const Comparison& comparison) {
  const auto open =
      std::ranges::count(comparison.rows, false, &reconciliation::ComparedRow::explained);
  if (open == 0) return 0;
  return complain("tollgate: " + counted(static_cast<std::size_t>(open), "gap") +
                  " that the records here do not explain");
}

}  // namespace

int reconcile(const ReconcileOptions& options) {
  const config::LoadResult loaded = load_without_secrets(options.ledger.config_path);
  if (!loaded.config)
    return complain(config::format_errors(options.ledger.config_path, loaded.errors));
  Result<AzureSide> azure = read_azure_side(options);
  if (!azure) return complain("tollgate: " + azure.error().message);
  const Result<ledger::Period> period = period_of(options, *azure);
  if (!period) return complain(period.error());
  const std::string& path =
      options.ledger.ledger.empty() ? loaded.config->ledger.path : options.ledger.ledger;
  const auto reader = ledger::LedgerReader::open(path);
  if (!reader) return complain(reader.error());
  const reconciliation::Resources resources = resources_of(loaded);
  reconciliation::OurUsage ours(resources);
  const Result<void> added = add_records(**reader, *period, ours);
  if (!added) return complain(added.error());
  const auto kept = (*reader)->kept_time(ledger::SumSource::records);
  if (!kept) return complain(kept.error());
  const bool deleted = period_fault(*period, *kept, true, std::chrono::system_clock::now()).lacks;
  const reconciliation::ComparisonTerms terms{loaded.config->prices.list.currency(),
                                              deleted || !(*reader)->faults().empty()};
  const Comparison comparison =
      azure->of_metrics ? reconciliation::compare(azure->metrics, ours, resources, terms)
                        : reconciliation::compare(azure->bill, ours, resources, terms);
  std::cout << (options.format == "json" ? reconcile_json(comparison)
                                         : reconcile_table(comparison));
  print_notes(comparison);
  const int lost = tell_faults((*reader)->faults());
  return lost != 0 ? lost : status_of(comparison);
}

}  // namespace tollgate::app
