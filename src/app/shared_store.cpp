// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "shared_store.hpp"

#include <string>
#include <utility>

#include "tollgate/config/trusted_files.hpp"

namespace tollgate::app {

SharedStore::SharedStore(config::RedisStore settings, std::size_t threads)
    : settings_(std::move(settings)),
      health_(threads, settings_.host + ":" + std::to_string(settings_.port)) {}

Result<std::unique_ptr<SharedStore>> SharedStore::make(const config::Config& config,
                                                       const credentials::TokenParts& tokens,
                                                       std::size_t threads) {
  if (!config.quotas.store) return std::unique_ptr<SharedStore>();
  std::unique_ptr<SharedStore> out(new SharedStore(*config.quotas.store, threads));
  const config::RedisStore& settings = out->settings_;
  if (settings.tls) {
    Result<net::ClientTls> tls =
        net::ClientTls::make(config::trusted_files(config, settings.ca_certificates));
    if (!tls) return tls.error();
    out->tls_.emplace(std::move(*tls));
  }
  if (settings.credential)
    out->tokens_ = credentials::make_token_source(*settings.credential, settings.scope, tokens);
  return out;
}

std::unique_ptr<redis::ConnectedClient> SharedStore::client(boost::asio::any_io_executor executor,
                                                            net::DeadlineSweep& sweep,
                                                            telemetry::WorkerMetrics& metrics,
                                                            std::size_t number) {
  return redis::make_client({std::move(executor), sweep, settings_, tls_ ? &*tls_ : nullptr,
                             tokens_, metrics, health_, number});
}

telemetry::StoreGauges SharedStore::gauges() const {
  const redis::Health::Status status = health_.status();
  return {std::string(redis::to_string(status.state)), status.ready, status.threads};
}

}  // namespace tollgate::app
