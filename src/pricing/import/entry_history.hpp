// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "listed_prices.hpp"

namespace tollgate::pricing {

/// The entries of one model in one scope and tier, by time: a new one on each day on which a listed
/// price begins or ends.
class EntryHistory {
 public:
  /// `prices`: at least one, all of the same model, scope and tier.
  EntryHistory(std::vector<ListedPrice> prices, std::string_view region, ImportWarnings& warnings);

  std::vector<PriceEntry> entries();

 private:
  using Slot = std::pair<std::int64_t, PriceClass>;  // band, class
  using Prices = std::vector<ListedPrice>;

  /// Those of other regions, where each has its own.
  void leave_other_regions(std::vector<ListedPrice>& prices) const;
  void leave_graduated();
  void leave_disputed();
  /// False: prices that differ stay in dispute, or the chosen region has none.
  bool settle(PriceClass price_class, Prices& prices);
  std::set<UtcTime> days() const;
  std::optional<PriceEntry> entry_on(UtcTime day);
  void complete(PriceEntry& entry, const std::set<PriceClass>& short_only);
  void append(std::vector<PriceEntry>& out, UtcTime day);
  void warn(const std::string& what, std::string_view done);

  std::string model_;
  Scope scope_;
  Tier tier_;
  std::string_view region_;
  ImportWarnings& warnings_;
  std::map<Slot, Prices> slots_;
};

}  // namespace tollgate::pricing
