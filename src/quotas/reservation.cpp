// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/quotas/reservation.hpp"

#include <algorithm>
#include <utility>

#include "counter.hpp"

namespace tollgate::quotas {

// NOLINTNEXTLINE(bugprone-exception-escape): moving holds allocates nothing.
Reservation::Reservation(Reservation&& other) noexcept : holds_(std::move(other.holds_)) {
  other.holds_.clear();
}

// NOLINTNEXTLINE(bugprone-exception-escape): likewise.
Reservation& Reservation::operator=(Reservation&& other) noexcept {
  if (this == &other) return *this;
  settle_as_reserved();
  holds_ = std::move(other.holds_);
  other.holds_.clear();
  return *this;
}

Reservation::~Reservation() { settle_as_reserved(); }

void Reservation::settle_as_reserved() noexcept {
  for (Hold& hold : holds_) hold.counter->settle_as_reserved(hold);
  holds_.clear();
}

void Reservation::settle(const Use& use, Moment now) {
  for (Hold& hold : holds_) hold.counter->settle(hold, hold.counter->units(use), now);
  holds_.clear();
}

void Reservation::release(Moment now) {
  for (Hold& hold : holds_) hold.counter->release(hold, now);
  holds_.clear();
}

bool Reservation::extend(const Demand& more, Moment now) {
  for (std::size_t i = 0; i < holds_.size(); ++i) {
    Counter& counter = *holds_[i].counter;
    if (counter.extend(holds_[i], counter.units(more).value_or(0), now)) continue;
    while (i-- > 0) {
      Counter& taken = *holds_[i].counter;
      taken.undo_extension(holds_[i], taken.units(more).value_or(0), now);
    }
    return false;
  }
  return true;
}

void Reservation::end_exchange() {
  const auto is_in_flight = [](Hold& hold) {
    const bool out = hold.counter->key().measure == Measure::in_flight;
    if (out) hold.counter->settle_as_reserved(hold);
    return out;
  };
  holds_.erase(std::remove_if(holds_.begin(), holds_.end(), is_in_flight), holds_.end());
}

}  // namespace tollgate::quotas
