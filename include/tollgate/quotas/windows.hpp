// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time_zone.hpp"
#include "tollgate/quotas/limit.hpp"

namespace tollgate::quotas {

/// A time in which what was used adds up.
struct Window {
  UtcTime begin;
  UtcTime end;  ///< exclusive; the next one's begin

  bool operator==(const Window&) const = default;
};

/// The window of that length which holds the time, by the zone's clocks. Weeks begin on Mondays. A
/// day on which clocks change is 23 or 25 hours long, as it is there. An hour begins whenever the
/// zone's clock shows a full one: India's at half past of UTC's; where a change of clocks by half
/// an hour comes between two, they are half an hour further apart. Not for Period::none and minute.
Window window_of(UtcTime time, Period period, const TimeZone& zone);

/// Whether the date lies in the window, by the zone's calendar: of an hour, the first of its day.
bool holds(const Window& window, const Date& date, const TimeZone& zone);

}  // namespace tollgate::quotas
