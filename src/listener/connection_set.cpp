// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/listener/connection_set.hpp"

namespace tollgate::listener {

ConnectionSet::ConnectionSet(std::atomic<std::size_t>& total, std::size_t limit)
    : total_(total), limit_(limit) {}

bool ConnectionSet::admit() {
  if (total_.fetch_add(1, std::memory_order_relaxed) < limit_) return true;
  leave();
  return false;
}

void ConnectionSet::drain() {
  closing_ = true;
  for (Member& member : members_) {
    if (member.idle) member.stream.cancel(Errc::cancelled);
  }
}

void ConnectionSet::abort() {
  drain();
  // Cancelling only wakes coroutines; none of them runs, or leaves this list, before we return.
  for (Member& member : members_) {
    member.cancellation.stop();
    member.stream.cancel(Errc::cancelled);
  }
}

}  // namespace tollgate::listener
