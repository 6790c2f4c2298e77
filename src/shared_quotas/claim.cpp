// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "claim.hpp"

#include <utility>

namespace tollgate::shared_quotas {

void Claim::turn(SteadyTime now) {
  if (now - turn_began_ < kTurn) return;
  const bool next = now - turn_began_ < 2 * kTurn;
  units_before_ = next ? units_now_ : 0;
  requests_before_ = next ? requests_now_ : 0;
  units_now_ = 0;
  requests_now_ = 0;
  turn_began_ = now;
}

void Claim::note(std::int64_t units, SteadyTime now) {
  turn(now);
  units_now_ += units;
  ++requests_now_;
  used_at_ = now;
}

std::int64_t Claim::ahead_wanted(SteadyTime now) {
  turn(now);
  return requests_before_ < kSeveral ? 0 : units_before_;
}

}  // namespace tollgate::shared_quotas
