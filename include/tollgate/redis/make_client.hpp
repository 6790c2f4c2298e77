// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "tollgate/config/quotas.hpp"
#include "tollgate/credentials/token_source.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/redis/client.hpp"
#include "tollgate/redis/health.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::redis {

/// A client with its connections. Destroyed before its executor's context.
class ConnectedClient : public Client {
 public:
  /// Begins to connect, and goes on for as long as it runs. Once, on the executor or before it
  /// runs.
  virtual void start() = 0;
  /// Takes no more calls; ends when those on their way have their answers or their time is over.
  virtual void stop() = 0;
};

/// What a client is made with; what is referred to outlives it.
struct ClientParts {
  boost::asio::any_io_executor executor;
  net::DeadlineSweep& sweep;
  const config::RedisStore& settings;
  const net::ClientTls* tls;                         ///< null: plain
  std::shared_ptr<credentials::TokenSource> tokens;  ///< null: no Entra tokens
  telemetry::WorkerMetrics& metrics;
  Health& health;
  std::size_t index;  ///< which of the health's threads it is on
};

std::unique_ptr<ConnectedClient> make_client(const ClientParts& parts);

}  // namespace tollgate::redis
