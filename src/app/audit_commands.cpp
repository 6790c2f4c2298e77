// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "audit_commands.hpp"

#include <functional>
#include <iostream>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "configured_rules.hpp"
#include "exchange_view.hpp"
#include "nothing_found.hpp"
#include "open_trail.hpp"
#include "reading_notes.hpp"
#include "record_ids.hpp"
#include "report_period.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/capture/names_in_rows.hpp"
#include "tollgate/trail/row_fields.hpp"
#include "tollgate/usage/conversation_id.hpp"
#include "usage_figures.hpp"

namespace tollgate::app {
namespace {

constexpr std::size_t kPage = 5'000;
constexpr milliseconds kFollowEvery{500};

std::optional<std::string> given(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Result<trail::RowFilter> filter_of(const AuditOptions& options, const config::Audit& settings,
                                   ConfiguredRules& rules) {
  const Result<ledger::Period> period = parse_period(options.period, utc_now());
  if (!period) return period.error();
  Result<std::optional<std::string>> record = given_record_id(options.record);
  if (!record) return record.error();
  trail::RowFilter out;
  out.record_id = std::move(*record);
  out.client_name = given(options.client);
  if (!options.caller.empty()) out.caller_id = caller_in_rows(options.caller, settings);
  if (!options.conversation.empty()) {
    const std::string kept = usage::kept_conversation(options.conversation);
    const Result<const redaction::Rules*> compiled = rules.compiled();
    if (!compiled) return compiled.error();
    Result<std::string> name = capture::name_in_rows(settings, **compiled, kept);
    if (!name) return name.error();
    out.conversation_id = std::move(*name);
    out.conversation_as_written = kept;
  }
  out.from = period->from;
  out.until = period->until;
  out.limit = kPage;
  return out;
}

/// Nothing that is to come would be of that time: the command would wait for ever.
Result<void> refuse_past(const trail::RowFilter& filter, UtcTime now) {
  if (!filter.until || *filter.until > now) return {};
  return Error{
      Errc::invalid_input,
      "the period ended at " + to_rfc3339(*filter.until).substr(0, 10) +
          ": nothing that is to come is of it; audit search and audit export show what was"};
}

void warn_of_damage(ReadingNotes& notes) {
  const std::string unmarked = notes.unmarked();
  if (!unmarked.empty()) warn(unmarked);
  for (const std::string& line : notes.damaged()) warn(line);
}

/// To a reader who goes on: what has become known since the last time.
void tell_news(ReadingNotes& notes) {
  tell_note(notes.clients());
  warn_of_damage(notes);
}

/// Of each page of rows.
using Visit = std::function<void(std::vector<trail::StoredRow>)>;

/// Reads page after page; with `follow`, on and on.
Result<void> read_all(OpenTrail& trail, trail::RowFilter filter, bool follow, ReadingNotes& notes,
                      const Visit& visit) {
  for (;;) {
    Result<trail::FoundRows> found = trail.desk.read(filter, trail.reader, utc_now());
    if (!found) return found.error();
    notes.add_damaged(found->damaged);
    notes.add_unmarked(found->unmarked);
    for (const trail::StoredRow& row : found->rows) notes.add(row);
    const bool any = found->read_to != 0;
    filter.goes_on = true;
    if (any) filter.after = found->read_to;
    if (any) visit(std::move(found->rows));
    std::cout.flush();
    if (follow) tell_news(notes);
    if (!any && !follow) return {};
    if (!any) std::this_thread::sleep_for(kFollowEvery);
  }
}

/// A line for each exchange that holds the text, once the access row that names it is written; with
/// `follow`, on and on. Returns how many.
Result<std::size_t> tell_exchanges(OpenTrail& trail, trail::RowFilter filter, bool follow,
                                   const std::string& text, ConfiguredRules& rules,
                                   ReadingNotes& notes) {
  const auto sought = rules.without_findings(text);
  if (!sought) return sought.error();
  std::vector<std::string> ids;
  std::string held;
  std::size_t out = 0;
  ExchangeLines lines(to_lower(text), [&](const std::string& record, const std::string& line) {
    ids.push_back(record);
    held.append(line).append("\n");
  });
  const auto pick = [&](trail::FoundRows& page) {
    for (trail::StoredRow& row : page.rows) {
      notes.add(row);
      lines.add(std::move(row));
    }
    if (page.read_to == 0 && !follow) lines.finish();
    return ids;
  };
  for (;; filter.goes_on = true) {
    const auto found = trail.desk.search(filter, *sought, pick, trail.reader, utc_now());
    if (!found) return found.error();
    std::cout << held << std::flush;
    notes.add_damaged(found->damaged);
    notes.add_unmarked(found->unmarked);
    if (follow) tell_news(notes);
    held.clear();
    out += std::exchange(ids, {}).size();
    if (found->read_to == 0 && !follow) return out;
    if (found->read_to == 0) std::this_thread::sleep_for(kFollowEvery);
    if (found->read_to != 0) filter.after = found->read_to;
  }
}

/// Of access rows, which have no sequence that anybody knows.
int tell_damaged(std::size_t damaged) {
  if (damaged == 0) return 0;
  warn(counted(damaged, "row") + " of the trail are damaged and not shown");
  return kIncomplete;
}

int tell_damaged(ReadingNotes& notes) {
  warn_of_damage(notes);
  return notes.any_damaged() ? kIncomplete : 0;
}

int nothing_fits(const AuditOptions& options, const config::Config& config) {
  return complain("the trail has no exchange that fits" + why_nothing_found(options, config));
}

void print_line(const std::string& line) { std::cout << line << "\n"; }

/// The trail may be read where its ledger is not.
void tell_figures(const std::string& ledger_path, const std::string& record) {
  const Result<std::string> figures = read_figures(ledger_path, record);
  if (figures) {
    std::cout << "--- usage\n" << *figures << "\n";
  } else {
    std::cout << "--- usage (not shown: " << figures.error().message << ")\n";
  }
}

}  // namespace

int audit_search(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "search", options.caller);
  if (!trail) return complain(trail.error());
  ConfiguredRules rules(trail->config.audit.redaction);
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit, rules);
  if (!filter) return complain(filter.error());
  ReadingNotes notes(options.conversation);
  const auto told = tell_exchanges(*trail, *filter, false, options.text, rules, notes);
  if (!told) return complain(told.error());
  tell_note(notes.erased());
  warn_of_damage(notes);
  if (*told == 0 && !notes.any_damaged()) return nothing_fits(options, trail->config);
  tell_note(notes.clients());
  return tell_damaged(notes);
}

