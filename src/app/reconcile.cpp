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

const std::string& file_of(const ReconcileOptions& options) {
  return options.metrics.empty() ? options.cost_export : options.metrics;
}

Result<AzureSide> read_azure_side(const ReconcileOptions& options) {
  AzureSide out;
  out.of_metrics = !options.metrics.empty();
  const std::string& path = file_of(options);
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

/// The record with the cost that counts for it now.
Result<usage::UsageRecord> with_newest_cost(ledger::LedgerReader& reader,
                                            usage::UsageRecord record) {
  const auto newest = reader.adjustment_of(record.record_id);
  if (!newest) return newest.error();
  if (!*newest) return record;
  const usage::UsageRecord& adjusted = (*newest)->adjustment.record;
  record.cost_basis = adjusted.cost_basis;
  record.cost_nano = adjusted.cost_nano;
  record.cost_currency = adjusted.cost_currency;
  record.cost_components = adjusted.cost_components;
  return record;
}

Result<void> add_records(ledger::LedgerReader& reader, const ledger::Period& period,
                         reconciliation::OurUsage& out) {
  Result<void> failed;
  const Result<void> done = reader.for_each(
      period,
      [&](const ledger::StoredRecord& stored, ledger::RecordState state, const std::string&) {
        if (!failed) return;
        const auto counting = with_newest_cost(reader, stored.record);
        if (!counting) failed = counting.error();
        if (counting) out.add(*counting, state == ledger::RecordState::awaiting);
      });
  return done ? failed : done;
}

/// Of a file without a row of the period; its rows are of the other one.
std::string nothing_compared(const ReconcileOptions& options, const ledger::Period& of_file) {
  const std::string head = "tollgate: nothing was compared: " + file_of(options);
  if (!of_file.from) return head + " has no row that counts anything";
  const auto day = [](UtcTime time) { return to_rfc3339(time).substr(0, 10); };
  return head + " has rows of " + day(*of_file.from) + " to " +
         day(*of_file.until - std::chrono::hours(24)) + ", and none of the period";
}

/// The time that is compared: what was asked for, else the days of the file. Error invalid_input
/// too: the file has no row of it.
Result<ledger::Period> period_of(const ReconcileOptions& options, AzureSide& azure) {
  auto period = parse_period(options.period, std::chrono::system_clock::now());
  if (!period) return period.error();
  const ledger::Period of_file =
      azure.of_metrics ? days_of(azure.metrics) : days_of(azure.bill.rows);
  if (!period->from && !period->until) *period = of_file;
  keep_days_in(azure.metrics, *period);
  keep_days_in(azure.bill.rows, *period);
  if (azure.bill.rows.empty() && azure.metrics.empty())
    return Error{Errc::invalid_input, nothing_compared(options, of_file)};
  return *period;
}

/// `period` has a begin and an end.
Result<PeriodFault> fault_of_period(ledger::LedgerReader& reader, const ledger::Period& period) {
  const auto kept = reader.kept_time(ledger::SumSource::records);
  if (!kept) return kept.error();
  return period_fault(period, *kept, true, std::chrono::system_clock::now());
}

Result<reconciliation::ComparisonTerms> terms_of(ledger::LedgerReader& reader, bool deleted) {
  reconciliation::ComparisonTerms out{!reader.faults().empty(), {}};
  if (!deleted) return out;
  const auto kept = reader.kept_time(ledger::SumSource::records);
  if (!kept) return kept.error();
  if (kept->deleted_to) out.deleted_to = to_rfc3339(*kept->deleted_to).substr(0, 10);
  return out;
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
  const Result<PeriodFault> deleted = fault_of_period(**reader, *period);
  if (!deleted) return complain(deleted.error());
  const auto terms = terms_of(**reader, deleted->lacks);
  if (!terms) return complain(terms.error());
  const Comparison comparison =
      azure->of_metrics ? reconciliation::compare(azure->metrics, ours, resources, *terms)
                        : reconciliation::compare(azure->bill, ours, resources, *terms);
  if (comparison.used == 0) {
    print_notes(comparison);
    return complain("tollgate: nothing was compared: no row of " + file_of(options) +
                    " is of a resource that a backend stands for");
  }
  std::cout << (options.format == "json" ? reconcile_json(comparison)
                                         : reconcile_table(comparison));
  print_notes(comparison);
  const int status = status_of(comparison);
  const int lost = tell_faults((*reader)->faults());
  if (!deleted->text.empty()) std::cerr << "warning: " << deleted->text << "\n";
  return deleted->lacks ? kIncomplete : std::max(lost, status);
}

}  // namespace tollgate::app
