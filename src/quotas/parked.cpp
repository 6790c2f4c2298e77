// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "parked.hpp"

#include <utility>

namespace tollgate::quotas {

void Parked::add(const Uuid& record, Reservation reservation, UtcTime expires) {
  reservation.end_exchange();
  const std::lock_guard lock(mutex_);
  waiting_.emplace(record, Waiting{std::move(reservation), expires});
}

bool Parked::settle(const Uuid& record, const Use& use, Moment now) {
  const std::lock_guard lock(mutex_);
  const auto [first, last] = waiting_.equal_range(record);
  if (first == last) return false;
  for (auto each = first; each != last; ++each) each->second.reservation.settle(use, now);
  waiting_.erase(first, last);
  return true;
}

std::size_t Parked::expire(UtcTime now) {
  const std::lock_guard lock(mutex_);
  // What is destroyed unsettled stays counted as it was reserved.
  return std::erase_if(waiting_, [&](const auto& each) { return each.second.expires <= now; });
}

std::size_t Parked::size() const {
  const std::lock_guard lock(mutex_);
  return waiting_.size();
}

}  // namespace tollgate::quotas
