// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reports/forecast.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

namespace tollgate::reports {
namespace {

/// The value below which nine of ten values of Student's t are, by the degrees of freedom from
/// kFirstFreedom on (any table of the distribution).
constexpr std::size_t kFirstFreedom = kFewestDays - 2;
constexpr std::array kNineTenths{1.356, 1.350, 1.345, 1.341, 1.337, 1.333, 1.330,
                                 1.328, 1.325, 1.323, 1.321, 1.319, 1.318, 1.316,
                                 1.315, 1.314, 1.313, 1.311, 1.310};

double nine_tenths(std::size_t freedom) {
  const std::size_t place = freedom - kFirstFreedom;
  if (place < kNineTenths.size()) return kNineTenths[place];
  // The normal distribution's, with the first term of its expansion (Abramowitz and Stegun 26.7.5).
  constexpr double kNormal = 1.2815515655446004;
  return kNormal + (kNormal * kNormal * kNormal + kNormal) / (4.0 * static_cast<double>(freedom));
}

/// The line through the days that has the smallest squares; day 0 is the first.
struct Line {
  double mean_day = 0;
  double mean = 0;
  double spread = 0;  ///< sum of the squares of the days' distances from their mean
  double slope = 0;

  double at(double day) const { return mean + slope * (day - mean_day); }
};

Line fitted(std::span<const double> days) {
  const auto count = static_cast<double>(days.size());
  Line out;
  out.mean_day = (count - 1) / 2;
  for (const double day : days) out.mean += day / count;
  double shared = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const double distance = static_cast<double>(i) - out.mean_day;
    out.spread += distance * distance;
    shared += distance * (days[i] - out.mean);
  }
  out.slope = shared / out.spread;
  return out;
}

double variance(std::span<const double> days, const Line& line) {
  double out = 0;
  for (std::size_t i = 0; i < days.size(); ++i) {
    const double off = days[i] - line.at(static_cast<double>(i));
    out += off * off;
  }
  return out / static_cast<double>(days.size() - 2);
}

}  // namespace

Result<Forecast> forecast(std::span<const double> days, std::size_t ahead) {
  if (days.size() < kFewestDays) {
    return Error{Errc::invalid_input, "a forecast needs at least " + std::to_string(kFewestDays) +
                                          " whole days, and " + std::to_string(days.size()) +
                                          " are there"};
  }
  const Line line = fitted(days);
  const auto count = static_cast<double>(days.size());
  const auto next = static_cast<double>(ahead);
  Forecast out;
  double distances = 0;
  for (std::size_t i = 0; i < ahead; ++i) {
    const double day = count + static_cast<double>(i);
    out.expected += line.at(day);
    distances += day - line.mean_day;
  }
  const double of_sum = next + next * next / count + distances * distances / line.spread;
  const double half = nine_tenths(days.size() - 2) * std::sqrt(variance(days, line) * of_sum);
  out.low = out.expected - half;
  out.high = out.expected + half;
  // Amounts below 0 are there where list prices come to more than the capacity costs.
  if (*std::min_element(days.begin(), days.end()) >= 0) {
    out.below_zero = line.at(count + next - 1) < 0;
    for (double* const sum : {&out.expected, &out.low, &out.high}) *sum = std::max(0.0, *sum);
  }
  out.slope = line.slope;
  out.days = days.size();
  return out;
}

}  // namespace tollgate::reports
