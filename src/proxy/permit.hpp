// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "tollgate/quotas/reservation.hpp"

namespace tollgate::proxy {

/// What a request has been given of its limits while nothing of it has left for a backend:
/// destroyed, it gives all of it back. Once the request may leave, whoever ends the operation takes
/// the reservation and settles it.
class Permit {
 public:
  Permit() = default;
  explicit Permit(quotas::Reservation reservation) : reservation_(std::move(reservation)) {}
  Permit(Permit&&) noexcept = default;
  Permit& operator=(Permit&&) = delete;
  ~Permit() {
    if (reservation_.open()) reservation_.release(quotas::Moment::now());
  }

  quotas::Reservation take() { return std::move(reservation_); }

 private:
  quotas::Reservation reservation_;
};

}  // namespace tollgate::proxy
