// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/windows.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace tollgate::quotas {
namespace {

namespace chrono = std::chrono;

/// The full hour of a clock that is so far ahead of UTC, at or before the time.
UtcTime full_hour(UtcTime time, seconds offset) {
  return UtcTime(chrono::floor<chrono::hours>(time + offset).time_since_epoch()) - offset;
}

/// When the zone's clock last showed a full hour, at the latest then. Between two such moments
/// clocks are changed once at most, so one of these offsets was in force.
UtcTime hour_begin(UtcTime time, const TimeZone& zone) {
  const chrono::hours hour(1);
  const seconds now = zone.offset_at(time);
  UtcTime out = time - 2 * hour;
  for (const seconds offset : {now, zone.offset_at(time - hour), zone.offset_at(time - 2 * hour)}) {
    const UtcTime last = full_hour(time, offset);
    for (const UtcTime shown : {last, last - hour}) {
      if (zone.offset_at(shown) == offset) out = std::max(out, shown);
    }
  }
  return out;
}

/// When it next shows one, later than then.
UtcTime hour_end(UtcTime time, const TimeZone& zone) {
  const chrono::hours hour(1);
  UtcTime out = time + 2 * hour;
  for (const seconds offset :
       {zone.offset_at(time), zone.offset_at(time + hour), zone.offset_at(time + 2 * hour)}) {
    const UtcTime next = full_hour(time, offset) + hour;
    for (const UtcTime shown : {next, next + hour}) {
      if (zone.offset_at(shown) == offset) out = std::min(out, shown);
    }
  }
  return out;
}

Date days_later(const Date& date, int days) { return chrono::sys_days(date) + chrono::days(days); }

Date monday_of(const Date& date) {
  const auto since = chrono::weekday(chrono::sys_days(date)) - chrono::Monday;
  return chrono::sys_days(date) - since;
}

/// The first days of the window and of the next one.
struct Days {
  Date begin;
  Date end;
};

Days days_of(const Date& date, Period period) {
  const Date week = monday_of(date);
  const Date month = date.year() / date.month() / 1;
  const Date year = date.year() / chrono::January / 1;
  switch (period) {
    case Period::week:
      return {week, days_later(week, 7)};
    case Period::month:
      return {month, month + chrono::months(1)};
    case Period::year:
      return {year, year + chrono::years(1)};
    default:
      return {date, days_later(date, 1)};
  }
}

}  // namespace

Window window_of(UtcTime time, Period period, const TimeZone& zone) {
  if (period == Period::hour) return {hour_begin(time, zone), hour_end(time, zone)};
  const Days days = days_of(zone.date_at(time), period);
  return {zone.start_of(days.begin), zone.start_of(days.end)};
}

bool holds(const Window& window, const Date& date, const TimeZone& zone) {
  const UtcTime begin = zone.start_of(date);
  return begin >= window.begin && begin < window.end;
}

}  // namespace tollgate::quotas
