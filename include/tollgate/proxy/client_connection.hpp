// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/cancellation.hpp"
#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/base/proxy_trust.hpp"
#include "tollgate/http/head.hpp"
#include "tollgate/net/byte_stream.hpp"
#include "tollgate/proxy/connection_shares.hpp"

namespace tollgate::proxy {

/// What the pipeline may use of a client's connection. The listener owns all of it.
struct ClientConnection {
  net::ByteStream& stream;
  /// Bytes received behind the current request's head: its body's first bytes, then the next
  /// request.
  std::string& received;
  boost::asio::ip::address peer;
  /// What the client's verified certificate says; null without one.
  const CertificateIdentity* certificate;
  const ProxyTrust& proxies;
  /// Set when the gateway drains: the answer then says that the connection will close.
  const bool& closing;
  /// Tells that the client has left, which the exchange in progress finds out, or that the gateway
  /// stops for good.
  Cancellation& cancellation;
  /// Claimed once a request of this connection has shown whose it is.
  ConnectionPlace& place;
  /// Whole header lines that every answer to this request carries, refusals included.
  std::string answer_lines{};

  /// Whether another request may follow this one.
  bool keeps_alive(const http::RequestHead& head) const { return head.keep_alive && !closing; }
};

}  // namespace tollgate::proxy
