// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/time.hpp"

#include <array>
#include <cstdio>

namespace tollgate {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;

/// Reads exactly `count` decimal digits at `at`; -1 when there are not as many.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

std::optional<UtcTime> make_time(int year, int month, int day, int hour, int minute, int second) {
  // What UtcTime's nanoseconds can hold.
  if (year < 1678 || year > 2261) return std::nullopt;
  if (month < 1 || day < 1 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{year},
                                         std::chrono::month{static_cast<unsigned>(month)},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return UtcTime{sys_days{date} + hours{hour} + minutes{minute} + seconds{second}};
}

/// Fraction digits from `at` (just behind the dot) up to the end, as microseconds; -1 if malformed.
std::int64_t fraction_micros(std::string_view text) {
  if (text.empty() || text.size() > 9) return -1;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < 6; ++i) {
    const char c = i < text.size() ? text[i] : '0';
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  for (const char c : text) {
    if (c < '0' || c > '9') return -1;
  }
  return value;
}

constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

int month_number(std::string_view name) {
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (kMonths[i] == name) return static_cast<int>(i) + 1;
  }
  return -1;
}

void put_digits(char* out, int value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    out[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

std::string to_rfc3339(UtcTime time) {
  const auto micros = std::chrono::floor<microseconds>(time);
  const auto day = std::chrono::floor<days>(micros);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{micros - day};
  std::string out = "0000-00-00T00:00:00.000000Z";
  put_digits(out.data(), static_cast<int>(date.year()), 4);
  put_digits(out.data() + 5, static_cast<int>(static_cast<unsigned>(date.month())), 2);
  put_digits(out.data() + 8, static_cast<int>(static_cast<unsigned>(date.day())), 2);
  put_digits(out.data() + 11, static_cast<int>(clock.hours().count()), 2);
  put_digits(out.data() + 14, static_cast<int>(clock.minutes().count()), 2);
  put_digits(out.data() + 17, static_cast<int>(clock.seconds().count()), 2);
  put_digits(out.data() + 20, static_cast<int>(clock.subseconds().count()), 6);
  return out;
}

std::optional<UtcTime> from_rfc3339(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z') {
    return std::nullopt;
  }
  const auto whole = make_time(digits(text, 0, 4), digits(text, 5, 2), digits(text, 8, 2),
                               digits(text, 11, 2), digits(text, 14, 2), digits(text, 17, 2));
  if (!whole || text.size() == 20) return whole;
  if (text[19] != '.') return std::nullopt;
  const std::int64_t micros = fraction_micros(text.substr(20, text.size() - 21));
  if (micros < 0) return std::nullopt;
  return *whole + microseconds{micros};
}

std::int64_t to_unix_micros(UtcTime time) {
  return std::chrono::floor<microseconds>(time.time_since_epoch()).count();
}

UtcTime from_unix_micros(std::int64_t micros) { return UtcTime{microseconds{micros}}; }

std::optional<UtcTime> from_http_date(std::string_view text) {
  // Sun, 06 Nov 1994 08:49:37 GMT
  if (text.size() != 29 || text.substr(3, 2) != ", " || text.substr(25) != " GMT" ||
      text[7] != ' ' || text[11] != ' ' || text[16] != ' ' || text[19] != ':' || text[22] != ':') {
    return std::nullopt;
  }
  return make_time(digits(text, 12, 4), month_number(text.substr(8, 3)), digits(text, 5, 2),
                   digits(text, 17, 2), digits(text, 20, 2), digits(text, 23, 2));
}

}  // namespace tollgate
