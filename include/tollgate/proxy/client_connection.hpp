// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <functional>
#include <string>
#include <vector>

#include <boost/asio/ip/address.hpp>

#include "tollgate/base/network.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::proxy {

/// What the pipeline may use of a client's connection. The listener owns all of it.
struct ClientConnection {
  net::Stream& stream;
  /// Bytes received behind the current request's head: its body's first bytes, then the next request.
  std::string& received;
  boost::asio::ip::address peer;
  const std::vector<Network>& trusted_proxies;
  /// Set when the gateway drains: the answer then says that the connection will close.
  const bool& closing;
  /// The exchange in progress puts here how it is ended when the gateway stops for good.
  std::function<void()>& on_abort;
};

}  // namespace tollgate::proxy
