// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <utility>

#include "tollgate/base/egress_proxy.hpp"
#include "tollgate/http/transport.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"

namespace tollgate::http {

/// The real Transport: one connection per request, which suits calls that are minutes or seconds
/// apart. Used on the io_context of the given sweep only.
class ClientTransport : public Transport {
 public:
  /// The sweep must outlive this object and every call.
  ClientTransport(net::ClientTls tls, net::DeadlineSweep& sweep,
                  std::optional<EgressProxy> proxy = std::nullopt);

  boost::asio::awaitable<Result<ClientResponse>> send(ClientRequest request) override;

  /// For calls to come; on the io_context's thread.
  void use(net::ClientTls tls, std::optional<EgressProxy> proxy) {
    tls_ = std::move(tls);
    proxy_ = std::move(proxy);
  }

 private:
  net::ClientTls tls_;
  std::optional<EgressProxy> proxy_;
  net::DeadlineSweep& sweep_;
};

}  // namespace tollgate::http
