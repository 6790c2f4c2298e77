// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT

// What finance takes away: statements, and costs in a form that others read.
#include <algorithm>
#include <chrono>
#include <iostream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "commands.hpp"
#include "payer.hpp"
#include "report_period.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/focus.hpp"
#include "tollgate/reports/missing_amounts.hpp"
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
  warn(fault.text);
  return fault.lacks ? kIncomplete : lost;
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

/// Of a payer that used nothing whether there is one.
Result<void> check_payer(const Payer& payer, Chargeback& chargeback, const LedgerChoice& choice) {
  if (payer.group().empty()) return {};
  const auto groups = reports::UsageGroups::parse(std::vector{payer.group()});
  if (!groups) return groups.error();
  const auto answer =
      reports::ask_usage(*chargeback.reader, {*groups, chargeback.period, chargeback.zone});
  if (!answer) return answer.error();
  std::set<std::string> met;
  for (const reports::UsageRow& row : answer->rows) {
    const bool named = row.kind == reports::RowKind::operations && !row.keys.front().empty();
    if (named) met.insert(row.keys.front());
  }
  return payer.known(clients_in(choice), met);
}

/// Which of the payer's costs are not those that were charged at first.
Result<void> note_revision(const Payer& payer, Chargeback& chargeback, reports::Statement& to) {
  std::optional<UtcTime> last;
  const Result<void> done = chargeback.reader->for_each_adjustment(
      chargeback.period, [&](const ledger::StoredAdjustment& one) {
        const usage::CostAdjustment& adjustment = one.adjustment;
        if (adjustment.kind != usage::AdjustmentKind::rerate || !payer.pays(adjustment.record))
          return;
        ++to.revised_operations;
        last = std::max(last.value_or(adjustment.made_at), adjustment.made_at);
      });
  if (done && last) to.revised_at = reports::moment_label(*last, chargeback.zone);
  return done;
}

/// By hours of UTC where there are shares of such hours: one answer, so that it adds up while a
/// gateway writes.
Result<reports::UsageAnswer> ask_statement(const Payer& payer, Chargeback& chargeback) {
  const auto ask = [&](bool by_hour) {
    return reports::ask_usage(
        *chargeback.reader,
        {reports::statement_groups(by_hour), chargeback.period, TimeZone(),
         [&payer](const usage::UsageRecord& record) { return payer.pays(record); }});
  };
  Result<reports::UsageAnswer> answer = ask(false);
  if (!answer || !reports::has_capacity(answer->rows, *chargeback.reader)) return answer;
  return ask(true);
}

void add_warning(std::string& to, const std::string& text) {
  if (!text.empty()) to.append(to.empty() ? "" : "; ").append(text);
}

}  // namespace

int statement(const StatementOptions& options) {
  const auto payer = Payer::parse(options);
  if (!payer) return complain(payer.error());
  const auto known = rendered({}, options.format);
  if (!known) return complain(known.error());
  auto begun = begin_chargeback(options.ledger, options.time_zone, options.period);
  if (!begun) return complain_of_ledger(begun.error());
  if (!begun->period.from || !begun->period.until)
    return complain("a statement is of a --month, or of --from and --to");
  reports::Statement out;
  const auto revised = note_revision(*payer, *begun, out);
  if (!revised) return complain_of_ledger(revised.error());
  const auto answer = ask_statement(*payer, *begun);
  if (!answer) return complain_of_ledger(answer.error());
  const auto fault = fault_of(*begun, *answer);
  if (!fault) return complain_of_ledger(fault.error());
  const Result<void> there =
      answer->rows.empty() ? check_payer(*payer, *begun, options.ledger) : Result<void>();
  if (!there) {
    // What was lost may have been the payer's.
    const int status = complain(there.error());
    (void)tell_fault(*begun, *fault);
    return status;
  }
  out.payer = payer->words();
  out.of_unused_capacity = options.unused_capacity;
  out.period = period_words(options);
  out.from = reports::moment_label(*begun->period.from, begun->zone);
  out.until = "before " + reports::moment_label(*begun->period.until, begun->zone);
  out.time_zone = begun->zone.name();
  out.made_at = reports::moment_label(wall_clock(), begun->zone);
  add_warning(out.warning, fault->text);
  add_warning(out.warning, *begun->period.until > wall_clock() ? "the period is not over yet" : "");
  add_warning(out.warning, begun->reader->faults().empty() ? "" : "the ledger has lost records");
  reports::fill_statement(out, answer->rows, *begun->reader, begun->zone);
  std::cout << *rendered(out, options.format);
  return tell_fault(*begun, *fault);
}

int export_focus(const FocusOptions& options) {
  auto begun = begin_chargeback(options.ledger, options.time_zone, options.period);
  if (!begun) return complain_of_ledger(begun.error());
  const auto answer =
      reports::ask_usage(*begun->reader, {reports::focus_groups(), begun->period, begun->zone});
  if (!answer) return complain_of_ledger(answer.error());
  const auto fault = fault_of(*begun, *answer);
  if (!fault) return complain_of_ledger(fault.error());
  std::cout << reports::focus_csv(
      reports::focus_lines(answer->rows, *begun->reader, {options.billing_account, begun->zone}));
  const std::string missing = reports::missing_amounts(answer->rows);
  warn(missing);
  return tell_fault(*begun, *fault);
}

}  // namespace tollgate::app
