// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "tollgate/pricing/pricer.hpp"
#include "tollgate/usage/cost_adjustment.hpp"

namespace tollgate::app {

/// What records of one client and model cost by what counts now, and by other prices.
struct ReratedSum {
  std::int64_t records = 0;
  pricing::Int128 old_nano = 0;
  pricing::Int128 new_nano = 0;
  std::int64_t old_without = 0;  ///< records without an amount
  std::int64_t new_without = 0;
  std::int64_t changed = 0;  ///< records that would be adjusted
};

/// Prices records once more, by another list, and says what that changes. Pure.
class Rerating {
 public:
  /// Client, model, old and new currency: amounts of two currencies are never added.
  using Key = std::tuple<std::string, std::string, std::string, std::string>;

  /// `pricer` outlives it. `run` names what is written.
  Rerating(const pricing::Pricer& pricer, std::string run, UtcTime now)
      : pricer_(pricer), run_(std::move(run)), now_(now) {}

  /// A final record, with what counts for it now. What capacity served is left out: its hour
  /// decides. The adjustment to make; nullopt: none, because nothing changes, or because the other
  /// list knows less of it than what counts now (that stays, and is told).
  std::optional<usage::CostAdjustment> rerate(const usage::UsageRecord& counting);
  /// What was priced elsewhere, as part of an hour of capacity.
  std::optional<usage::CostAdjustment> take(const usage::UsageRecord& counting,
                                            usage::CostAdjustment adjustment);

  const std::map<Key, ReratedSum>& sums() const { return sums_; }
  /// How many records the other list has no amount for, or not all, by the reason.
  const std::map<std::string, std::int64_t>& lacks() const { return lacks_; }
  /// How many of them keep what counts now.
  std::int64_t kept() const { return kept_; }

 private:
  const pricing::Pricer& pricer_;
  std::string run_;
  UtcTime now_;
  std::map<Key, ReratedSum> sums_;
  std::map<std::string, std::int64_t> lacks_;
  std::int64_t kept_ = 0;
};

}  // namespace tollgate::app
