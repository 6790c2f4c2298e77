// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/calendar.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace tollgate::reports {
namespace {

namespace chrono = std::chrono;
using ledger::Period;

std::string padded(std::int64_t number, std::size_t digits) {
  std::string out = std::to_string(number);
  if (out.size() < digits) out.insert(0, digits - out.size(), '0');
  return out;
}

std::string year_of(const Date& date) { return padded(static_cast<int>(date.year()), 4); }
std::string month_of(const Date& date) {
  return year_of(date) + "-" + padded(static_cast<unsigned>(date.month()), 2);
}

bool begins_day(UtcTime time, const TimeZone& zone) {
  return zone.start_of(zone.date_at(time)) == time;
}
bool begins_month(UtcTime time, const TimeZone& zone) {
  return begins_day(time, zone) && zone.date_at(time).day() == chrono::day(1);
}

Date first_of(const Date& date) { return date.year() / date.month() / 1; }

}  // namespace

std::string hour_label(UtcTime time, const TimeZone& zone) {
  const seconds offset = zone.offset_at(time);
  const std::string local = to_rfc3339(time + offset).substr(0, 13) + ":00";
  if (offset == seconds(0)) return local + "Z";
  const std::int64_t minutes = std::abs(offset.count()) / 60;
  return local + (offset.count() < 0 ? "-" : "+") + padded(minutes / 60, 2) + ":" +
         padded(minutes % 60, 2);
}

std::string moment_label(UtcTime time, const TimeZone& zone) {
  const std::string local = to_rfc3339(time + zone.offset_at(time));
  return local.substr(0, 10) + " " + local.substr(11, 5) + " " + hour_label(time, zone).substr(16);
}

std::string day_label(UtcTime time, const TimeZone& zone) { return to_text(zone.date_at(time)); }

std::string week_label(UtcTime time, const TimeZone& zone) {
  const chrono::sys_days day = zone.date_at(time);
  constexpr unsigned kThursday = 4;
  const auto weekday = static_cast<int>(chrono::weekday(day).iso_encoding());
  const chrono::sys_days thursday = day + chrono::days(static_cast<int>(kThursday) - weekday);
  const Date date = thursday;
  const auto of_year = (thursday - chrono::sys_days(date.year() / chrono::January / 1)).count();
  return year_of(date) + "-W" + padded(of_year / 7 + 1, 2);
}

std::string month_label(UtcTime time, const TimeZone& zone) { return month_of(zone.date_at(time)); }

std::string to_text(const Date& date) {
  return month_of(date) + "-" + padded(static_cast<unsigned>(date.day()), 2);
}

std::optional<Date> parse_day(std::string_view text) {
  if (text.size() != 10) return std::nullopt;
  const auto begin = from_rfc3339(std::string(text) + "T00:00:00Z");
  return begin ? std::optional(TimeZone().date_at(*begin)) : std::nullopt;
}

std::optional<Period> month_named(std::string_view text, const TimeZone& zone) {
  const auto first = parse_day(std::string(text) + "-01");
  if (!first) return std::nullopt;
  return Period{zone.start_of(*first), zone.start_of(*first + chrono::months(1))};
}

Period previous_of(const Period& period, const TimeZone& zone) {
  const Date from = zone.date_at(*period.from);
  const Date until = zone.date_at(*period.until);
  if (begins_month(*period.from, zone) && begins_month(*period.until, zone)) {
    const auto months = until.year() / until.month() - from.year() / from.month();
    return {zone.start_of(first_of(from) - months), period.from};
  }
  if (begins_day(*period.from, zone) && begins_day(*period.until, zone)) {
    const auto days = chrono::sys_days(until) - chrono::sys_days(from);
    return {zone.start_of(Date(chrono::sys_days(from) - days)), period.from};
  }
  return {*period.from - (*period.until - *period.from), period.from};
}

Period as_far(const Period& period, UtcTime now, const Period& other, const TimeZone& zone) {
  if (!begins_day(*period.from, zone) || !begins_day(*other.from, zone))
    return {other.from, std::min(*other.from + (now - *period.from), *other.until)};
  const Date today = zone.date_at(now);
  const auto days = chrono::sys_days(today) - chrono::sys_days(zone.date_at(*period.from));
  const Date there = chrono::sys_days(zone.date_at(*other.from)) + days;
  const UtcTime as_late = zone.start_of(there) + (now - zone.start_of(today));
  const UtcTime border = as_late - as_late.time_since_epoch() % ledger::kQuarterHour;
  return {other.from, std::min(std::max(border, *other.from + ledger::kQuarterHour), *other.until)};
}

}  // namespace tollgate::reports
