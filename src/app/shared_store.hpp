// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <optional>

#include "tollgate/credentials/authorizer.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/redis/make_client.hpp"

namespace tollgate::app {

/// What all clients of the store that replicas share have in common (`quotas.store`); thread-safe
/// once it is made, and it outlives them.
class SharedStore {
 public:
  /// Null: the configuration counts locally. `threads`: the workers and the control plane. Error
  /// invalid_input: a file of certificates cannot be used.
  static Result<std::unique_ptr<SharedStore>> make(const config::Config& config,
                                                   const credentials::TokenParts& tokens,
                                                   std::size_t threads);

  /// The client of the thread with that number.
  std::unique_ptr<redis::ConnectedClient> client(boost::asio::any_io_executor executor,
                                                 net::DeadlineSweep& sweep,
                                                 telemetry::WorkerMetrics& metrics,
                                                 std::size_t number);

  const config::RedisStore& settings() const { return settings_; }
  const redis::Health& health() const { return health_; }
  telemetry::StoreGauges gauges() const;

 private:
  SharedStore(config::RedisStore settings, std::size_t threads);

  const config::RedisStore settings_;
  std::optional<net::ClientTls> tls_;
  std::shared_ptr<credentials::TokenSource> tokens_;
  redis::Health health_;
};

}  // namespace tollgate::app
