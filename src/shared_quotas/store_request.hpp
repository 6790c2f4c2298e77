// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include <boost/asio/steady_timer.hpp>

#include "slot_asking.hpp"

namespace tollgate::shared_quotas {

/// A request's slots while they are asked. Whoever waits for the answers may be gone before they
/// have come: they are booked all the same.
struct StoreRequest {
  struct Slot {
    SlotAsking asking;
    bool own = false;  ///< the client's: asked before those that are shared
    bool under_way = false;
    bool asked_again = false;
  };

  StoreRequest(const boost::asio::any_io_executor& executor, SteadyTime end)
      : until(end), answered(executor, boost::asio::steady_timer::time_point::max()) {}

  bool waits() const {
    for (const Slot& slot : slots) {
      if (slot.under_way) return true;
    }
    return false;
  }
  bool refused() const {
    for (const Slot& slot : slots) {
      if (slot.asking.refused()) return true;
    }
    return false;
  }

  /// How long a call may take that is sent now.
  milliseconds left_at(SteadyTime now) const {
    return std::max(std::chrono::ceil<milliseconds>(until - now), milliseconds(1));
  }

  SteadyTime until;  ///< nobody waits longer, whatever has been answered
  std::vector<Slot> slots;
  bool left = false;  ///< nobody waits any more
  boost::asio::steady_timer answered;
};

}  // namespace tollgate::shared_quotas
