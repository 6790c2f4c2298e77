// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/egress_proxy.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/stream.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::http {

/// Whom to connect to, and how. What is referred to outlives the call.
struct DialPlan {
  const Url& url;
  const net::ClientTls& tls;  ///< for https
  /// To resume; null: none. A reference of its own: while this one connects, others come back with
  /// newer sessions.
  net::SslSessionPtr session = nullptr;
  const EgressProxy* proxy = nullptr;  ///< null: directly
  Cancellation* cancellation =
      nullptr;  ///< ends it as soon as nobody wants it; null: nobody says so
};

/// A connection ready for a request: name resolved, connected, through the proxy's tunnel where it
/// covers the host, with TLS. One address after the other is tried until all of that succeeds at
/// one, each within its share of the time: an address whose TLS fails is as useless as one that
/// refuses. The stream has no deadline. Errors: unavailable (resolve, connect, a proxy that
/// refuses), tls, timeout, protocol, cancelled; the last address's.
boost::asio::awaitable<Result<std::unique_ptr<net::Stream>>> dial(DialPlan plan,
                                                                  net::DeadlineSweep& sweep,
                                                                  SteadyTime deadline);

}  // namespace tollgate::http
