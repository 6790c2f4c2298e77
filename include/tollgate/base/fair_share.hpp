// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>

namespace tollgate {

/// Whether one who holds `own` of `all` places, of which `held` are taken by all together, may have
/// one more: who holds seven times what is free may not, so one alone holds seven eighths, and
/// whoever comes finds some (docs/adr/0131-fair-shares.md). Of so few that this rule leaves none
/// free, the last is nobody's second. Whether a place is free at all is not asked here.
constexpr bool may_hold_one_more(std::size_t own, std::size_t held, std::size_t all) {
  constexpr std::size_t kOfWhatIsFree = 7;
  if (own == 0) return true;
  if (own >= kOfWhatIsFree * (all - std::min(held, all))) return false;
  return all > kOfWhatIsFree || held + 1 < all;
}

}  // namespace tollgate
