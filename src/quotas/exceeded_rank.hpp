// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <tuple>
#include <utility>

#include "tollgate/quotas/reservation.hpp"

// Which of the limits that refuse a request answers.
namespace tollgate::quotas {

/// What asking again cannot change weighs more than any wait.
inline std::tuple<Exceeded::Kind, milliseconds> rank(const Exceeded& exceeded) {
  const bool final = exceeded.kind >= Exceeded::Kind::unpriced;
  return {final ? exceeded.kind : Exceeded::Kind::rate, exceeded.wait};
}

inline void keep_worse(std::optional<Exceeded>& worst, Exceeded other) {
  if (!worst) {
    worst = std::move(other);
    return;
  }
  const bool smaller = worst->smaller_may_pass && other.smaller_may_pass;
  if (rank(other) > rank(*worst)) worst = std::move(other);
  worst->smaller_may_pass = smaller;
}

}  // namespace tollgate::quotas
