// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/base/time_zone.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <system_error>
#include <utility>

#include "zone_rule.hpp"

namespace tollgate {
namespace {

constexpr std::int64_t kSecondsInADay = 86'400;
constexpr int kLastYear = 2100;
std::int64_t days_of(const Date& date) {
  return std::chrono::sys_days(date).time_since_epoch().count();
}
Date date_of(std::int64_t days) { return std::chrono::sys_days(std::chrono::days(days)); }

constexpr const char* kDatabase = "/usr/share/zoneinfo/";

std::int64_t floor_divide(std::int64_t number, std::int64_t by) {
  return number / by - (number % by < 0 ? 1 : 0);
}

std::int64_t second_at(UtcTime time) { return floor_divide(to_unix_micros(time), 1'000'000); }

UtcTime time_at(std::int64_t second) { return from_unix_micros(second * 1'000'000); }

/// Big-endian, two's complement.
std::int64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::uint64_t out = (static_cast<unsigned char>(bytes[at]) & 0x80U) != 0 ? ~std::uint64_t{0} : 0;
  for (std::size_t i = 0; i < size; ++i)
    out = out << 8U | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<std::int64_t>(out);
}

/// The head of one of a TZif file's two parts.
struct Head {
  static constexpr std::size_t kSize = 44;
  std::size_t utc, standard, leaps, times, types, letters;

  /// `wide`: of a time, in bytes.
  std::size_t body(std::size_t wide) const {
    return times * wide + times + types * 6 + letters + leaps * (wide + 4) + standard + utc;
  }
};

/// False: it is none. Whether the bytes have as much as it says is not looked at.
bool read_head(std::string_view bytes, Head& out) {
  if (bytes.size() < Head::kSize || !bytes.starts_with("TZif") || bytes[4] < '2') return false;
  std::size_t* const numbers[]{&out.utc,   &out.standard, &out.leaps,
                               &out.times, &out.types,    &out.letters};
  for (std::size_t i = 0; i < 6; ++i) {
    const std::int64_t number = number_at(bytes, 20 + 4 * i, 4);
    if (number < 0 || number > 100'000) return false;
    *numbers[i] = static_cast<std::size_t>(number);
  }
  return true;
}

/// A name such as Europe/Berlin: no other file of the system can be meant.
bool is_zone_name(std::string_view name) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
           c == '_' || c == '-' || c == '+';
  };
  return !name.empty() && name.front() != '/' && std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

Result<TimeZone> TimeZone::load(const std::string& name) {
  if (name == "UTC") return TimeZone();
  const std::string path = kDatabase + name;
  std::error_code ignored;
  std::ifstream file;
  if (is_zone_name(name) && std::filesystem::is_regular_file(path, ignored))
    file.open(path, std::ios::binary);
  std::stringstream bytes;
  if (file.is_open()) bytes << file.rdbuf();
  if (bytes.view().empty())
    return Error{Errc::not_found, "no time zone '" + name + "' is in " + kDatabase +
                                      " (package tzdata): use a name such as Europe/Berlin"};
  return parse(name, bytes.view());
}

Result<TimeZone> TimeZone::parse(std::string name, std::string_view bytes) {
  const Error unreadable{Errc::invalid_input, "the time zone " + name + " cannot be read"};
  constexpr std::size_t kWide = 8;
  Head first{};
  if (!read_head(bytes, first)) return unreadable;
  if (bytes.size() < Head::kSize + first.body(4)) return unreadable;
  bytes.remove_prefix(Head::kSize + first.body(4));
  Head head{};
  if (!read_head(bytes, head) || head.types == 0) return unreadable;
  if (bytes.size() < Head::kSize + head.body(kWide)) return unreadable;
  const std::string_view body = bytes.substr(Head::kSize, head.body(kWide));
  const std::size_t kinds = head.times * kWide;
  const std::size_t types = kinds + head.times;
  const auto offset = [&](std::size_t type) { return number_at(body, types + type * 6, 4); };
  TimeZone out;
  out.name_ = std::move(name);
  out.first_offset_ = offset(0);
  for (std::size_t i = 0; i < head.times; ++i) {
    const auto type = static_cast<std::size_t>(static_cast<unsigned char>(body[kinds + i]));
    if (type >= head.types) return unreadable;
    out.changes_.push_back({number_at(body, i * kWide, kWide), offset(type)});
  }
  std::string_view footer = bytes.substr(Head::kSize + body.size());
  if (footer.size() < 2 || footer.front() != '\n' || footer.back() != '\n') return unreadable;
  footer = footer.substr(1, footer.size() - 2);
  if (footer.empty()) return out;
  const std::optional<ZoneRule> rule = parse_zone_rule(footer);
  if (!rule) return unreadable;
  const std::int64_t last = out.changes_.empty() ? 0 : out.changes_.back().at;
  if (!rule->changes) return out;
  std::vector<Change> later;
  const Date begin = date_of(floor_divide(last, kSecondsInADay));
  for (int year = static_cast<int>(begin.year()); year <= kLastYear; ++year) {
    later.push_back({rule->change_in(year, true), rule->summer});
    later.push_back({rule->change_in(year, false), rule->standard});
  }
  std::sort(later.begin(), later.end(),
            [](const Change& a, const Change& b) { return a.at < b.at; });
  for (const Change& change : later) {
    if (out.changes_.empty() || change.at > last) out.changes_.push_back(change);
  }
  return out;
}

seconds TimeZone::offset_at(UtcTime time) const {
  const std::int64_t second = second_at(time);
  const auto behind =
      std::upper_bound(changes_.begin(), changes_.end(), second,
                       [](std::int64_t at, const Change& change) { return at < change.at; });
  return seconds(behind == changes_.begin() ? first_offset_ : std::prev(behind)->offset);
}

UtcTime TimeZone::start_of(const Date& date) const {
  const std::int64_t local = days_of(date) * kSecondsInADay;
  // No zone is further from UTC than a day: one of these offsets is that of the moment.
  const seconds before = offset_at(time_at(local - kSecondsInADay));
  const seconds after = offset_at(time_at(local + kSecondsInADay));
  for (const seconds offset : {before, after}) {
    const UtcTime time = time_at(local - offset.count());
    if (offset_at(time) == offset) return time;
  }
  // Midnight is left out: the day begins when the clocks change.
  const std::int64_t earliest = local - std::max(before, after).count();
  const auto change =
      std::lower_bound(changes_.begin(), changes_.end(), earliest,
                       [](const Change& one, std::int64_t at) { return one.at < at; });
  return time_at(change == changes_.end() ? earliest : change->at);
}

Date TimeZone::date_at(UtcTime time) const {
  return date_of(floor_divide(second_at(time) + offset_at(time).count(), kSecondsInADay));
}

}  // namespace tollgate
