// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/pricing/capacity.hpp"
#include "tollgate/pricing/price_entry.hpp"
#include "tollgate/pricing/price_fault.hpp"

namespace tollgate::pricing {

/// What was agreed on top of the list: a percentage of every amount for a time.
struct Adjustment {
  std::string client;           ///< empty: every client that has none of its own
  std::int64_t millionths = 0;  ///< -12 % is -120'000
  UtcTime from;
  std::optional<UtcTime> until;  ///< as an entry's
  int line = 0;
};

/// Which price is asked for.
struct PriceQuestion {
  std::string_view model;  ///< as served
  Scope scope = Scope::any;
  Tier tier = Tier::standard;
  UtcTime time;  ///< when the request was accepted
};

/// Why there is no price, from what is known least: the words of CostReason.
namespace no_price {
inline constexpr std::string_view kModel = "no_price_for_model";
inline constexpr std::string_view kScope = "no_price_for_scope";
inline constexpr std::string_view kTier = "no_price_for_tier";
inline constexpr std::string_view kTime = "no_price_at_that_time";
}  // namespace no_price

/// A price, or why there is none.
struct FoundPrice {
  const PriceEntry* entry = nullptr;
  std::string_view missing;  ///< of no_price; empty when there is an entry
};

/// Every price there is, in one currency. Immutable.
class PriceList {
 public:
  PriceList() = default;
  /// Without faults (see faults_of). Gives every entry its id.
  PriceList(std::string currency, std::vector<PriceEntry> entries,
            std::vector<Adjustment> adjustments, CapacityList capacities = {});

  const std::string& currency() const { return currency_; }
  /// By model, scope, tier and time.
  const std::vector<PriceEntry>& entries() const { return entries_; }
  const std::vector<Adjustment>& adjustments() const { return adjustments_; }
  /// What is paid by the hour.
  const CapacityList& capacities() const { return capacities_; }
  /// No price at all: nobody has told any.
  bool empty() const { return entries_.empty() && capacities_.empty(); }

  /// The entry for the model's own name, else for its name without the date; of each the one of the
  /// very scope, else the one for any.
  FoundPrice find(const PriceQuestion& question) const;

  /// What applies to a client's amounts at a time, in millionths: its own adjustment, else that for
  /// all, else 0.
  std::int64_t adjustment(std::string_view client, UtcTime time) const;

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  FoundPrice find_for(std::string_view model, const PriceQuestion& question) const;

  std::string currency_;
  std::vector<PriceEntry> entries_;
  std::vector<Adjustment> adjustments_;
  CapacityList capacities_;
  std::map<std::string, Range, std::less<>> models_;
};

/// Each pair of entries, or adjustments, of which both would apply on some day, and each gap
/// between two of the same kind; by line.
std::vector<PriceFault> faults_of(const std::vector<PriceEntry>& entries,
                                  const std::vector<Adjustment>& adjustments);

}  // namespace tollgate::pricing
