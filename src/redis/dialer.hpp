// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <string>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "error_reply.hpp"
#include "tollgate/base/cancellation.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::redis {

/// Seam: makes connections to the store's nodes.
class Dialer {
 public:
  virtual ~Dialer() = default;
  /// A connection on which nothing has been said. Errors: unavailable, timeout, tls, cancelled.
  virtual boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(
      const Address& address, SteadyTime deadline, Cancellation& cancellation) = 0;
};

/// The real one: straight to the address, for egress proxies are for HTTPS. One address of a name
/// after the other is tried.
class SocketDialer : public Dialer {
 public:
  /// `tls` (null: plain) and `sweep` outlive it and its connections. Every node's certificate is to
  /// be for `server_name`: a cluster's nodes tell their addresses, which are in no certificate.
  SocketDialer(const net::ClientTls* tls, std::string server_name, net::DeadlineSweep& sweep)
      : tls_(tls), server_name_(std::move(server_name)), sweep_(sweep) {}

  boost::asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> dial(
      const Address& address, SteadyTime deadline, Cancellation& cancellation) override;

 private:
  const net::ClientTls* tls_;
  std::string server_name_;
  net::DeadlineSweep& sweep_;
};

}  // namespace tollgate::redis
