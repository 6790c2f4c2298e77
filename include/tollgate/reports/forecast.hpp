// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>

#include "tollgate/base/error.hpp"

namespace tollgate::reports {

/// Fewer days say nothing of a trend: two weeks hold every weekday twice.
inline constexpr std::size_t kFewestDays = 14;

/// What the sum of the days to come may be. An estimate, in floating point; no amount of a bill.
struct Forecast {
  double expected = 0;
  double low = 0;        ///< four of five times it lies between the two, if the days scatter around
  double high = 0;       ///< a line as they did
  double slope = 0;      ///< by which a day is larger than the one before
  std::size_t days = 0;  ///< that it is made of
  /// The line runs below 0 within the days to come, as no day did: these three are 0 at least.
  bool below_zero = false;
};

/// The sum of the next `ahead` days by the straight line that fits the days best (least squares),
/// with an interval of 80 % from how far they are off it (Student's t, of a sum of new
/// observations). `ahead` is above 0. Error invalid_input: fewer than kFewestDays.
Result<Forecast> forecast(std::span<const double> days, std::size_t ahead);

}  // namespace tollgate::reports
