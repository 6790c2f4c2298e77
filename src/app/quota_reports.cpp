// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "quota_reports.hpp"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <map>
#include <utility>

#include "quota_names.hpp"
#include "report_lacks.hpp"
#include "report_period.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/pricing/amount.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/usage_query.hpp"

namespace tollgate::app {
namespace {

using reports::Cells;
using reports::ReportFormat;

constexpr int kTwoDecimals = 2;
/// Names in front of the numbers of a budget, and of a line of refusals.
constexpr std::size_t kBudgetTexts = 5;
constexpr std::size_t kRefusalTexts = 4;

std::string exact(std::int64_t amount, quotas::Measure measure) {
  const int decimals = measure == quotas::Measure::cost ? pricing::kNanoDecimals : 0;
  return pricing::to_decimal(amount, decimals);
}

/// An estimate, in the unit that people read.
std::string rounded(double amount, quotas::Measure measure) {
  constexpr double kNanos = 1e9;
  const bool money = measure == quotas::Measure::cost;
  std::array<char, 512> text{};  // any double
  std::snprintf(text.data(), text.size(), "%.*f", kTwoDecimals, money ? amount / kNanos : amount);
  return text.data();
}

/// Whole percent, rounded down: 100 is used up.
std::string percent_of(double part, std::int64_t amount) {
  if (amount <= 0) return "";
  constexpr double kPercent = 100;
  std::array<char, 512> text{};
  std::snprintf(text.data(), text.size(), "%.0f",
                std::floor(part / static_cast<double>(amount) * kPercent));
  return text.data();
}

Cells budget_columns() {
  return {"whose",
          "limit",
          "mode",
          "window_begin",
          "window_end",
          "unit",
          "amount",
          "spent",
          "left",
          "spent_percent",
          "per_day",
          "projected",
          "projected_percent",
          "exhausted_on",
          "without_usage",
          "unpriced",
          "estimated",
          "forgiven",
          "basis"};
}

std::string unit_of(const quotas::Limit& limit, const std::string& currency) {
  if (limit.measure == quotas::Measure::cost) return currency;
  return std::string(to_string(limit.measure));
}

Cells budget_line(const Budget& one, const TimeZone& zone, const std::string& currency) {
  const quotas::Limit& limit = one.rule.limit;
  const quotas::Measure measure = limit.measure;
  return {to_text(one.rule.subject),
          limit_name(limit),
          std::string(to_string(limit.mode)),
          reports::moment_label(one.window.begin, zone),
          reports::moment_label(one.window.end, zone),
          unit_of(limit, currency),
          exact(one.amount, measure),
          exact(one.spent, measure),
          exact(one.amount - one.spent, measure),
          percent_of(static_cast<double>(one.spent), one.amount),
          rounded(one.per_day, measure),
          rounded(one.projected, measure),
          percent_of(one.projected, one.amount),
          one.exhausted_on ? reports::to_text(*one.exhausted_on) : std::string(),
          std::to_string(at_most_64_bits(one.sums.unknown)),
          std::to_string(at_most_64_bits(one.sums.unpriced)),
          std::to_string(at_most_64_bits(one.sums.estimated)),
          exact(one.forgiven, measure),
          one.basis};
}

/// For people, what they read first; the rest is in the other formats.
std::string budget_table(std::span<const Cells> lines) {
  constexpr std::array<std::size_t, 10> kShown{0, 1, 4, 5, 6, 7, 9, 10, 12, 13};
  const auto shown = [&](const Cells& line) {
    Cells out;
    for (const std::size_t place : kShown) out.push_back(line[place]);
    return out;
  };
  std::vector<Cells> rows;
  for (const Cells& line : lines) rows.push_back(shown(line));
  return reports::format_lines(shown(budget_columns()), rows, 4, ReportFormat::table);
}

/// What the numbers do not say, a sentence each.
std::vector<std::string> budget_notes(const std::vector<Budget>& budgets) {
  std::vector<std::string> out;
  for (const Budget& one : budgets) {
    const std::string name = to_text(one.rule.subject) + ", " + limit_name(one.rule.limit) + ": ";
    const auto tell = [&](Int128 count, const char* what) {
      if (count > 0)
        out.push_back(name + counted(static_cast<std::size_t>(count), "operation") + what);
    };
    const bool money = one.rule.limit.measure == quotas::Measure::cost;
    if (one.rule.limit.measure == quotas::Measure::tokens || money)
      tell(one.sums.unknown, " that may be billed and nobody knows the tokens of: in no sum");
    if (money) tell(one.sums.unpriced, " without a price: in no sum");
  }
  return out;
}

/// What is asked for with the others and means nothing here.
std::string order_fault(const UsageOptions& options, const char* name) {
  const bool others = !options.by.empty() || options.top || options.forecast ||
                      options.components || !options.compare.empty() ||
                      (options.budgets && options.refusals);
  return others ? std::string(name) +
                      " stands alone: without --by, --top, --forecast, "
                      "--components and --compare"
                : std::string();
}

using ClientModel = std::pair<std::string, std::string>;

/// Operations and tokens of each client and model that was asked for.
struct Served {
  std::uint64_t operations = 0;
  Int128 tokens = 0;
};

Result<std::map<ClientModel, Served>> served_in(ledger::LedgerReader& reader,
                                                const ledger::Period& period,
                                                const TimeZone& zone) {
  const std::vector<std::string> by{"client", "requested_model"};
  const auto answer =
      reports::ask_usage(reader, {reports::UsageGroups::parse(by).value(), period, zone});
  if (!answer) return answer.error();
  std::map<ClientModel, Served> out;
  for (const reports::UsageRow& row : answer->rows) {
    if (row.kind != reports::RowKind::operations) continue;
    Served& one = out[{row.keys[0], row.keys[1]}];
    one.operations += static_cast<std::uint64_t>(row.operations);
    one.tokens += row.total_tokens;
  }
  return out;
}

/// By client, model, limit and reason: how many requests, in how many minutes.
std::map<Cells, std::pair<std::int64_t, std::int64_t>> refused_in(
    const std::vector<usage::RefusalRow>& rows) {
  std::map<Cells, std::pair<std::int64_t, std::int64_t>> out;
  for (const usage::RefusalRow& row : rows) {
    const std::string limit = row.subject + (row.limit.empty() ? "" : ": " + row.limit);
    auto& [requests, minutes] = out[{row.client, row.model, limit, row.reason}];
    requests += row.requests;
    ++minutes;
  }
  return out;
}

}  // namespace

std::string format_budgets(const std::vector<Budget>& budgets, const TimeZone& zone,
                           const std::string& currency, ReportFormat format) {
  std::vector<Cells> lines;
  lines.reserve(budgets.size());
  for (const Budget& one : budgets) lines.push_back(budget_line(one, zone, currency));
  if (format == ReportFormat::table) return budget_table(lines);
  return reports::format_lines(budget_columns(), lines, kBudgetTexts, format);
}

int report_budgets(const UsageOptions& options) {
  const std::string fault = order_fault(options, "--budgets");
  if (!fault.empty()) return complain(fault);
  const PeriodOptions& period = options.period;
  if (!period.since.empty() || !period.from.empty() || !period.to.empty() || !period.month.empty())
    return complain("--budgets is of the limits' current windows: it takes no period");
  const auto format = reports::parse_report_format(options.format);
  if (!format) return complain(format.error());
  if (options.ledger.config_path.empty())
    return complain("name the configuration (-c FILE): it has the limits");
  const config::LoadResult loaded = load_without_secrets(options.ledger.config_path);
  if (!loaded.config)
    return complain(config::format_errors(options.ledger.config_path, loaded.errors));
  const Result<std::string> path = find_ledger(options.ledger);
  if (!path) return complain(path.error());
  const UtcTime now = std::chrono::system_clock::now();
  const auto notes = ledger::read_quota_notes(*path, now - std::chrono::hours(24 * 367), now);
  if (!notes) return complain_of_ledger(notes.error());
  const auto reader = ledger::LedgerReader::open(*path);
  if (!reader) return complain_of_ledger(reader.error());
  const TimeZone& zone = config::quota_zone(*loaded.config);
  const auto answer =
      ask_budgets(**reader, {config::quota_rules(*loaded.config), zone, notes->actions, now});
  if (!answer) return complain_of_ledger(answer.error());
  if (answer->budgets.empty()) {
    return complain("the configuration has no limit of an hour, a day, a week, a month or a year");
  }
  std::cout << format_budgets(answer->budgets, zone, loaded.config->prices.list.currency(), *format)
            << std::flush;
  for (const std::string& note : budget_notes(answer->budgets)) warn(note);
  return tell_lacks(**reader, {answer->period, answer->source, true});
}

int report_refusals(const UsageOptions& options) {
  const std::string fault = order_fault(options, "--refusals");
  if (!fault.empty()) return complain(fault);
  const auto zone = find_time_zone(options.ledger, options.time_zone);
  if (!zone) return complain(zone.error());
  const auto period = parse_period(options.period, std::chrono::system_clock::now(), *zone);
  if (!period) return complain(period.error());
  const auto format = reports::parse_report_format(options.format);
  if (!format) return complain(format.error());
  const Result<std::string> path = find_ledger(options.ledger);
  if (!path) return complain(path.error());
  const auto notes = ledger::read_quota_notes(*path, period->from.value_or(UtcTime::min()),
                                              period->until.value_or(UtcTime::max()));
  if (!notes) return complain_of_ledger(notes.error());
  const auto reader = ledger::LedgerReader::open(*path);
  if (!reader) return complain_of_ledger(reader.error());
  const auto served = served_in(**reader, *period, *zone);
  if (!served) return complain_of_ledger(served.error());
  std::vector<Cells> lines;
  for (const auto& [keys, count] : refused_in(notes->refusals)) {
    const auto found = served->find({keys[0], keys[1]});
    const Served one = found == served->end() ? Served() : found->second;
    Cells& line = lines.emplace_back(keys);
    line.push_back(std::to_string(count.first));
    line.push_back(std::to_string(count.second));
    line.push_back(std::to_string(one.operations));
    line.push_back(pricing::to_decimal(one.tokens, 0));
  }
  const Cells names{"client",  "requested_model", "limit",      "reason",
                    "refused", "minutes",         "operations", "total_tokens"};
  std::cout << reports::format_lines(names, lines, kRefusalTexts, *format) << std::flush;
  if (lines.empty()) warn("no limit refused anything in this time");
  return tell_faults((*reader)->faults());
}

}  // namespace tollgate::app
