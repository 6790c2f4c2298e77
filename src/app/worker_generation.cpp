// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "worker_generation.hpp"

#include <utility>

namespace tollgate::app {
namespace {

upstream::Upstream make_upstream(Generation& generation, net::DeadlineSweep& sweep) {
  std::vector<upstream::Upstream::BackendLink> links;
  for (std::size_t i = 0; i < generation.backends.size(); ++i) {
    BackendParts& backend = generation.backends[i];
    links.push_back({std::make_unique<upstream::ConnectionPool>(generation.config.backends[i],
                                                                backend.tls, sweep),
                     backend.authorizer.get()});
  }
  return {std::move(links), upstream::FieldFilter(generation.config.authentication)};
}

std::vector<listener::Reception> make_receptions(const Generation& generation) {
  std::vector<listener::Reception> out;
  for (std::size_t i = 0; i < generation.config.listeners.size(); ++i) {
    const std::optional<net::ServerTls>& tls = generation.listener_tls[i];
    const config::Listener& settings = generation.config.listeners[i];
    out.push_back({tls ? &*tls : nullptr,
                   listener::proxy_trust(settings),
                   {settings.health_path, http::CorsPolicy(settings.cors_origins)}});
  }
  return out;
}

}  // namespace

WorkerGeneration::WorkerGeneration(std::shared_ptr<Generation> generation, SharedParts& parts,
                                   unsigned worker, net::DeadlineSweep& sweep,
                                   std::shared_ptr<redis::Client> store,
                                   shared_quotas::StoreWorker* shared_limits)
    : generation_(std::move(generation)),
      store_(std::move(store)),
      upstream_(make_upstream(*generation_, sweep)),
      journal_failures_(parts.metrics.worker(worker), generation_->config.ledger),
      pipeline_({generation_->config, *generation_->authenticator, *generation_->routes,
                 parts.board, upstream_, parts.ledger->journal(worker), *parts.objects,
                 parts.metrics.worker(worker), journal_failures_, parts.memory, parts.connections,
                 parts.background, parts.follower, parts.recorder, generation_->pricer.get(),
                 &parts.quotas, store_.get(), shared_limits, generation_->seals.get()}),
      for_listeners_{generation_->number, generation_->config.limits, pipeline_,
                     make_receptions(*generation_)} {
  parts.memory.change_limit(generation_->config.limits.memory);
  parts.connections.change_limit(generation_->config.limits.connections);
}

upstream::PoolCounters WorkerGeneration::connections() const {
  upstream::PoolCounters sum;
  for (const auto& link : upstream_.links()) sum += link.pool->counters();
  return sum;
}

}  // namespace tollgate::app