int audit_accesses(const AccessOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "accesses", "");
  if (!trail) return complain(trail.error());
  const Result<ledger::Period> period = parse_period(options.period, utc_now());
  if (!period) return complain(period.error());
  Result<std::optional<std::string>> record = given_record_id(options.record);
  if (!record) return complain(record.error());
  trail::AccessFilter filter{.from = period->from,
                             .until = period->until,
                             .reader = given(options.reader),
                             .record_id = std::move(*record)};
  bool any = false;
  std::size_t damaged = 0;
  ReadingNotes notes("");
  for (;; filter.goes_on = true) {
    const Result<trail::FoundAccesses> found =
        trail->desk.accesses(filter, trail->reader, utc_now());
    if (!found) return complain(found.error());
    notes.add_unmarked(found->unmarked);
    warn_of_damage(notes);
    for (const trail::AccessRow& row : found->rows) print_line(trail::to_json(row, row.event_time));
    any = any || !found->rows.empty();
    damaged += found->damaged;
    if (found->read_to == 0 && !any && damaged == 0) return complain("nobody has read what fits");
    if (found->read_to == 0) return tell_damaged(damaged);
    filter.after = found->read_to;
    filter.up_to = found->up_to;
  }
}

int audit_tail(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "tail", options.caller);
  if (!trail) return complain(trail.error());
  ConfiguredRules rules(trail->config.audit.redaction);
  Result<trail::RowFilter> filter = filter_of(options, trail->config.audit, rules);
  if (!filter) return complain(filter.error());
  const Result<void> to_come = refuse_past(*filter, utc_now());
  if (!to_come) return complain(to_come.error());
  const Result<std::int64_t> last = trail->desk.last_sequence();
  if (!last) return complain(last.error());
  if (!filter->from) filter->after = *last;
  ReadingNotes notes(options.conversation);
  const auto told = tell_exchanges(*trail, *filter, true, options.text, rules, notes);
  return told ? tell_damaged(notes) : complain(told.error());
}

int audit_show(const AuditOptions& options) {
  if (options.record.empty()) return complain("show takes the RecordId of an exchange");
  Result<OpenTrail> trail = open_trail(options.config_path, "show", "");
  if (!trail) return complain(trail.error());
  ConfiguredRules rules(trail->config.audit.redaction);
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit, rules);
  if (!filter) return complain(filter.error());
  ExchangeView exchange;
  ReadingNotes notes("");
  const Result<void> read = read_all(*trail, *filter, false, notes, [&](auto rows) {
    for (trail::StoredRow& row : rows) add_row(exchange, std::move(row));
  });
  if (!read) return complain(read.error());
  warn_of_damage(notes);
  if (exchange.empty() && !notes.any_damaged())
    return complain("the trail has no exchange " + options.record);
  if (!exchange.empty()) print_line(line_about(exchange));
  for (const auto& [kind, side] : exchange)
    std::cout << "--- " << kind << " (" << side.described() << ")\n" << side.text() << "\n";
  if (!exchange.empty()) tell_figures(trail->config.ledger.path, record_of(exchange));
  return tell_damaged(notes);
}

int audit_export(const AuditOptions& options) {
  Result<OpenTrail> trail = open_trail(options.config_path, "export", options.caller);
  if (!trail) return complain(trail.error());
  ConfiguredRules rules(trail->config.audit.redaction);
  const Result<trail::RowFilter> filter = filter_of(options, trail->config.audit, rules);
  if (!filter) return complain(filter.error());
  const Result<void> to_come = options.follow ? refuse_past(*filter, utc_now()) : Result<void>();
  if (!to_come) return complain(to_come.error());
  bool any = false;
  ReadingNotes notes(options.conversation);
  const Result<void> read = read_all(*trail, *filter, options.follow, notes, [&](auto rows) {
    any = any || !rows.empty();
    for (const trail::StoredRow& row : rows)
      std::cout << trail::to_json(row.row, row.row.event_time) << "\n";
  });
  tell_note(notes.clients());
  tell_note(notes.erased());
  if (!read) return complain(read.error());
  warn_of_damage(notes);
  if (!any && !notes.any_damaged()) return nothing_fits(options, trail->config);
  return tell_damaged(notes);
}

}  // namespace tollgate::app
