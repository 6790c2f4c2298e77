// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/time_zone.hpp"
#include "tollgate/ledger/ledger_reader.hpp"

// The calendar of one time zone, for reports.
namespace tollgate::reports {

/// "2026-11-29T13:00+01:00", or with Z in UTC: an hour that clocks go through twice has two names.
std::string hour_label(UtcTime time, const TimeZone& zone);
/// "2026-11-29 13:05 +01:00", or with Z.
std::string moment_label(UtcTime time, const TimeZone& zone);
/// "2026-11-29".
std::string day_label(UtcTime time, const TimeZone& zone);
/// "2026-W48" (ISO 8601: a week is of the year that has its Thursday).
std::string week_label(UtcTime time, const TimeZone& zone);
/// "2026-11".
std::string month_label(UtcTime time, const TimeZone& zone);

/// Such as 2026-11-01; nullopt: it is no day.
std::optional<Date> parse_day(std::string_view text);
std::string to_text(const Date& date);
/// Such as 2026-11, whole; nullopt: it is no month.
std::optional<ledger::Period> month_named(std::string_view text, const TimeZone& zone);

/// The time before the period: as many months where both bounds begin one, else as many days where
/// they begin days, else as long. Both bounds are there.
ledger::Period previous_of(const ledger::Period& period, const TimeZone& zone);

/// The part of `other` that is as long after its begin as `now` is after the period's, at most all
/// of it: where both begin days, by days and the time of day, to the quarter hour and at least one;
/// else by the clock. All bounds are there, and the period has begun.
ledger::Period as_far(const ledger::Period& period, UtcTime now, const ledger::Period& other,
                      const TimeZone& zone);

}  // namespace tollgate::reports
