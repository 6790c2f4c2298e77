// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include "tollgate/redis/call.hpp"
#include "tollgate/redis/reply.hpp"

namespace tollgate::redis {

/// The store: one server or a cluster of them, as the client finds it. A seam. One for each worker
/// and one for the control plane, used on its executor only.
///
/// Calls that concern one key are done in the order in which they were sent, for as long as
/// session() stays the same, redirections within a cluster included. Whoever keeps a sum there by
/// differences states it whole when the number has become another since: a call of an earlier
/// session may then have been done, or not, or be done yet by a server that was only slow. Scripts
/// can tell the last by being given the number, which only rises.
class Client {
 public:
  using Done = std::function<void(Answer)>;

  virtual ~Client() = default;

  /// Sends a call together with whatever else is sent in this turn of the executor. `done` is
  /// called once, on the executor and never within send(); within the call's time whatever
  /// happens, and at once (in the next turn) while the store is known not to answer. It does not
  /// throw. It may be empty: then nobody is told. After stop() it is destroyed uncalled.
  virtual void send(Call call, Done done) = 0;

  /// Rises whenever a connection was lost or replaced, a slot has another node, or a call could not
  /// be kept in its order. Never 0.
  virtual std::uint64_t session() const = 0;

  /// Whether a call would be sent now; false: it would fail with FailureKind::down, or wait for the
  /// first connection.
  virtual bool ready() const = 0;

  /// The same as send(), for who waits. Ends within the call's time, so that nothing needs to
  /// cancel it; whoever is gone by then still has what the call took.
  boost::asio::awaitable<Answer> call(Call call);
};

}  // namespace tollgate::redis
