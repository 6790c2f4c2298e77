// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "shared_parts.hpp"
#include "tollgate/base/error.hpp"
#include "tollgate/listener/connection_set.hpp"
#include "tollgate/listener/listener.hpp"
#include "tollgate/net/deadline.hpp"
#include "worker_generation.hpp"

namespace tollgate::app {

/// One thread with everything it needs to serve requests by itself: its own io_context, backend
/// connections and journal. Workers share only SharedParts and the Generation, which are immutable
/// or thread-safe.
class Worker {
 public:
  /// Binds its share of every listener. `ports` are those the first worker was given, so that port
  /// 0 means the same port for all. Error invalid_input: an address cannot be bound.
  static Result<std::unique_ptr<Worker>> make(SharedParts& parts,
                                              std::shared_ptr<Generation> generation,
                                              unsigned index,
                                              const std::vector<std::uint16_t>& ports);
  ~Worker();

  void start();
  /// Every request from then on is served on these terms; ready when that is so. Any thread, while
  /// it runs.
  std::future<void> use(std::shared_ptr<Generation> next);
  /// Stops accepting, ends idle connections and lets the others finish their exchange. Any thread.
  void drain();
  /// Ends the exchanges that are left; their records say `interrupted`. Any thread.
  void abort();
  /// Whether the thread has ended by then; it ends once drained and without connections.
  bool wait_until(SteadyTime until);
  /// Waits for the thread; one that still has connections is stopped with them.
  void join();

  std::vector<std::uint16_t> ports() const;

 private:
  Worker(SharedParts& parts, std::shared_ptr<Generation> generation, unsigned index);

  void adopt(std::shared_ptr<Generation> next);
  /// Of earlier generations: closes what idles, gives up what no exchange uses any more.
  void forget_earlier();
  void run();
  void tick();
  void report_upstream();

  SharedParts& parts_;
  unsigned index_;
  /// Before the context: connections that are left when it goes, go with it and say so here.
  listener::ConnectionSet connections_;
  telemetry::log::LineBudget handshake_lines_;
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_;
  net::DeadlineSweep sweep_;
  boost::asio::steady_timer ticker_;
  std::shared_ptr<redis::ConnectedClient> store_;              ///< null: there is none
  std::unique_ptr<shared_quotas::StoreWorker> shared_limits_;  ///< likewise
  std::shared_ptr<WorkerGeneration> current_;
  std::vector<std::shared_ptr<WorkerGeneration>> earlier_;  ///< with exchanges in progress
  upstream::PoolCounters forgotten_;  ///< what generations counted that are gone
  std::shared_ptr<const listener::Generation> for_listeners_;  ///< of current_, and owns it
  std::vector<std::unique_ptr<listener::Listener>> listeners_;
  bool draining_ = false;
  unsigned ticks_ = 0;
  std::promise<void> ended_;
  std::future<void> ended_future_{ended_.get_future()};
  std::thread thread_;
};

}  // namespace tollgate::app
