// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>

#include "tollgate/ledger/rollup.hpp"

namespace tollgate::ledger {

void RollupSums::add(const RollupSums& other, int sign) {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += sign * other.counts[i];
  for (const PriceSums& sums : other.prices) add(sums, sign);
  last_time = std::max(last_time, other.last_time);
}

void RollupSums::add(const PriceSums& sums, int sign) {
  auto place = std::find_if(prices.begin(), prices.end(),
                            [&](const PriceSums& known) { return known.price == sums.price; });
  if (place == prices.end()) place = prices.insert(place, {sums.price, 0, 0, 0});
  place->records += sign * sums.records;
  place->quantity += sign * sums.quantity;
  place->cost_nano += sign * sums.cost_nano;
}

}  // namespace tollgate::ledger
