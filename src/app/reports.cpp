// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <chrono>
#include <iostream>
#include <set>

#include <nlohmann/json.hpp>

#include "commands.hpp"
#include "report_period.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/ledger/report.hpp"

namespace tollgate::app {
namespace {

Result<std::unique_ptr<ledger::LedgerReader>> open_reader(const LedgerChoice& choice) {
  const Result<std::string> path = find_ledger(choice);
  if (!path) return path.error();
  return ledger::LedgerReader::open(*path);
}

/// A tag that no client has and no row shows was mistyped: it would put everything into one row.
Result<void> check_tags(const ledger::UsageGroups& groups,
                        const std::vector<ledger::UsageRow>& rows, const LedgerChoice& choice) {
  for (const auto& [tag, place] : groups.tags()) {
    const bool shown = std::any_of(rows.begin(), rows.end(), [place = place](const auto& row) {
      return !row.keys[place].empty();
    });
    const std::set<std::string> known = shown ? std::set{tag} : tags_of_clients(choice);
    if (known.contains(tag)) continue;
    return Error{Errc::invalid_input, "no client and no record of this time has the tag " + tag +
                                          did_you_mean(tag, known)};
  }
  return {};
}

/// As `--by "client, model"` gives them: without the blanks.
std::vector<std::string> without_blanks(const std::vector<std::string>& names) {
  std::vector<std::string> out;
  out.reserve(names.size());
  for (const std::string& name : names) out.emplace_back(trim(name));
  return out;
}

/// What the names that are none may have meant: a column in other letters, or a tag of the clients
/// without its `tag:`.
std::string meant(const std::vector<std::string>& names, const LedgerChoice& choice) {
  std::set<std::string> tags;
  for (const std::string& tag : tags_of_clients(choice)) tags.insert("tag:" + tag);
  std::string out;
  for (const std::string& name : names) {
    const std::vector<std::string> lower{to_lower(name)};
    const std::string near = nearest_name("tag:" + name, tags);
    if (ledger::UsageGroups::parse(std::vector{name})) continue;
    if (ledger::UsageGroups::parse(lower)) {
      out.append("; did you mean ").append(lower[0]).append("?");
    } else if (!near.empty()) {
      out.append("; did you mean ").append(near).append("?");
    }
  }
  return out;
}

/// Writes what a report lacks, lost or deleted, and what is to be known of its period; returns the
/// exit status.
int tell_lacks(ledger::LedgerReader& reader, const ledger::Period& period, bool any) {
  const int lost = tell_faults(reader.faults());
  const Result<ledger::KeptTime> kept = reader.kept_time();
  if (!kept) return complain(kept.error());
  const PeriodFault fault = period_fault(period, *kept, any, std::chrono::system_clock::now());
  std::cout.flush();
  if (!fault.text.empty()) std::cerr << "warning: " << fault.text << "\n";
  return fault.lacks ? kIncomplete : lost;
}

/// The columns of the table, then what only the ledger knows.
std::string line_of(const usage::UsageRecord& record, ledger::RecordState state,
                    const std::string& reason) {
  std::string line = usage::to_json(record);
  line.pop_back();
  line.append(",\"DeliveryState\":\"").append(to_string(state)).append("\"");
  if (!reason.empty()) {
    line.append(",\"QuarantineReason\":").append(nlohmann::json(reason).dump());
  }
  return line.append("}\n");
}

}  // namespace

int usage(const UsageOptions& options) {
  const auto period = parse_period(options.period, std::chrono::system_clock::now());
  const std::vector<std::string> by = without_blanks(options.by);
  const auto groups = ledger::UsageGroups::parse(by);
  const auto order = ledger::parse_row_order(options.sort);
  const auto format = ledger::parse_report_format(options.format);
  if (!period || !groups || !order || !format) {
    if (!period) complain(period.error());
    if (!groups) complain(groups.error().message + meant(by, options.ledger));
    if (!order) complain(order.error());
    if (!format) complain(format.error());
    return 1;
  }
  const auto reader = open_reader(options.ledger);
  if (!reader) return complain(reader.error());
  auto rows = (*reader)->usage(*groups, *period);
  if (!rows) return complain(rows.error());
  const Result<void> tags = check_tags(*groups, *rows, options.ledger);
  if (!tags) {
    // What was lost may have had the tag.
    const int status = complain(tags.error());
    (void)tell_lacks(**reader, *period, !rows->empty());
    return status;
  }
  ledger::sort_rows(*rows, *order);
  std::cout << ledger::format_usage(*rows, by, *format);
  return tell_lacks(**reader, *period, !rows->empty());
}

int records(const RecordsOptions& options) {
  const auto period = parse_period(options.period, std::chrono::system_clock::now());
  if (!period) return complain(period.error());
  const auto reader = open_reader(options.ledger);
  if (!reader) return complain(reader.error());
  NamesMet names;
  bool any = false;
  bool found = false;
  const auto done = (*reader)->for_each(
      *period,
      [&](const ledger::StoredRecord& stored, ledger::RecordState state, const std::string& why) {
        names.add(stored.record);
        any = true;
        if (!options.filter.holds(stored.record)) return;
        found = true;
        std::cout << line_of(stored.record, state, why);
      });
  if (!done) return complain(done.error());
  const int status = tell_lacks(**reader, *period, any);
  if (status != 0 || found || !options.filter.any()) return status;
  return complain(names.nothing_fits(options.filter));
}

int reference() {
  std::cout << config::reference_markdown();
  return 0;
}

}  // namespace tollgate::app
