// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "usage_answer.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "report_period.hpp"
#include "tollgate/base/text.hpp"
#include "tollgate/reports/calendar.hpp"
#include "tollgate/reports/charts.hpp"
#include "tollgate/reports/forecast_table.hpp"
#include "tollgate/reports/missing_amounts.hpp"

namespace tollgate::app {
namespace {

using reports::ReportFormat;

/// What options exclude each other, a line each.
std::string order_faults(const UsageOptions& options, const UsageOrder& order) {
  std::string out;
  const auto refuse = [&](bool wrong, const char* why) {
    if (wrong) out.append(why).append("\n");
  };
  const bool compares = !options.compare.empty();
  refuse(compares && options.compare != "previous", "--compare takes: previous");
  refuse(compares && order.groups.has_time(),
         "--compare needs groups other than times: the time before has others");
  refuse(compares && !order.period.from, "--compare needs a begin: --month, --since or --from");
  refuse(options.top == std::size_t{0}, "--top takes a number of rows from 1 on");
  refuse(options.forecast == std::size_t{0}, "--forecast takes a number of days from 1 on");
  refuse(options.forecast && order.groups.has_time(),
         "--forecast needs groups other than times: it is made of days");
  refuse((compares ? 1 : 0) + (options.forecast ? 1 : 0) + (options.components ? 1 : 0) > 1,
         "--compare, --forecast and --components exclude each other");
  return out;
}

/// Takes what a Result holds, or its error as lines.
template <class T>
void take_or_note(Result<T> found, T& to, std::string& faults) {
  if (found) {
    to = std::move(*found);
    return;
  }
  faults.append(found.error().message);
  if (!faults.ends_with('\n')) faults.append("\n");
}

Result<reports::UsageAnswer> ask(ledger::LedgerReader& reader, const UsageOrder& order,
                                 const ledger::Period& period) {
  return reports::ask_usage(reader, {order.groups, period, order.zone});
}

/// The whole days of the time, by name.
std::vector<std::string> whole_days(const ledger::Period& period, const UsageOrder& order) {
  const UtcTime end = std::min(period.until.value_or(order.now), order.now);
  std::vector<std::string> out;
  Date day = order.zone.date_at(*period.from);
  if (order.zone.start_of(day) < *period.from)
    day = std::chrono::sys_days(day) + std::chrono::days(1);
  for (;;) {
    const Date next = std::chrono::sys_days(day) + std::chrono::days(1);
    if (order.zone.start_of(next) > end) return out;
    out.push_back(reports::to_text(day));
    day = next;
  }
}

/// What has no amount on the days that costs are forecast of; a forecast of tokens needs none.
std::string missing_in_forecast(std::vector<reports::UsageRow> rows,
                                const std::vector<std::string>& days) {
  std::erase_if(rows, [&](const reports::UsageRow& row) {
    return std::find(days.begin(), days.end(), row.keys.back()) == days.end();
  });
  const bool costs = std::any_of(rows.begin(), rows.end(), [](const reports::UsageRow& row) {
    return row.cost_nano.has_value();
  });
  return costs ? reports::missing_amounts(rows) : std::string();
}

/// Whether the period has begun and is not over.
bool goes_on(const ledger::Period& period, UtcTime now) {
  return period.from && period.until && *period.from < now && now < *period.until;
}

/// "2026-10-01 00:00 Z to before 2026-11-01 00:00 Z".
std::string words_of_period(const ledger::Period& period, const TimeZone& zone) {
  return reports::moment_label(*period.from, zone) + " to before " +
         reports::moment_label(*period.until, zone);
}

/// Of a time that has rows: where the ledger has nothing of its first days, that its sums are less
/// than all that was used then. Empty: it has them.
std::string begins_late(const ledger::Period& previous, const ledger::KeptTime& kept,
                        const TimeZone& zone) {
  if (!kept.first || zone.date_at(*kept.first) <= zone.date_at(*previous.from)) return "";
  return "of the time before, " + words_of_period(previous, zone) +
         ", the ledger has nothing before " + reports::day_label(*kept.first, zone) +
         ": it began then, or what was earlier is deleted; what is compared stands beside less "
         "than that time";
}

/// Where times are compared, what is to be known of the two: what stands beside nothing, or beside
/// less than it seems.
std::vector<std::string> comparison_notes(const UsageOrder& order, bool now, bool before,
                                          const ledger::KeptTime& kept) {
  std::vector<std::string> out;
  if (goes_on(order.period, order.now))
    out.push_back("the period goes on until " +
                  reports::moment_label(*order.period.until, order.zone) +
                  ": beside it stands the time before as far as it has come, " +
                  words_of_period(*order.previous, order.zone));
  if (!now) {
    out.push_back("there are no records of " + words_of_period(order.period, order.zone));
  } else if (!before) {
    out.push_back("there are no records of the time before, " +
                  words_of_period(*order.previous, order.zone) +
                  ": what is compared stands beside nothing");
  }
  if (before) out.push_back(begins_late(*order.previous, kept, order.zone));
  std::erase(out, "");
  return out;
}

Result<OrderedUsage> answer_forecast(ledger::LedgerReader& reader, const UsageOrder& order) {
  std::vector<std::string> by = order.by;
  by.emplace_back("day");
  Result<reports::UsageAnswer> answer = reports::ask_usage(
      reader, {reports::UsageGroups::parse(by).value(), order.period, order.zone});
  if (!answer) return answer.error();
  // Days before the first that is kept are not known to have been without usage.
  ledger::Period period = order.period;
  const Result<ledger::KeptTime> kept = reader.kept_time(answer->source);
  if (!kept) return kept.error();
  const UtcTime first = kept->first.value_or(order.now);
  period.from = std::max(period.from.value_or(first), first);
  const auto days = whole_days(period, order);
  std::vector<std::string> notes;
  const auto note = [&](std::string text) {
    if (!text.empty()) notes.push_back(std::move(text));
  };
  const auto lines = reports::forecast_lines(answer->rows, days, order.forecast,
                                             order.format == ReportFormat::table);
  if (!lines) return lines.error();
  if (lines->empty())
    note("no operation of the whole days " + days.front() + " to " + days.back() +
         " is there: nothing can be forecast");
  note(missing_in_forecast(answer->rows, days));
  for (reports::UsageRow& row : answer->rows) row.keys.pop_back();
  return OrderedUsage{std::move(answer->rows),
                      answer->source,
                      reports::format_forecast(order.by, *lines, order.format),
                      std::move(notes),
                      {}};
}

/// Of standard output; nullopt: it is none. One that does not tell is as wide as it takes.
std::optional<std::size_t> terminal_width() {
  if (::isatty(STDOUT_FILENO) != 1) return std::nullopt;
  winsize size{};
  const bool told = ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return told ? size.ws_col : std::numeric_limits<std::size_t>::max();
}

}  // namespace

Result<UsageOrder> parse_usage_order(const UsageOptions& options, const TimeZone& zone,
                                     UtcTime now) {
  UsageOrder out;
  std::string faults;
  for (const std::string& name : options.by) out.by.emplace_back(trim(name));
  take_or_note(parse_period(options.period, now, zone), out.period, faults);
  take_or_note(reports::UsageGroups::parse(out.by), out.groups, faults);
  take_or_note(reports::parse_row_order(options.sort), out.sort, faults);
  take_or_note(reports::parse_report_format(options.format), out.format, faults);
  faults.append(order_faults(options, out));
  if (!faults.empty()) return Error{Errc::invalid_input, faults.substr(0, faults.size() - 1)};
  if (!options.compare.empty()) {
    if (!out.period.until) out.period.until = now;
    out.previous = reports::previous_of(out.period, zone);
    // Like beside like: the time before as far as this one has come.
    if (goes_on(out.period, now))
      out.previous = reports::as_far(out.period, now, *out.previous, zone);
  }
  out.zone = zone;
  out.top = options.top.value_or(0);
  out.forecast = options.forecast.value_or(0);
  out.components = options.components;
  if (out.format == ReportFormat::table) out.terminal = terminal_width();
  out.now = now;
  return out;
}

Result<OrderedUsage> answer_usage(ledger::LedgerReader& reader, const UsageOrder& order) {
  if (order.forecast > 0) return answer_forecast(reader, order);
  // The reader's faults are those of the last call.
  Result<reports::UsageAnswer> before = reports::UsageAnswer();
  if (order.previous) before = ask(reader, order, *order.previous);
  if (!before) return before.error();
  const std::vector<std::string> earlier =
      order.previous ? reader.faults() : std::vector<std::string>();
  Result<reports::UsageAnswer> answer = ask(reader, order, order.period);
  if (!answer) return answer.error();
  OrderedUsage out{std::move(answer->rows), answer->source, {}, {}, earlier};
  const auto note = [&](std::string text) {
    if (!text.empty()) out.notes.push_back(std::move(text));
  };
  if (order.previous) {
    const Result<ledger::KeptTime> kept = reader.kept_time(before->source);
    if (!kept) return kept.error();
    out.notes = comparison_notes(order, !out.rows.empty(), !before->rows.empty(), *kept);
  }
  std::vector<reports::UsageRow> shown = out.rows;
  if (order.previous) reports::compare_rows(shown, before->rows);
  reports::sort_rows(shown, order.sort);
  if (order.top > 0) reports::keep_top(shown, order.top);
  if (order.components) {
    note(reports::missing_amounts(out.rows));
    out.text = reports::format_components(
        shown, order.by, order.format,
        [&](std::int64_t number) -> const usage::CostComponent& { return reader.price(number); });
    return out;
  }
  out.text = reports::format_usage(shown, order.by, order.format, order.terminal);
  if (order.terminal) out.text.append(reports::charts(shown, order.by));
  return out;
}

}  // namespace tollgate::app
