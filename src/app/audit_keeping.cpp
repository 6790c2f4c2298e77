// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <iterator>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>

#include "audit_commands.hpp"
#include "erase_at_sink.hpp"
#include "nothing_found.hpp"
#include "open_trail.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/trail/verifier.hpp"

namespace tollgate::app {
namespace {

constexpr const char* kCheckpoint = "checkpoint";

/// "2026-11".
bool is_month(const std::string& text) {
  constexpr std::size_t kYear = 4;
  constexpr std::size_t kSize = 7;
  if (text.size() != kSize || text[kYear] != '-') return false;
  const std::string digits = text.substr(0, kYear) + text.substr(kYear + 1);
  if (digits.find_first_not_of("0123456789") != std::string::npos) return false;
  const std::string month = text.substr(kYear + 1);
  return month >= "01" && month <= "12";
}

const char* table_of(trail::Stream stream) {
  switch (stream) {
    case trail::Stream::rows:
      return "rows";
    case trail::Stream::accesses:
      return "accesses";
    case trail::Stream::checkpoints:
      return "checkpoints";
  }
  return "";
}

void print_progress(const std::vector<trail::StreamProgress>& all, const std::string& exporter) {
  std::size_t width = 8;
  for (const auto& one : all) width = std::max(width, one.exporter.size());
  const int name = static_cast<int>(width);
  std::cout << std::left << std::setw(name) << "exporter"
            << "  of           state           backlog  quarantined  retrying\n";
  for (const auto& one : all) {
    if (!exporter.empty() && one.exporter != exporter) continue;
    std::cout << std::left << std::setw(name) << one.exporter << "  " << std::setw(11)
              << table_of(one.stream) << "  " << std::setw(14)
              << (one.active ? "configured" : "not configured") << std::right << std::setw(9)
              << one.backlog << std::setw(13) << one.quarantined << std::setw(10) << one.retrying
              << "\n";
  }
}

/// As `tollgate deliveries` says it.
void tell_failing(const std::vector<trail::StreamProgress>& all, const std::string& exporter) {
  const char* title = "\nfailing:\n";
  for (const auto& one : all) {
    if (!one.trouble || (!exporter.empty() && one.exporter != exporter)) continue;
    std::cout << std::exchange(title, "") << one.exporter << "  " << table_of(one.stream)
              << "  since " << to_rfc3339(one.trouble->since).substr(0, 19) << "Z  "
              << one.trouble->reason << "\n";
  }
}

/// A name that no exporter of the trail has would choose nothing, and look like none left.
Result<void> check_name(const std::vector<trail::StreamProgress>& all,
                        const std::string& exporter) {
  std::set<std::string> names;
  for (const auto& one : all) names.insert(one.exporter);
  if (exporter.empty() || names.contains(exporter)) return {};
  return Error{Errc::invalid_input, "the trail knows no exporter " + sanitize_utf8(exporter, 64) +
                                        did_you_mean(exporter, names)};
}

using Change = Result<std::size_t> (trail::AuditDesk::*)(const std::string&);

int change(trail::AuditDesk& desk, Change what, const std::string& exporter, const char* said) {
  if (exporter.empty()) return complain("name the exporter: --exporter NAME");
  const Result<std::size_t> rows = (desk.*what)(exporter);
  if (!rows) return complain(rows.error());
  std::cout << counted(*rows, "row") << " " << said << "\n";
  return 0;
}

int acknowledge(trail::AuditDesk& desk) {
  const Result<bool> lost = desk.acknowledge_loss();
  if (!lost) return complain(lost.error());
  std::cout << (*lost
                    ? "what is lost or damaged by now is not told any longer\n"
                    : "nothing is known to be lost or damaged: there is nothing to acknowledge\n");
  return 0;
}

/// The last checkpoint's note; empty: there is none.
Result<std::string> last_note(OpenTrail& trail) {
  trail::RowFilter filter;
  filter.kind = kCheckpoint;
  std::string out;
  for (;;) {
    Result<trail::FoundRows> found = trail.desk.read(filter, trail.reader, utc_now());
    if (!found) return found.error();
    if (found->read_to == 0) return out;
    filter.goes_on = true;
    filter.after = found->read_to;
    if (found->rows.empty()) continue;
    const auto content = nlohmann::json::parse(found->rows.back().row.content, nullptr, false);
    if (content.is_object()) out = content.value("note", out);
  }
}

/// "-": standard input. Error not_found: it cannot be read, and why.
Result<std::string> text_of(const std::string& name) {
  if (name == "-") return std::string{std::istreambuf_iterator<char>(std::cin), {}};
  std::error_code ignored;
  if (std::filesystem::is_directory(name, ignored))
    return Error{Errc::not_found, name + " is a directory: name the files in it, such as " +
                                      (std::filesystem::path(name) / "*.jsonl").string()};
  std::ifstream file(name, std::ios::binary);
  if (!file)
    return Error{Errc::not_found, name + " " + file_fault(name).value_or("cannot be read")};
  return std::string{std::istreambuf_iterator<char>(file), {}};
}

void print(const trail::Finding& one) {
  std::cout << trail::to_string(one.fault) << "  " << one.origin << "  " << one.first;
  if (one.last != one.first) std::cout << "-" << one.last;
  std::cout << "  " << one.detail << "\n";
}

void print(const trail::TrailSummary& one) {
  std::cout << one.origin << ": rows " << one.first << " to " << one.last << ", "
            << counted(one.rows, "row") << ", " << counted(one.checkpoints, "checkpoint") << ", "
            << one.proved << " proved, " << one.closed << " erased, " << one.repeated
            << " repeated";
  if (one.unproved_from != 0)
    std::cout << "; behind the last checkpoint from " << one.unproved_from;
  std::cout << "\n";
}

/// What was given and is not proved, and how it could be.
void tell_what_was_left_out(const trail::Verification& found, std::size_t not_given, bool part) {
  if (found.unchecked != 0)
    std::cout << counted(found.unchecked, "checkpoint")
              << " not looked at: give --key KEY, which `tollgate audit keys` prints\n";
  if (found.accesses != 0)
    std::cout << counted(found.accesses, "row")
              << " of who read the trail not looked at: they have no hashes, and nothing proves "
                 "them; `tollgate audit accesses` prints the gateway's own\n";
  if (not_given != 0 && !part)
    std::cout << "where a retention deletes the oldest rows, or only some of the trail is given, "
                 "--part says so\n";
}

/// The exit status. That nothing is proved is no success: the rows may have been cut off before
/// their first checkpoint.
int tell(const trail::Verification& found, const VerifyOptions& options) {
  const bool signatures_count = !options.keys.empty();
  const auto not_given = static_cast<std::size_t>(
      std::ranges::count(found.findings, trail::Fault::not_given, &trail::Finding::fault));
  const std::size_t faults = found.findings.size() - (options.part ? not_given : 0);
  for (const trail::Finding& one : found.findings) print(one);
  bool all_proved = !found.trails.empty();
  for (const trail::TrailSummary& one : found.trails) {
    print(one);
    all_proved = all_proved && one.proved > 0;
  }
  if (found.trails.empty()) std::cout << "no row of an audit trail\n";
  tell_what_was_left_out(found, not_given, options.part);
  if (signatures_count && !found.trails.empty() && !all_proved)
    std::cout << "nothing signed speaks for all of them\n";
  const bool good = signatures_count ? all_proved : !found.trails.empty();
  return faults == 0 && found.unchecked == 0 && good ? 0 : kIncomplete;
}

/// What does the same where the rows went.
void tell_sinks(const config::Audit& settings, const ErasedRows& rows) {
  if (!settings.exporters.empty())
    std::cout << "Rows that were delivered are not reached from here. What to run there:\n\n";
  for (const config::Exporter& exporter : settings.exporters)
    if (!exporter.checkpoints_only) std::cout << erase_at_sink(exporter, rows) << "\n";
}

/// When what was erased before was erased.
std::string when_erased(const trail::Erased& erased) {
  if (!erased.erased_at) return "; when, the trail does not say";
  const std::string last = to_rfc3339(*erased.erased_at);
  if (!erased.erased_from)
    return ", the last at " + last + "; of others the trail does not say when";
  if (*erased.erased_from == *erased.erased_at) return ", at " + last;
  return ", from " + to_rfc3339(*erased.erased_from) + " to " + last;
}

/// Why there was nothing to erase.
std::string why_nothing_erased(const trail::Erased& erased, const AuditOptions& options,
                               const config::Config& config) {
  if (erased.keys_before == 0)
    return "the trail has no content of them: nothing is erased" +
           why_nothing_found(options, config);
  return "nothing is erased: their content was erased already, that of " +
         counted(erased.rows_before, "row") + when_erased(erased);
}

/// A warning, and the exit status: the content is gone, and a backup could bring it back unseen.
int tell_unmarked(const trail::Erased& erased) {
  if (erased.unmarked.empty()) return 0;
  warn(
      "what is erased stays erased, but that is not noted in both mark files of the trail: a "
      "backup from before may not be known for one. Mend this and erase again, which notes it: " +
      erased.unmarked);
  return kIncomplete;
}

}  // namespace

int audit_erase(const AuditOptions& options) {
  const bool by_month = !options.client.empty() && !options.month.empty();
  if (by_month == !options.caller.empty() || options.month.empty() != options.client.empty())
    return complain("erase takes --client and --month, or --caller");
  if (by_month && !is_month(options.month))
    return complain("a month is written as 2026-11, not " + sanitize_utf8(options.month, 64));
  Result<OpenTrail> trail = open_trail(options.config_path, "erase", options.caller);
  if (!trail) return complain(trail.error());
  const ErasedRows rows{options.client, options.month,
                        by_month ? "" : caller_in_rows(options.caller, trail->config.audit)};
  const Result<trail::Erased> erased =
      by_month ? trail->desk.erase(rows.client, rows.month, trail->reader, utc_now())
               : trail->desk.erase_caller(rows.caller, trail->reader, utc_now());
  if (!erased) return complain(erased.error());
  const int unmarked = tell_unmarked(*erased);
  if (erased->keys == 0 && !erased->left_in_log.empty()) return complain(erased->left_in_log);
  if (erased->keys_before > 0) tell_sinks(trail->config.audit, rows);
  if (erased->keys == 0) return complain(why_nothing_erased(*erased, options, trail->config));
  std::cout << counted(erased->keys, "data key") << " and the content of "
            << counted(erased->rows, "row") << " are erased here.\n";
  tell_sinks(trail->config.audit, rows);
  return erased->left_in_log.empty() ? unmarked : complain(erased->left_in_log);
}

int audit_checkpoint(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, kCheckpoint, "");
  if (!trail) return complain(trail.error());
  const Result<std::string> note = last_note(*trail);
  if (!note) return complain(note.error());
  if (note->empty())
    return complain(trail->config.audit.checkpoints.key.empty()
                        ? "the trail has no checkpoint: audit.checkpoints.key is not set"
                        : "the trail has no checkpoint yet: the first comes within "
                          "audit.checkpoints.interval of its first row");
  std::cout << *note;
  return 0;
}

