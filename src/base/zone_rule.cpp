// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "zone_rule.hpp"

#include <charconv>
#include <chrono>

namespace tollgate {
namespace {

constexpr std::int64_t kSecondsOfADay = 86'400;

/// Takes the parts of a rule off its front; the first that is not there makes it fail for good.
class RuleText {
 public:
  explicit RuleText(std::string_view text) : rest_(text) {}

  bool failed() const { return failed_; }
  bool empty() const { return rest_.empty(); }
  bool next_is(char c) const { return rest_.starts_with(c); }
  bool take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  /// "CET" or "<+03>".
  void name() {
    const bool quoted = take('<');
    std::size_t length = 0;
    while (length < rest_.size() && is_of_name(rest_[length], quoted)) ++length;
    failed_ = failed_ || length == 0;
    rest_.remove_prefix(length);
    if (quoted && !take('>')) failed_ = true;
  }
  /// "-1", "5:30", "03:00:00".
  std::int64_t time() {
    const bool below = take('-');
    if (!below) take('+');
    std::int64_t out = number() * 3600;
    if (take(':')) out += number() * 60;
    if (take(':')) out += number();
    return below ? -out : out;
  }
  int number() {
    int out = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), out);
    if (error != std::errc() || out < 0 || out > 9999) {
      failed_ = true;
      return 0;
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return out;
  }
  ZoneRule::Day day() {
    ZoneRule::Day out;
    expect(',');
    if (take('M')) {
      out.kind = ZoneRule::Kind::weekday_of_month;
      out.month = number();
      expect('.');
      out.week = number();
      expect('.');
    } else if (take('J')) {
      out.kind = ZoneRule::Kind::julian;
    }
    out.day = number();
    if (take('/')) out.second = time();
    const bool month = out.month >= 1 && out.month <= 12 && out.week >= 1 && out.week <= 5;
    const int last = out.kind == ZoneRule::Kind::weekday_of_month ? 6 : 365;
    failed_ = failed_ || !month || out.day > last;
    return out;
  }

 private:
  static bool is_of_name(char c, bool quoted) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    return letter || (quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
  }
  void expect(char c) { failed_ = !take(c) || failed_; }

  std::string_view rest_;
  bool failed_ = false;
};

/// Days since 1970.
std::int64_t day_in(const ZoneRule::Day& day, int number) {
  namespace chrono = std::chrono;
  const chrono::year year(number);
  const auto count = [](chrono::sys_days days) { return days.time_since_epoch().count(); };
  const std::int64_t first = count(year / chrono::January / 1);
  switch (day.kind) {
    case ZoneRule::Kind::day_of_year:
      return first + day.day;
    case ZoneRule::Kind::julian:  // February 29th is never counted
      return first + day.day - (year.is_leap() && day.day >= 60 ? 0 : 1);
    case ZoneRule::Kind::weekday_of_month:
      break;
  }
  const auto month = year / chrono::month(static_cast<unsigned>(day.month));
  const chrono::weekday weekday(static_cast<unsigned>(day.day));
  constexpr int kLast = 5;
  if (day.week == kLast) return count(month / weekday[chrono::last]);
  return count(month / weekday[static_cast<unsigned>(day.week)]);
}

}  // namespace

std::int64_t ZoneRule::change_in(int year, bool begin) const {
  const Day& day = days[begin ? 0 : 1];
  return day_in(day, year) * kSecondsOfADay + day.second - (begin ? standard : summer);
}

std::optional<ZoneRule> parse_zone_rule(std::string_view text) {
  RuleText rest(text);
  ZoneRule out;
  rest.name();
  out.standard = -rest.time();
  if (rest.failed()) return std::nullopt;
  if (rest.empty()) return out;
  out.changes = true;
  rest.name();
  out.summer = rest.next_is(',') ? out.standard + 3600 : -rest.time();
  out.days = {rest.day(), rest.day()};
  if (rest.failed() || !rest.empty()) return std::nullopt;
  return out;
}

}  // namespace tollgate
