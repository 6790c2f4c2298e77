// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iomanip>
#include <iostream>
#include <set>
#include <sstream>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/ledger/delivery_desk.hpp"

namespace tollgate::app {
namespace {

std::string state_of(const ledger::ExporterProgress& exporter) {
  if (!exporter.active) return "not configured";
  return exporter.required ? "required" : "not required";
}

void print_exporters(const std::vector<ledger::ExporterProgress>& exporters) {
  std::size_t width = 8;
  for (const auto& one : exporters) width = std::max(width, one.exporter.size());
  std::cout
      << std::left << std::setw(static_cast<int>(width)) << "exporter"
      << "  state            backlog  oldest                quarantined  retrying  given up\n";
  for (const auto& one : exporters) {
    const std::string oldest =
        one.oldest ? to_rfc3339(*one.oldest).substr(0, 19) + "Z" : std::string("-");
    std::cout << std::left << std::setw(static_cast<int>(width)) << one.exporter << "  "
              << std::setw(14) << state_of(one) << std::right << std::setw(10) << one.backlog
              << "  " << std::left << std::setw(20) << oldest << std::right << std::setw(13)
              << one.quarantined << std::setw(10) << one.retrying << std::setw(10) << one.given_up
              << "\n";
  }
}

/// Those that are to be sent again, or those that are not.
void print_refused(const std::vector<ledger::QuarantinedRecord>& records, bool retrying) {
  bool first = true;
  for (const ledger::QuarantinedRecord& one : records) {
    if (one.retrying != retrying) continue;
    if (first) std::cout << (retrying ? "\nto be sent again:\n" : "\nquarantined:\n");
    first = false;
    std::cout << one.stored.record.record_id.to_string() << "  " << one.exporter << "  "
              << to_rfc3339(one.since).substr(0, 19) << "Z  " << one.reason << "\n";
  }
}

/// Adjustments that were refused, by their records' ids.
void print_adjustments_refused(const std::vector<ledger::QuarantinedAdjustment>& all) {
  if (!all.empty()) std::cout << "\nrefused adjustments of costs:\n";
  for (const ledger::QuarantinedAdjustment& one : all) {
    std::cout << one.stored.adjustment.record.record_id.to_string() << "  " << one.exporter << "  "
              << to_rfc3339(one.since).substr(0, 19) << "Z  "
              << (one.retrying ? "to be sent again" : one.reason) << "\n";
  }
}

void print_troubles(const std::vector<ledger::ExporterProgress>& exporters) {
  bool first = true;
  for (const auto& one : exporters) {
    if (!one.trouble) continue;
    if (first) std::cout << "\nfailing:\n";
    first = false;
    std::cout << one.exporter << "  since " << to_rfc3339(one.trouble->since).substr(0, 19) << "Z  "
              << one.trouble->reason << "\n";
  }
}

std::vector<ledger::ExporterProgress> chosen(const std::vector<ledger::ExporterProgress>& all,
                                             const std::string& exporter) {
  std::vector<ledger::ExporterProgress> out;
  for (const auto& one : all) {
    if (exporter.empty() || one.exporter == exporter) out.push_back(one);
  }
  return out;
}

/// A name that no exporter of the ledger has would choose nothing, and look like none left.
Result<void> check_exporter(ledger::DeliveryDesk& desk, const std::string& exporter) {
  if (exporter.empty()) return {};
  const auto known = desk.exporters();
  if (!known) return known.error();
  std::set<std::string> names;
  for (const auto& one : *known) names.insert(one.exporter);
  if (names.contains(exporter)) return {};
  return Error{Errc::invalid_input, "the ledger knows no exporter " + sanitize_utf8(exporter, 64) +
                                        did_you_mean(exporter, names)};
}

/// What exporters have in quarantine, of a choice.
struct Refusals {
  std::vector<ledger::QuarantinedRecord> records;
  std::vector<ledger::QuarantinedAdjustment> adjustments;

