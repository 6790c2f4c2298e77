// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <map>
#include <mutex>

#include "tollgate/base/uuid.hpp"
#include "tollgate/quotas/reservation.hpp"

namespace tollgate::quotas {

/// Reservations whose work has outlived its answer, by the record that will settle them.
/// Thread-safe.
class Parked {
 public:
  void add(const Uuid& record, Reservation reservation, UtcTime expires);
  bool settle(const Uuid& record, const Use& use, Moment now);
  std::size_t expire(UtcTime now);
  std::size_t size() const;

 private:
  struct Waiting {
    Reservation reservation;
    UtcTime expires;
  };
  using Reservations = std::multimap<Uuid, Waiting>;

  mutable std::mutex mutex_;
  Reservations waiting_;
};

}  // namespace tollgate::quotas
