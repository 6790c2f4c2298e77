// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/redis/make_client.hpp"

#include "routed_client.hpp"

namespace tollgate::redis {

std::unique_ptr<ConnectedClient> make_client(const ClientParts& parts) {
  const config::RedisStore& settings = parts.settings;
  const std::string& name = settings.server_name.empty() ? settings.host : settings.server_name;
  const NodeParts nodes{
      parts.executor,
      std::make_shared<SocketDialer>(settings.tls ? parts.tls : nullptr, name, parts.sweep),
      std::make_shared<Login>(settings.user, settings.password, parts.tokens),
      settings.connect_timeout, settings.cluster};
  RoutedClient::Ears ears{
      [&metrics = parts.metrics](std::string_view result, double seconds) {
        metrics.count_store_call(result, seconds);
      },
      [&health = parts.health, index = parts.index](Health::State state, std::string_view why) {
        health.tell(index, state, why);
      },
      [&health = parts.health, allowed = settings.allow_eviction](std::string_view policy) {
        health.tell_eviction(allowed ? std::string_view() : policy);
      }};
  return std::make_unique<RoutedClient>(Address{settings.host, settings.port}, nodes,
                                        settings.timeout, std::move(ears));
}

}  // namespace tollgate::redis
