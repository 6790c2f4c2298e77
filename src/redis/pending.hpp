// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include "tollgate/base/time.hpp"
#include "tollgate/redis/client.hpp"

namespace tollgate::redis {

/// A call that has no answer yet.
struct Pending {
  /// Redirections in a row are the cluster's own trouble.
  static constexpr unsigned kMostHops = 8;

  Call call;
  Client::Done done;
  unsigned slot = 0;
  SteadyTime began{};
  SteadyTime until = SteadyTime::max();
  unsigned hops = 0;    ///< how often it was sent once more
  bool asking = false;  ///< the node is to serve it though the slot is not its own yet
  bool whole = false;   ///< its script is sent whole
  bool told = false;    ///< its time is over; the answer is waited for all the same
  bool is_own = false;  ///< the client's, not a caller's: nobody counts it
};

}  // namespace tollgate::redis
