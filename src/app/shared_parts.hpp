// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "tollgate/auth/make_authenticator.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/http/client_transport.hpp"
#include "tollgate/ledger/ledger.hpp"
#include "tollgate/ledger/object_directory.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/routing/route.hpp"
#include "tollgate/routing/target_board.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::app {

/// What all workers use of one backend.
struct BackendParts {
  net::ClientTls tls;
  std::unique_ptr<credentials::Authorizer> authorizer;
  std::unique_ptr<http::ClientTransport> transport;  ///< for the control plane's own questions
};

/// What the workers share: immutable or thread-safe, and it outlives them.
struct SharedParts {
  const config::Config& config;
  routing::TargetBoard& board;  ///< the process's own: outlives configurations
  routing::RouteTable routes;
  std::vector<BackendParts> backends;                       ///< in the configuration's order
  std::vector<std::optional<net::ServerTls>> listener_tls;  ///< in the configuration's order
  std::unique_ptr<auth::ConfiguredAuthenticator> authenticator;
  std::unique_ptr<ledger::Ledger> ledger;
  std::unique_ptr<ledger::ObjectDirectory> objects;
  telemetry::Metrics metrics;
  boost::asio::any_io_executor background;  ///< for what would hold up a worker
  std::atomic<std::size_t> connections{0};
};

}  // namespace tollgate::app
