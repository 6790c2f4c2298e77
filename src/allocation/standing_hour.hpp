// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <optional>

#include "tollgate/allocation/shared_hour.hpp"
#include "tollgate/ledger/adjustments.hpp"

namespace tollgate::allocation {

/// What counts already for the records of an hour that is to be shared out, and whether it stays.
/// History never changes by itself: what an operator re-rated, and what was shared out by a list
/// that has been replaced meanwhile, is not undone because a record was late.
class StandingHour {
 public:
  /// `shared` outlives it.
  explicit StandingHour(const SharedHour& shared) : shared_(shared) {}

  /// Of each record that the capacity served.
  void add_record(const std::optional<ledger::StoredAdjustment>& counting) {
    without_adjustment_ += counting ? 0 : 1;
    add_rest(counting);
  }
  /// Of what no record pays.
  void add_rest(const std::optional<ledger::StoredAdjustment>& counting) {
    if (!counting || counting->damaged) return;
    const bool rerated = is_rerated(counting->adjustment);
    rerated_ = rerated_ || rerated;
    other_prices_ = other_prices_ || !shared_.is_by_these_prices(counting->adjustment);
  }

  /// `closes`: the hour was not whole until now. What was begun by other prices before a kill is
  /// then done by these.
  bool stays(bool closes) const { return rerated_ || (other_prices_ && !closes); }
  bool rerated() const { return rerated_; }
  std::size_t without_adjustment() const { return without_adjustment_; }

 private:
  const SharedHour& shared_;
  bool rerated_ = false;
  bool other_prices_ = false;
  std::size_t without_adjustment_ = 0;
};

}  // namespace tollgate::allocation
