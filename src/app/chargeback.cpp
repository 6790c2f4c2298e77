// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// What finance takes away: statements, and costs in a form that others read.
#include <chrono>
#include <iostream>

#include "commands.hpp"
#include "report_period.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/focus.hpp"
#include "tollgate/reports/statement.hpp"

namespace tollgate::app {
namespace {

UtcTime wall_clock() { return std::chrono::system_clock::now(); }

/// Everything that a chargeback begins with.
struct Chargeback {
  std::unique_ptr<ledger::LedgerReader> reader;
  TimeZone zone;
  ledger::Period period;
};

Result<Chargeback> begin_chargeback(const LedgerChoice& choice, const std::string& time_zone,
                                    const PeriodOptions& options) {
  Chargeback out;
  const auto zone = find_time_zone(choice, time_zone);
  if (!zone) return zone.error();
  out.zone = *zone;
  const auto period = parse_period(options, wall_clock(), *zone);
  if (!period) return period.error();
  out.period = *period;
  const auto path = find_ledger(choice);
  if (!path) return path.error();
  auto reader = ledger::LedgerReader::open(*path);
  if (!reader) return reader.error();
  out.reader = std::move(*reader);
  return out;
}

/// What is to be known of the answer's time.
Result<PeriodFault> fault_of(Chargeback& chargeback, const reports::UsageAnswer& answer) {
  const auto kept = chargeback.reader->kept_time(answer.source);
  if (!kept) return kept.error();
  return period_fault(chargeback.period, *kept, !answer.rows.empty(), wall_clock(), answer.source);
}

/// The same to standard error; returns the exit status.
int tell_fault(Chargeback& chargeback, const PeriodFault& fault) {
  const int lost = tell_faults(chargeback.reader->faults());
  std::cout.flush();
  if (!fault.text.empty()) std::cerr << "warning: " << fault.text << "\n";
  return fault.lacks ? kIncomplete : lost;
}

/// A tag's name and its value; nullopt: it is no pair.
std::optional<std::pair<std::string, std::string>> tag_pair(const std::string& text) {
  const std::size_t sign = text.find('=');
  if (sign == std::string::npos || sign == 0) return std::nullopt;
  return std::pair(text.substr(0, sign), text.substr(sign + 1));
}

std::string moment_in(UtcTime time, const TimeZone& zone) {
  const std::string hour = reports::hour_label(time, zone);
  const std::string local = to_rfc3339(time + zone.offset_at(time));
  return local.substr(0, 10) + " " + local.substr(11, 5) + " " + hour.substr(16);
}

std::string period_words(const StatementOptions& options) {
  if (!options.period.month.empty()) return options.period.month;
  if (!options.period.since.empty()) return "the last " + options.period.since;
  return options.period.from + " to before " + options.period.to;
}

Result<std::string> rendered(const reports::Statement& statement, const std::string& format) {
  if (format == "html") return statement_html(statement);
  if (format == "csv") return statement_csv(statement);
  if (format == "text") return statement_text(statement);
  return Error{Errc::invalid_input, "the format must be html, csv or text"};
}

/// Error invalid_input: it names nobody, or two.
Result<std::function<bool(const usage::UsageRecord&)>> payer_of(const StatementOptions& options) {
  const auto tag = tag_pair(options.tag);
  if (options.tag.empty() == options.client.empty())
    return Error{Errc::invalid_input, "a statement is of a --tag NAME=VALUE or of a --client"};
  if (!options.tag.empty() && !tag)
    return Error{Errc::invalid_input, "--tag takes a name and a value: cost_center=4711"};
  if (!tag) return {[&](const usage::UsageRecord& r) { return r.client_name == options.client; }};
  return {[tag](const usage::UsageRecord& record) {
    const auto found = record.tags.find(tag->first);
    return found != record.tags.end() && found->second == tag->second;
  }};
}

}  // namespace

int statement(const StatementOptions& options) {
  const auto payer = payer_of(options);
  if (!payer) return complain(payer.error());
  const auto known = rendered({}, options.format);
  if (!known) return complain(known.error());
  auto begun = begin_chargeback(options.ledger, options.time_zone, options.period);
  if (!begun) return complain(begun.error());
  if (!begun->period.from || !begun->period.until)
    return complain("a statement is of a --month, or of --from and --to");
  const auto answer = reports::ask_usage(
      *begun->reader, {reports::statement_groups(), begun->period, begun->zone, *payer});
  if (!answer) return complain(answer.error());
  const auto fault = fault_of(*begun, *answer);
  if (!fault) return complain(fault.error());
  reports::Statement out;
  out.payer = options.tag.empty() ? "client " + options.client : options.tag;
  out.period = period_words(options);
  out.from = moment_in(*begun->period.from, begun->zone);
  out.until = "before " + moment_in(*begun->period.until, begun->zone);
  out.time_zone = begun->zone.name();
  out.made_at = moment_in(wall_clock(), begun->zone);
  out.warning = fault->text;
  if (*begun->period.until > wall_clock())
    out.warning.append(out.warning.empty() ? "" : "; ").append("the period is not over yet");
  if (!begun->reader->faults().empty())
    out.warning.append(out.warning.empty() ? "" : "; ").append("the ledger has lost records");
  reports::fill_statement(out, answer->rows, *begun->reader);
  std::cout << *rendered(out, options.format);
  return tell_fault(*begun, *fault);
}

int export_focus(const FocusOptions& options) {
  auto begun = begin_chargeback(options.ledger, options.time_zone, options.period);
  if (!begun) return complain(begun.error());
  const auto answer =
      reports::ask_usage(*begun->reader, {reports::focus_groups(), begun->period, begun->zone});
  if (!answer) return complain(answer.error());
  const auto fault = fault_of(*begun, *answer);
  if (!fault) return complain(fault.error());
  const reports::FocusLines found =
      reports::focus_lines(answer->rows, *begun->reader, {options.billing_account, begun->zone});
  std::cout << reports::focus_csv(found.lines);
  if (found.without_amount > 0) {
    std::cout.flush();
    std::cerr << "warning: " << counted(static_cast<std::size_t>(found.without_amount), "operation")
              << " without an amount are in no line: tollgate usage --by client,cost_reason\n";
  }
  return tell_fault(*begun, *fault);
}

}  // namespace tollgate::app
