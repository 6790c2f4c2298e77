// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/certificate_identity.hpp"
#include "tollgate/base/network.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::proxy {

/// Whose word on the client's address goes into records. Never a proof of anything.
struct ProxyTrust {
  std::vector<Network> networks;
  config::ForwardedHeader header = config::ForwardedHeader::either;
};

/// What the pipeline may use of a client's connection. The listener owns all of it.
struct ClientConnection {
  net::Stream& stream;
  /// Bytes received behind the current request's head: its body's first bytes, then the next request.
  std::string& received;
  boost::asio::ip::address peer;
  /// What the client's verified certificate says; null without one.
  const CertificateIdentity* certificate;
  const ProxyTrust& proxies;
  /// Set when the gateway drains: the answer then says that the connection will close.
  const bool& closing;
  /// The exchange in progress puts here how it is ended when the gateway stops for good.
  std::function<void()>& on_abort;
};

}  // namespace tollgate::proxy
