// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/pricing/cost.hpp"

namespace tollgate::pricing {

/// What the configuration says of a deployment that decides its price.
struct DeploymentTerms {
  std::string backend;
  std::string deployment;
  std::string sku;     ///< empty: not told
  std::string serves;  ///< the model there, as prices name it; empty: not told
};

/// Prices records with one list and what is known of deployments. Any thread: workers share it.
class Pricer {
 public:
  Pricer() = default;
  Pricer(PriceList list, std::vector<DeploymentTerms> deployments);

  const PriceList& list() const { return list_; }

  /// Writes its sku and cost into a record, in place of earlier ones. An earlier sku stays where
  /// the deployment is no longer configured.
  void price(usage::UsageRecord& record) const;

  /// What a record costs by this list as it stands: by its own sku, whatever has become of its
  /// deployment.
  Cost cost_as_recorded(const usage::UsageRecord& record) const;

  /// Why work of a deployment would have no price; empty: it has one, or is paid by the hour.
  /// `tier`: which was asked for, empty for none.
  std::string_view missing_price(std::string_view backend, std::string_view deployment,
                                 std::string_view tier, UtcTime time) const;

  /// True once for each model, as long as there are not too many: its operator is to be told that
  /// it has no price.
  bool is_to_be_told(std::string_view model) const;

 private:
  static constexpr std::size_t kMostTold = 200;

  const DeploymentTerms* find(std::string_view backend, std::string_view deployment) const;
  const DeploymentTerms* terms_of(const usage::UsageRecord& record) const;

  using Key = std::pair<std::string, std::string>;
  /// Finds by views.
  struct Before {
    using is_transparent = void;
    template <class A, class B>
    bool operator()(const A& a, const B& b) const {
      const std::string_view first(a.first);
      const std::string_view second(b.first);
      return first != second ? first < second
                             : std::string_view(a.second) < std::string_view(b.second);
    }
  };

  PriceList list_;
  std::map<Key, DeploymentTerms, Before> deployments_;
  mutable std::mutex told_mutex_;
  mutable std::set<std::string, std::less<>> told_;
};

/// Writes a cost into a record, in place of an earlier one.
void set_cost(usage::UsageRecord& record, Cost cost, const std::string& currency);

/// Takes a record's cost away; why: of CostReason, no longer than a string holds without memory of
/// its own. The sku stays: it is no part of the cost.
void unprice(usage::UsageRecord& record, std::string_view why) noexcept;

/// Whether a record has no price although there are prices: what an operator wants to hear of. Not
/// so of work that goes on: it is priced once it has ended.
bool is_unpriced(const usage::UsageRecord& record);

}  // namespace tollgate::pricing
