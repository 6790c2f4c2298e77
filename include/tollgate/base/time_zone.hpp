// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"

namespace tollgate {

/// A day of the calendar, without a zone.
using Date = std::chrono::year_month_day;

/// A time zone of the IANA database: how far its clocks are ahead of UTC, and when that changes
/// (docs/adr/0210-rollups.md says why it is read here). A value, safe for any thread.
class TimeZone {
 public:
  /// UTC.
  TimeZone() = default;

  /// Out of the system's database (the Debian package tzdata). Error not_found: no such zone there;
  /// invalid_input: what is there cannot be read.
  static Result<TimeZone> load(const std::string& name);
  /// Out of the bytes of a TZif file (RFC 8536), from version 2 on. Error invalid_input.
  static Result<TimeZone> parse(std::string name, std::string_view bytes);

  const std::string& name() const { return name_; }
  /// Ahead of UTC; from the year 2100 on as it was last.
  seconds offset_at(UtcTime time) const;
  /// The first moment of that day there, also where a change of clocks leaves its midnight out.
  UtcTime start_of(const Date& date) const;
  /// Which day it is there.
  Date date_at(UtcTime time) const;

 private:
  struct Change {
    std::int64_t at = 0;  ///< seconds since 1970
    std::int64_t offset = 0;
  };

  std::string name_ = "UTC";
  std::int64_t first_offset_ = 0;  ///< before the first change
  std::vector<Change> changes_;    ///< by time
};

}  // namespace tollgate
