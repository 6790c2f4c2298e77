// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/egress_proxy.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/base/time.hpp"
#include "tollgate/http/url.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::upstream {

/// Seam: makes new connections to one backend.
class Dialer {
 public:
  virtual ~Dialer() = default;
  /// A connection that is ready to carry a request. Errors: unavailable, timeout, tls; cancelled:
  /// nobody wants it any more.
  virtual boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(
      SteadyTime deadline, Cancellation& cancellation) = 0;
  /// What a connection has learned that makes the next one cheaper, when it goes back after an
  /// exchange.
  virtual void learn_from(net::ByteStream& stream) = 0;
};

/// The real one: over sockets (http::dial), through the backend's egress proxy, resuming TLS
/// sessions.
class SocketDialer : public Dialer {
 public:
  /// `tls` and `sweep` outlive it and its connections.
  SocketDialer(http::Url url, const net::ClientTls& tls, net::DeadlineSweep& sweep,
               std::optional<EgressProxy> proxy)
      : url_(std::move(url)), tls_(tls), sweep_(sweep), proxy_(std::move(proxy)) {}

  boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(
      SteadyTime deadline, Cancellation& cancellation) override;
  void learn_from(net::ByteStream& stream) override;

 private:
  http::Url url_;
  const net::ClientTls& tls_;
  net::DeadlineSweep& sweep_;
  std::optional<EgressProxy> proxy_;
  net::SslSessionPtr session_;  ///< of the newest connection that went back
};

}  // namespace tollgate::upstream
