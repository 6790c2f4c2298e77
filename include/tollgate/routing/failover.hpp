// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>

#include <boost/container/small_vector.hpp>

#include "tollgate/routing/attempt_verdict.hpp"
#include "tollgate/routing/target_board.hpp"

namespace tollgate::routing {

/// One request's way over its route's targets: the whole decision between two attempts, without
/// I/O. Its driver is a loop:
///
///     Failover failover(board, route, method, started, random);
///     std::optional<Lease> lease = failover.first(now);      // none: answer
/// failover.unserved(now) at once
///     for (;;) {
///       Result<Answer> answer = co_await send_to(lease->candidate(), failover.deadline(), ...);
///       const Judgement judgement = failover.after(*lease, end_of(answer), now);   // end.wanted:
/// the client waits
///       if (judgement.verdict == Verdict::retry_next_target) continue;   // the lease is the next
/// target's
///       ... served: the answer and its lease go to the relay; give_up: the gateway's own error
///     }
///
/// No target is tried twice for one request: what it needs is another one; trying again later is
/// the client's part, which knows how long it wants to wait.
class Failover {
 public:
  /// The board and the route (with its configuration) must outlive this object. `random` are any 64
  /// bits; `client` tells the clients apart whose requests may fail by themselves (FairHealth).
  Failover(TargetBoard& board, const Route& route, std::string_view method, SteadyTime started,
           std::uint64_t random, ClientKey client = 0);

  /// The first target; nullopt: all of them rest.
  std::optional<Lease> first(SteadyTime now);

  /// Judges the end of an attempt (judge()), reports it to the target's health, and for
  /// retry_next_target has replaced `lease` with the next target's. Where another target would be
  /// right but none is to be had (all tried or resting, attempts, time or budget used up), the
  /// answer in hand is `served` after all; without one, give_up.
  Judgement after(Lease& lease, const AttemptEnd& end, SteadyTime now);

  /// When the head of an answer must be there, whatever the attempt.
  SteadyTime deadline() const { return started_ + route_.retry->total_timeout; }
  /// Whether another target is ruled out already, whatever the attempt under way brings.
  bool exhausted() const;
  /// Begun so far. A throttled or failed answer that goes to the client after more than one carries
  /// x-should-retry: false, or the client's retries multiply the gateway's.
  std::size_t attempts() const { return tried_.size(); }
  Unserved unserved(SteadyTime now) const { return board_.unserved(route_.candidates, now); }

 private:
  bool move_on(Lease& lease, SteadyTime now);
  std::optional<Lease> next(SteadyTime now);

  TargetBoard& board_;
  const Route& route_;
  RepeatRules rules_;
  SteadyTime started_;
  std::uint64_t random_;
  ClientKey client_;
  boost::container::small_vector<std::size_t, 4> tried_;
};

}  // namespace tollgate::routing
