// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <utility>

#include "commands.hpp"
#include "reconcile_report.hpp"
#include "report_period.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/pricing/price_entry.hpp"
#include "tollgate/usage/longest_operation.hpp"
#include "whole_file.hpp"

namespace tollgate::app {
namespace {

using reconciliation::AzureBill;
using reconciliation::AzureMetrics;
using reconciliation::Comparison;

/// One of the two files, read.
struct AzureSide {
  AzureBill bill;
  AzureMetrics metrics;
  bool of_metrics = false;
};

const std::string& file_of(const ReconcileOptions& options) {
  return options.metrics.empty() ? options.cost_export : options.metrics;
}

Result<AzureSide> read_azure_side(const ReconcileOptions& options,
                                  const reconciliation::Resources& resources) {
  AzureSide out;
  out.of_metrics = !options.metrics.empty();
  const std::string& path = file_of(options);
  const Result<std::string> text = read_whole_file(path);
  if (!text) return text.error();
  const auto named = [&](const Error& error) {
    return Error{error.code, path + ": " + error.message};
  };
  if (out.of_metrics) {
    auto read = reconciliation::read_metrics(*text, resources);
    if (!read) return named(read.error());
    out.metrics = std::move(*read);
  } else {
    auto read = reconciliation::read_cost_export(*text, resources);
    if (!read) return named(read.error());
    out.bill = std::move(*read);
  }
  return out;
}

/// Stretches the time so that it has the days of the rows, from the first to the last.
template <class Rows>
void stretch(ledger::Period& period, const Rows& rows) {
  for (const auto& row : rows) {
    const auto day = pricing::parse_date(row.day);
    if (!day) continue;
    const UtcTime end = *day + std::chrono::hours(24);
    period.from = std::min(period.from.value_or(*day), *day);
    period.until = std::max(period.until.value_or(end), end);
  }
}

/// The days of what is compared; of a file without such rows, of those that are left out.
ledger::Period days_of(const AzureSide& azure) {
  ledger::Period out;
  stretch(out, azure.bill.rows);
  stretch(out, azure.metrics.rows);
  if (!out.from) stretch(out, azure.bill.left_out);
  if (!out.from) stretch(out, azure.metrics.left_out);
  return out;
}

/// Rows of which no day is known stay.
template <class Rows>
void keep_days_in(Rows& rows, const ledger::Period& period) {
  std::erase_if(rows, [&](const auto& row) {
    const auto day = pricing::parse_date(row.day);
    return day && !period.holds(*day);
  });
}

/// Whether no row is left, not even one that could be told of.
bool is_empty(const AzureSide& azure) {
  return azure.bill.rows.empty() && azure.metrics.rows.empty() && azure.bill.left_out.empty() &&
         azure.metrics.left_out.empty();
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
  return reader.for_each_counting(
      period, [&](const usage::UsageRecord& counting, ledger::RecordState state) {
        out.add(counting, state == ledger::RecordState::awaiting);
      });
}

/// What began a little before the period may have ended within. By a reader of its own: what is
/// lost of that time is not lost of the period.
Result<void> add_records_before(const std::string& path, const ledger::Period& period,
                                reconciliation::OurUsage& out) {
  if (!period.from) return {};
  const auto reader = ledger::LedgerReader::open(path);
  if (!reader) return reader.error();
  return add_records(**reader, {*period.from - usage::kLongestOperation, period.from}, out);
}

std::string day_of(UtcTime time) { return to_rfc3339(time).substr(0, 10); }

/// Of a file without a row of the period; its rows are of the other one.
std::string nothing_compared(const ReconcileOptions& options, const ledger::Period& of_file) {
  const std::string head = "tollgate: nothing was compared: " + file_of(options);
  if (!of_file.from) return head + " has no row that counts anything";
  return head + " has rows of " + day_of(*of_file.from) + " to " +
         day_of(*of_file.until - std::chrono::hours(24)) + ", and none of the period";
}

/// The time that is compared: what was asked for, else the days of the file. Error invalid_input
/// too: the file has no row of it.
Result<ledger::Period> period_of(const ReconcileOptions& options, AzureSide& azure) {
  auto period = parse_period(options.period, std::chrono::system_clock::now());
  if (!period) return period.error();
  const ledger::Period of_file = days_of(azure);
  if (!period->from && !period->until) *period = of_file;
  keep_days_in(azure.metrics.rows, *period);
  keep_days_in(azure.bill.rows, *period);
  keep_days_in(azure.bill.left_out, *period);
  keep_days_in(azure.metrics.left_out, *period);
  if (is_empty(azure)) return Error{Errc::invalid_input, nothing_compared(options, of_file)};
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
  for (const std::string& note : comparison.notes) tell_note(note);
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
  const reconciliation::Resources resources = resources_of(loaded);
  Result<AzureSide> azure = read_azure_side(options, resources);
  if (!azure) return complain("tollgate: " + azure.error().message);
  const Result<ledger::Period> period = period_of(options, *azure);
  if (!period) return complain(period.error());
  reconciliation::choose_currency(azure->bill, loaded.config->prices.list.currency());
  const std::string& path =
      options.ledger.ledger.empty() ? loaded.config->ledger.path : options.ledger.ledger;
  const auto reader = ledger::LedgerReader::open(path);
  if (!reader) return complain_of_ledger(reader.error());
  reconciliation::OurUsage ours(resources, period->from);
  Result<void> added = add_records_before(path, *period, ours);
  if (added) added = add_records(**reader, *period, ours);
  if (!added) return complain_of_ledger(added.error());
  const Result<PeriodFault> deleted = fault_of_period(**reader, *period);
  if (!deleted) return complain_of_ledger(deleted.error());
  const auto terms = terms_of(**reader, deleted->lacks);
  if (!terms) return complain_of_ledger(terms.error());
  const Comparison comparison = azure->of_metrics
                                    ? reconciliation::compare(azure->metrics, ours, *terms)
                                    : reconciliation::compare(azure->bill, ours, *terms);
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
  warn(deleted->text);
  return deleted->lacks ? kIncomplete : std::max(lost, status);
}

}  // namespace tollgate::app
