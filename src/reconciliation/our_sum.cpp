// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/reconciliation/our_sum.hpp"

#include <algorithm>

namespace tollgate::reconciliation {

OurCost& OurCost::operator+=(const OurCost& other) {
  const bool first = quantity == 0;
  if (first) a_million = other.a_million;
  if (!first && a_million && other.a_million) {
    a_million->lowest = std::min(a_million->lowest, other.a_million->lowest);
    a_million->highest = std::max(a_million->highest, other.a_million->highest);
  } else if (!first) {
    a_million = std::nullopt;
  }
  quantity += other.quantity;
  nano += other.nano;
  list_pico += other.list_pico;
  adjusted += other.adjusted;
  return *this;
}

OurSum& OurSum::operator+=(const OurSum& other) {
  quantity += other.quantity;
  for (const auto& [currency, cost] : other.costs) costs[currency] += cost;
  unpriced += other.unpriced;
  doubted += other.doubted;
  failed += other.failed;
  across_midnight += other.across_midnight;
  return *this;
}

}  // namespace tollgate::reconciliation
