// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "report_period.hpp"

#include "tollgate/config/values.hpp"
#include "tollgate/reports/calendar.hpp"

namespace tollgate::app {
namespace {

/// One of the two dates; a line in `faults` when it is none.
std::optional<UtcTime> date_of(std::string_view option, const std::string& text,
                               const TimeZone& zone, std::string& faults) {
  if (text.empty()) return std::nullopt;
  const auto date = reports::parse_day(text);
  if (date) return zone.start_of(*date);
  faults.append(option).append(" takes a date (" + zone.name() + ") such as 2026-11-01\n");
  return std::nullopt;
}

}  // namespace

PeriodFault period_fault(const ledger::Period& period, const ledger::KeptTime& kept, bool any,
                         UtcTime now, ledger::SumSource source) {
  const auto second = [](UtcTime time) { return to_rfc3339(time).substr(0, 19) + "Z"; };
  if (period.from && *period.from > now)
    return {"the period is still to come: it begins at " + second(*period.from)};
  const std::optional<UtcTime>& deleted = kept.deleted_to;
  const bool reaches_back = deleted && ((period.from && *period.from <= *deleted) ||
                                        (period.until && *period.until <= *deleted));
  if (reaches_back)
    return {"what is above is not whole: of what began up to " + second(*deleted) +
                (source == ledger::SumSource::records
                     ? ", records were deleted (ledger.retention, ledger.max_size)"
                     : ", sums were deleted (ledger.rollup_retention), or records before there "
                       "were sums"),
            true};
  if (!any && period.until && kept.first && *period.until <= *kept.first)
    return {"the period was over before the first record, which began " +
            (source == ledger::SumSource::records
                 ? "at " + second(*kept.first)
                 : "on " + to_rfc3339(*kept.first).substr(0, 10) + " (UTC)")};
  return {};
}

Result<ledger::Period> parse_period(const PeriodOptions& options, UtcTime now,
                                    const TimeZone& zone) {
  std::string faults;
  ledger::Period out;
  if (!options.month.empty()) {
    if (!options.since.empty() || !options.from.empty() || !options.to.empty())
      faults.append("--month excludes --since, --from and --to\n");
    const auto month = reports::month_named(options.month, zone);
    if (!month) faults.append("--month takes a month (" + zone.name() + ") such as 2026-11\n");
    if (!month || !faults.empty()) return Error{Errc::invalid_input, faults};
    return *month;
  }
  if (!options.since.empty()) {
    const auto duration = config::parse_duration(options.since);
    if (duration) {
      out.from = now - *duration;
    } else {
      faults.append(
          "--since takes a duration such as 24h or 30d: its unit is ms, s, m (minutes), h or d\n");
    }
    if (!options.from.empty()) faults.append("--since and --from exclude each other\n");
  }
  if (const auto from = date_of("--from", options.from, zone, faults)) out.from = from;
  out.until = date_of("--to", options.to, zone, faults);
  if (faults.empty() && out.from && out.until && *out.from >= *out.until) {
    faults.append("--to must be later than the begin: its own day is not in the report\n");
  }
  if (!faults.empty()) return Error{Errc::invalid_input, faults};
  return out;
}

}  // namespace tollgate::app
