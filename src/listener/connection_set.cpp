// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/listener/connection_set.hpp"

namespace tollgate::listener {

ConnectionSet::ConnectionSet(std::atomic<std::size_t>& total, std::size_t limit)
    : total_(total), limit_(limit) {}

bool ConnectionSet::admit() {
  if (total_.fetch_add(1, std::memory_order_relaxed) < limit_) return true;
  // The place is free as soon as that connection's coroutine has run: for a moment there is one too
  // many.
  if (end_a_stranger()) return true;
  leave();
  return false;
}

bool ConnectionSet::end_a_stranger() {
  for (Member& member : members_) {  // in the order of their coming
    if (!member.idle || member.proven || member.leaving) continue;
    member.leaving = true;
    member.stream.cancel(Errc::cancelled);
    return true;
  }
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
