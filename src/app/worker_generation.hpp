// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <memory>

#include "generation.hpp"
#include "shared_parts.hpp"
#include "tollgate/listener/listener.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/upstream/upstream.hpp"

namespace tollgate::app {

/// One worker's part of a generation, on that worker's thread only: its backend connections and the
/// pipeline over them. Lives until the last exchange that began with it has ended.
class WorkerGeneration {
 public:
  /// `parts` and `sweep` outlive it. `store`: the worker's; null: there is none.
  WorkerGeneration(std::shared_ptr<Generation> generation, SharedParts& parts, unsigned worker,
                   net::DeadlineSweep& sweep, std::shared_ptr<redis::Client> store,
                   shared_quotas::StoreWorker* shared_limits);
  WorkerGeneration(const WorkerGeneration&) = delete;
  WorkerGeneration& operator=(const WorkerGeneration&) = delete;

  const config::Config& config() const { return generation_->config; }
  upstream::Upstream& upstream() { return upstream_; }
  const listener::Generation& for_listeners() const { return for_listeners_; }
  /// Over all its pools.
  upstream::PoolCounters connections() const;

 private:
  std::shared_ptr<Generation> generation_;
  std::shared_ptr<redis::Client> store_;
  upstream::Upstream upstream_;
  proxy::JournalFailures journal_failures_;
  proxy::RequestPipeline pipeline_;
  listener::Generation for_listeners_;
};

}  // namespace tollgate::app