int audit_deliveries(const AuditDeliveriesOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "deliveries", "");
  if (!trail) return complain(trail.error());
  trail::AuditDesk& desk = trail->desk;
  const auto all = desk.exporters();
  if (!all) return complain(all.error());
  const Result<void> known = check_name(*all, options.exporter);
  if (!known) return complain(known.error());
  if (options.action == "acknowledge-loss") return acknowledge(desk);
  if (options.action == "retry")
    return change(desk, &trail::AuditDesk::retry, options.exporter, "will be sent again");
  if (options.action == "release")
    return change(desk, &trail::AuditDesk::release, options.exporter,
                  "given up: that exporter will not get them");
  print_progress(*all, options.exporter);
  tell_failing(*all, options.exporter);
  return 0;
}

int audit_verify(const VerifyOptions& options) {
  std::vector<trail::NoteVerifier> keys;
  for (const std::string& text : options.keys) {
    Result<trail::NoteVerifier> key = trail::NoteVerifier::parse(text);
    if (!key) return complain(key.error());
    keys.push_back(std::move(*key));
  }
  trail::Verifier verifier(std::move(keys));
  for (const std::string& name : options.files) {
    const Result<std::string> rows = text_of(name);
    if (!rows) return complain(rows.error());
    verifier.add_rows(*rows, name);
  }
  for (const std::string& name : options.notes) {
    const Result<std::string> note = text_of(name);
    if (!note) return complain(note.error());
    verifier.add_note(*note, name);
  }
  return tell(verifier.finish(), options);
}

int audit_keys(const std::string& config_path) {
  const Result<config::Config> config =
      load_for_readers(config_path, {.content = false, .signing = true});
  if (!config) return complain(config.error());
  const config::AuditCheckpoints& settings = config->audit.checkpoints;
  for (const Secret* const key : {&settings.key, &settings.previous_key}) {
    if (key->empty()) continue;
    const Result<trail::NoteSigner> signer = trail::NoteSigner::read(config->gateway.name, *key);
    if (!signer) return complain(signer.error());
    std::cout << signer->verifier().to_string() << "\n";
  }
  return settings.key.empty() ? complain("audit.checkpoints.key is not set") : 0;
}

}  // namespace tollgate::app