  bool has(const Uuid& id) const {
    return std::any_of(records.begin(), records.end(),
                       [&](const auto& one) { return one.stored.record.record_id == id; }) ||
           std::any_of(adjustments.begin(), adjustments.end(), [&](const auto& one) {
             return one.stored.adjustment.record.record_id == id;
           });
  }
};

Result<Refusals> refusals_in(ledger::DeliveryDesk& desk, const ledger::QuarantineChoice& choice) {
  auto records = desk.quarantined(choice);
  if (!records) return records.error();
  auto adjustments = desk.quarantined_adjustments(choice);
  if (!adjustments) return adjustments.error();
  return Refusals{std::move(*records), std::move(*adjustments)};
}

/// The exit status: 1 where one of the ids is not among those that are quarantined.
int name_missing(const Refusals& there, const ledger::QuarantineChoice& choice) {
  int status = 0;
  for (const Uuid& id : choice.ids) {
    if (!there.has(id)) status = complain("no such record is quarantined: " + id.to_string());
  }
  return status;
}

/// With ids: of those records alone.
int list(ledger::DeliveryDesk& desk, const ledger::QuarantineChoice& choice) {
  const auto exporters = desk.exporters();
  if (!exporters) return complain(exporters.error().message);
  const Result<Refusals> refused = refusals_in(desk, choice);
  if (!refused) return complain(refused.error().message);
  const auto shown = chosen(*exporters, choice.exporter);
  print_exporters(shown);
  print_troubles(shown);
  for (const bool retrying : {false, true}) print_refused(refused->records, retrying);
  print_adjustments_refused(refused->adjustments);
  return name_missing(*refused, choice);
}

int show(ledger::DeliveryDesk& desk, const ledger::QuarantineChoice& choice) {
  if (choice.ids.empty()) return complain("show takes the RecordId of a record");
  for (const Uuid& id : choice.ids) {
    const auto found = desk.find(id);
    if (!found) return complain(found.error().message);
    if (!*found) return complain("the ledger has no record " + id.to_string());
    std::string line = usage::to_json((*found)->record);
    const auto refused = desk.quarantined({choice.exporter, {id}});
    if (!refused) return complain(refused.error().message);
    line.pop_back();
    for (const ledger::QuarantinedRecord& one : *refused) {
      line.append(",\"QuarantinedBy\":").append(nlohmann::json(one.exporter).dump());
      line.append(",\"QuarantineReason\":").append(nlohmann::json(one.reason).dump());
      break;
    }
    std::cout << line << "}\n";
  }
  return 0;
}

using Change = Result<std::size_t> (ledger::DeliveryDesk::*)(const ledger::QuarantineChoice&);

int change(ledger::DeliveryDesk& desk, Change what, const ledger::QuarantineChoice& choice,
           bool all, const char* said) {
  if (choice.ids.empty() != all) return complain("name RecordIds, or --all");
  const Result<Refusals> there = refusals_in(desk, choice);
  if (!there) return complain(there.error());
  const auto changed = (desk.*what)(choice);
  if (!changed) return complain(changed.error().message);
  if (*changed == 0 && all) std::cout << "nothing is quarantined: ";
  std::cout << counted(*changed, "record") << " " << said << "\n";
  return name_missing(*there, choice);
}

Result<ledger::QuarantineChoice> choice_of(const DeliveriesOptions& options) {
  ledger::QuarantineChoice out{options.exporter, {}};
  for (const std::string& text : options.records) {
    const auto id = Uuid::parse(text);
    if (!id) return Error{Errc::invalid_input, sanitize_utf8(text, 64) + " is no RecordId"};
    out.ids.push_back(*id);
  }
  return out;
}

}  // namespace

int deliveries(const DeliveriesOptions& options) {
  const auto choice = choice_of(options);
  if (!choice) return complain(choice.error().message);
  const Result<std::string> path = find_ledger(options.ledger);
  if (!path) return complain(path.error());
  const auto desk = ledger::DeliveryDesk::open(*path);
  if (!desk) return complain(desk.error().message);
  const Result<void> known = check_exporter(**desk, choice->exporter);
  if (!known) return complain(known.error());
  if (options.action == "list") return list(**desk, *choice);
  if (options.action == "show") return show(**desk, *choice);
  if (options.action == "retry") {
    return change(**desk, &ledger::DeliveryDesk::retry, *choice, options.all,
                  "will be sent again with what comes next");
  }
  return change(**desk, &ledger::DeliveryDesk::release, *choice, options.all,
                "given up: that exporter will not get them");
}

}  // namespace tollgate::app
