// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tollgate {

/// When clocks change in every year, as the footer of a TZif file says it (RFC 8536 3.3, in the
/// words of POSIX's TZ): "CET-1CEST,M3.5.0,M10.5.0/3".
struct ZoneRule {
  enum class Kind : std::uint8_t { julian, day_of_year, weekday_of_month };
  struct Day {
    Kind kind = Kind::day_of_year;
    int month = 1;
    int week = 1;
    int day = 0;
    std::int64_t second = 7200;  ///< of the local day; may be below 0 or beyond the day
  };

  std::int64_t standard = 0;  ///< seconds ahead of UTC
  std::int64_t summer = 0;
  bool changes = false;
  std::array<Day, 2> days{};  ///< when summer time begins and ends

  /// When the change of a year is, in seconds since 1970. `begin`: that to summer time.
  std::int64_t change_in(int year, bool begin) const;
};

/// nullopt: it is no such text.
std::optional<ZoneRule> parse_zone_rule(std::string_view text);

}  // namespace tollgate
