// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/pricing/allocation.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/usage/cost_adjustment.hpp"

namespace tollgate::allocation {

/// Whether the capacity of one deployment, whose history this is, served a record, so that the hour
/// decides what it costs.
bool is_served_by(const usage::UsageRecord& record, std::span<const pricing::Capacity> history,
                  const pricing::Pricer& pricer);

/// The deployment whose hour is shared out, and by which prices.
struct HourOfDeployment {
  std::string gateway;
  std::string backend;
  std::string deployment;
  pricing::CapacityHour hour;
  const pricing::Pricer& pricer;
};

/// Whether a re-rating made it, by an operator's wish: of a record, or of what no record pays.
bool is_rerated(const usage::CostAdjustment& counting);

/// An hour of a deployment, told record by record, twice in the same order: first what each weighs,
/// then what each costs. Pure.
///
///     weigh(every record) ──> share_out() ──> adjust(every record), rest()
class SharedHour {
 public:
  /// `of` outlives it. `behind` stands at the end of the names of runs.
  SharedHour(const HourOfDeployment& of, usage::AdjustmentKind kind, UtcTime now,
             std::string behind = {})
      : of_(of), kind_(kind), now_(now), behind_(std::move(behind)) {}

  /// Of the deployment's records alone (is_served_by).
  void weigh(const usage::UsageRecord& record);
  /// Error internal: more tokens than 64 bits hold.
  Result<void> share_out();
  /// The next record, in the order in which they were weighed.
  usage::CostAdjustment adjust(usage::UsageRecord record);
  /// What no record pays.
  usage::CostAdjustment rest() const;
  /// The id of that, which no record has; known from the beginning.
  Uuid rest_id() const;
  /// Whether what counts for one of the hour's records, or for its rest, was made by the prices by
  /// which the hour is shared out here.
  bool is_by_these_prices(const usage::CostAdjustment& counting) const;

  std::size_t records() const { return weights_.size(); }
  std::int64_t unused_nano() const { return shares_.rest; }

 private:
  bool by_list() const { return of_.hour.allocate == pricing::Allocate::list_price; }
  pricing::Cost next_cost(const usage::UsageRecord& record);
  usage::CostAdjustment made(usage::UsageRecord record, const pricing::Cost& cost) const;
  std::string run() const;
  std::string run_of_prices() const;

  const HourOfDeployment& of_;
  usage::AdjustmentKind kind_;
  UtcTime now_;
  std::string behind_;
  std::vector<std::int64_t> weights_;  ///< 0 where unknown; at list prices the costs
  std::vector<bool> known_;
  std::int64_t whole_ = 0;
  std::string weights_digest_;  ///< of all weights in their order
  pricing::Shares shares_;
  std::size_t next_ = 0;
};

}  // namespace tollgate::allocation
