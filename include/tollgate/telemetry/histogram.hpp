// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tollgate::telemetry {

/// Counts of observations in fixed buckets, summed over workers when read. Not thread-safe.
class Histogram {
 public:
  /// `bounds` are upper bounds in rising order and outlive the histogram.
  explicit Histogram(std::span<const double> bounds)
      : bounds_(bounds), counts_(bounds.size() + 1) {}

  void observe(double value);
  void add(const Histogram& other);

  std::span<const double> bounds() const { return bounds_; }
  /// One per bucket, not cumulative; the last is for everything above the last bound.
  const std::vector<std::uint64_t>& counts() const { return counts_; }
  double sum() const { return sum_; }
  std::uint64_t count() const;

 private:
  std::span<const double> bounds_;
  std::vector<std::uint64_t> counts_;
  double sum_ = 0;
};

}  // namespace tollgate::telemetry
