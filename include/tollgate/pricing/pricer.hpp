// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tollgate/pricing/cost.hpp"
#include "tollgate/pricing/highest_cost.hpp"

namespace tollgate::pricing {

/// What the configuration says of a deployment that decides its price.
struct DeploymentTerms {
  std::string backend;
  std::string deployment;
  std::string sku;     ///< empty: not told
  std::string serves;  ///< the model there, as prices name it; empty: not told
};

/// Work that a deployment is asked for, before its answer tells anything.
struct WorkAsked {
  std::string_view backend;
  std::string_view deployment;
  std::string_view operation;  ///< its id; empty: not told
  std::string_view tier;       ///< as it was asked for; empty: none
  UtcTime time;
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

  /// The price that work would have; neither an entry nor a word: it is paid by the hour.
  FoundPrice find_price(const WorkAsked& asked) const;

  /// Why work would have no price, or none for a class that its operation always uses: a word of
  /// no_price, or a class behind cost_reason::kClass. Empty: it has one, or is paid by the hour.
  /// Asked for is the price of the tier that was asked for, and that of `default`, by which a
  /// backend may serve it in its place.
  std::string missing_price(WorkAsked asked) const;

  /// What work that takes so much can cost at the most (highest_cost), by the dearer of those two
  /// tiers; what is paid by the hour costs nothing more. nullopt: where missing_price has a word.
  std::optional<std::int64_t> dearest(WorkAsked asked, const HighestUse& use,
                                      std::int64_t millionths) const;

  /// True once for each text, as long as there are not too many: the operator is to be told of a
  /// model that has no price, and of the classes of one that have none.
  bool is_to_be_told(std::string_view text) const;

 private:
  static constexpr std::size_t kMostTold = 200;

  std::string missing_in_tier(const WorkAsked& asked) const;
  std::optional<std::int64_t> dearest_in_tier(const WorkAsked& asked, const HighestUse& use,
                                              std::int64_t millionths) const;
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

/// Calls visit(std::string_view) for each class that a record used and that has no price.
template <class Visit>
void visit_missing_classes(const usage::UsageRecord& record, Visit visit) {
  std::string_view words = record.cost_reason;
  while (!words.empty()) {
    std::string_view word = words.substr(0, words.find(','));
    words.remove_prefix(word.size() + (word.size() < words.size() ? 1 : 0));
    if (!word.starts_with(cost_reason::kClass)) continue;
    word.remove_prefix(cost_reason::kClass.size());
    visit(word);
  }
}

/// Whether a record has a cost without what a class that was used would add, for want of its price.
bool lacks_a_price(const usage::UsageRecord& record);

}  // namespace tollgate::pricing
