// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>

#include "tollgate/ledger/ledger_reader.hpp"
#include "tollgate/pricing/pricer.hpp"
#include "tollgate/pricing/provisioned_models.hpp"
#include "tollgate/reports/deployment_models.hpp"

namespace tollgate::app {

/// What the same traffic would have cost the other way, record by record: provisioned traffic by
/// the token, and traffic by the token on provisioned capacity. Pure.
class BreakEven {
 public:
  /// Backend, deployment, model.
  using Key = std::tuple<std::string, std::string, std::string>;

  struct Provisioned {
    std::int64_t records = 0;
    std::int64_t unpriced = 0;      ///< records that the list has no price for
    pricing::Int128 list_nano = 0;  ///< the others by the token
    pricing::Int128 weight = 0;     ///< tokens, as capacity counts them
  };
  struct ByToken {
    std::int64_t records = 0;
    std::int64_t without = 0;  ///< records whose cost or tokens are not known
    pricing::Int128 nano = 0;
    pricing::Int128 weight = 0;
    std::map<std::int64_t, pricing::Int128> minutes;  ///< weight by the minute of its beginning
    pricing::Int128 busiest = 0;                      ///< the largest of them
    std::string scope;                                ///< empty: nobody told
  };

  /// `list`: the prices, whose capacities stay as they are.
  explicit BreakEven(const pricing::Pricer& pricer) : pricer_(pricer) {}

  /// A final record, with the cost that counts. Of one that is paid by the token and whose answer
  /// named no model the others say first which it counts under (reports::DeploymentModels).
  void add(const usage::UsageRecord& record);
  /// Whether such records came, and all are to be given once more, to add_unnamed().
  bool has_unnamed() const { return has_unnamed_; }
  /// Takes those alone.
  void add_unnamed(const usage::UsageRecord& record);
  /// No more records come.
  void finish();

  const std::map<Key, Provisioned>& provisioned() const { return provisioned_; }
  const std::map<Key, ByToken>& by_token() const { return by_token_; }

  /// How many PTUs take so many tokens in the busiest minute: at least the model's least, in its
  /// steps.
  static std::int64_t ptu_for(const pricing::ProvisionedModel& model, const ByToken& traffic);

 private:
  void add_provisioned(const usage::UsageRecord& record);
  bool is_by_token(const usage::UsageRecord& record) const;
  void add_by_token(const usage::UsageRecord& record);

  const pricing::Pricer& pricer_;  ///< that charges capacity at list prices
  std::map<Key, Provisioned> provisioned_;
  std::map<Key, ByToken> by_token_;
  reports::DeploymentModels models_;
  bool has_unnamed_ = false;
};

/// The same prices, every capacity charged at the list's.
pricing::PriceList at_list_prices(const pricing::PriceList& list);

/// What a deployment's capacity cost in the whole hours from `from` to `until`.
pricing::Int128 capacity_cost(std::span<const pricing::Capacity> history, UtcTime from,
                              UtcTime until, std::string_view currency);

}  // namespace tollgate::app
