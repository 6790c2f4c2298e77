// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

namespace tollgate::ledger {

/// Of ledger.max_size, in percent. What nobody waits for is deleted from 90 % on: above that
/// something is in the way.
inline constexpr std::uint64_t kNearlyFull = 95;

/// What an operator is told of `used` bytes of `max_size`; empty: there is room. `full`: no intent
/// is taken. `tidies`: what may be deleted can be.
inline std::string room_problem(std::uint64_t used, std::uint64_t max_size, bool full,
                                bool tidies) {
  const std::string why = tidies ? ", and no record may be deleted yet" : "";
  if (full) return "ledger.max_size is reached" + why;
  const std::uint64_t percent = used / std::max<std::uint64_t>(max_size / 100, 1);
  if (percent < kNearlyFull) return {};
  return std::to_string(percent) + " % of ledger.max_size is used" + why;
}

}  // namespace tollgate::ledger
