// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "tollgate/pricing/pricer.hpp"
#include "tollgate/reports/deployment_models.hpp"
#include "tollgate/usage/cost_adjustment.hpp"

namespace tollgate::app {

/// What records of one client and model cost by what counts now, and by other prices.
struct ReratedSum {
  std::int64_t records = 0;
  pricing::Int128 old_nano = 0;
  pricing::Int128 new_nano = 0;
  std::int64_t old_without = 0;  ///< records without an amount
  std::int64_t new_without = 0;
  std::int64_t changed = 0;  ///< records, or hours of which a part was unused, to be adjusted

  ReratedSum& operator+=(const ReratedSum& other);
};

/// What becomes of an amount that the other list has in another currency.
enum class CurrencyChanges { keep, adjust };

/// Prices records once more, by another list, and says what that changes. Pure.
class Rerating {
 public:
  /// Client, model, old and new currency: amounts of two currencies are never added. The model is
  /// by the one rule of all reports; what of an hour of capacity nobody used is of the client
  /// "(unused capacity)".
  using Key = std::tuple<std::string, std::string, std::string, std::string>;

  /// `pricer` outlives it. `run` names what is written.
  Rerating(const pricing::Pricer& pricer, std::string run, UtcTime now,
           CurrencyChanges changes = CurrencyChanges::keep)
      : pricer_(pricer), run_(std::move(run)), now_(now), changes_(changes) {}

  /// A final record, with what counts for it now. What capacity served is left out: its hour
  /// decides. The adjustment to make; nullopt: none, because nothing changes, or because the other
  /// list knows less of it than what counts now, or has it in another currency (that stays, and is
  /// told).
  std::optional<usage::CostAdjustment> rerate(const usage::UsageRecord& counting);
  /// A record that is not rated here, which says all the same what its deployment serves.
  void note(const usage::UsageRecord& record) {
    models_.note(record, 1, to_unix_micros(record.event_time));
  }
  /// What was priced elsewhere, as part of an hour of capacity; its record has been noted.
  std::optional<usage::CostAdjustment> take(const usage::UsageRecord& counting,
                                            usage::CostAdjustment adjustment);

  std::map<Key, ReratedSum> sums() const;
  /// By old and new currency alone.
  std::map<std::pair<std::string, std::string>, ReratedSum> totals() const;
  /// How many records the other list has no amount for, or not all, by the reason.
  const std::map<std::string, std::int64_t>& lacks() const { return lacks_; }
  /// How many of them keep what counts now.
  std::int64_t kept() const { return kept_; }
  /// How many records have no amount after it either.
  std::int64_t unpriced() const { return unpriced_; }
  /// How many keep their amount because the other one is in another currency.
  std::int64_t kept_in_currency() const { return kept_in_currency_; }

 private:
  std::optional<usage::CostAdjustment> decide(const usage::UsageRecord& counting,
                                              usage::CostAdjustment adjustment);
  ReratedSum& sum_for(const usage::UsageRecord& counting, const usage::CostAdjustment& adjustment);
  void add_amounts(ReratedSum& sum, const usage::UsageRecord& counting,
                   const usage::CostAdjustment& adjustment);

  const pricing::Pricer& pricer_;
  std::string run_;
  UtcTime now_;
  CurrencyChanges changes_;
  /// Of those that name no model the deployment, else empty.
  std::map<std::pair<Key, reports::DeploymentModels::Deployment>, ReratedSum> sums_;
  reports::DeploymentModels models_;
  std::map<std::string, std::int64_t> lacks_;
  std::int64_t kept_ = 0;
  std::int64_t unpriced_ = 0;
  std::int64_t kept_in_currency_ = 0;
};

}  // namespace tollgate::app
