// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "worker.hpp"

#include <utility>

#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

/// How often idle backend connections are looked over, and a draining worker looks whether it is
/// done.
constexpr milliseconds kTick{100};
/// Twice a second, as StoreWorker::tick wants it.
constexpr unsigned kTicksOfLimits = 5;

}  // namespace

Worker::Worker(SharedParts& parts, std::shared_ptr<Generation> generation, unsigned index)
    : parts_(parts),
      index_(index),
      connections_(parts.connections),
      busy_(context_.get_executor()),
      sweep_(context_),
      ticker_(context_),
      store_(parts.store == nullptr ? nullptr
                                    : parts.store->client(context_.get_executor(), sweep_,
                                                          parts.metrics.worker(index), index)),
      shared_limits_(parts.shared_quotas == nullptr ? nullptr
                                                    : parts.shared_quotas->make_worker(
                                                          index, *store_, context_.get_executor())),
      current_(std::make_shared<WorkerGeneration>(std::move(generation), parts, index, sweep_,
                                                  store_, shared_limits_.get())),
      for_listeners_(current_, &current_->for_listeners()) {}

Worker::~Worker() { join(); }

Result<std::unique_ptr<Worker>> Worker::make(SharedParts& parts,
                                             std::shared_ptr<Generation> generation, unsigned index,
                                             const std::vector<std::uint16_t>& ports) {
  std::unique_ptr<Worker> worker(new Worker(parts, std::move(generation), index));
  telemetry::WorkerMetrics& metrics = parts.metrics.worker(index);
  const std::vector<config::Listener>& addresses = worker->current_->config().listeners;
  for (std::size_t i = 0; i < addresses.size(); ++i) {
    config::Listener settings = addresses[i];
    if (i < ports.size()) settings.port = ports[i];
    auto listener =
        listener::Listener::make(worker->context_, settings, i,
                                 {worker->for_listeners_, worker->sweep_, worker->connections_,
                                  metrics, worker->handshake_lines_},
                                 ports.empty());
    if (!listener) return listener.error();
    worker->listeners_.push_back(std::move(*listener));
  }
  return worker;
}

std::vector<std::uint16_t> Worker::ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& listener : listeners_) ports.push_back(listener->port());
  return ports;
}

void Worker::start() {
  for (const auto& listener : listeners_) listener->start();
  sweep_.start();
  if (store_) store_->start();
  tick();
  thread_ = std::thread([this] { run(); });
}

std::future<void> Worker::use(std::shared_ptr<Generation> next) {
  std::packaged_task<void()> task([this, next = std::move(next)] { adopt(next); });
  return asio::post(context_, std::move(task));  // which is the task's future
}

void Worker::adopt(std::shared_ptr<Generation> next) {
  auto fresh = std::make_shared<WorkerGeneration>(std::move(next), parts_, index_, sweep_, store_,
                                                  shared_limits_.get());
  for_listeners_ = std::shared_ptr<const listener::Generation>(fresh, &fresh->for_listeners());
  earlier_.push_back(std::exchange(current_, std::move(fresh)));
  forget_earlier();
}

void Worker::forget_earlier() {
  for (const auto& generation : earlier_) generation->upstream().close_idle(SteadyTime::max());
  std::erase_if(earlier_, [this](const std::shared_ptr<WorkerGeneration>& generation) {
    if (generation.use_count() > 1) return false;
    forgotten_ += generation->connections();
    return true;
  });
}

void Worker::run() {
  for (;;) {
    try {
      context_.run();
      ended_.set_value();
      return;
    } catch (const std::exception& exception) {
      // A handler that throws is a bug, but the other connections go on (faults.md R4).
      telemetry::log::error("worker.exception", {{"detail", exception.what()}});
    }
  }
}

void Worker::tick() {
  ticker_.expires_after(kTick);
  ticker_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    current_->upstream().close_idle(std::chrono::steady_clock::now());
    forget_earlier();
    report_upstream();
    if (shared_limits_ && ++ticks_ % kTicksOfLimits == 0)
      shared_limits_->tick(quotas::Moment::now());
    if (draining_ && connections_.empty()) {
      if (store_) store_->stop();
      sweep_.stop();
      busy_.reset();
      return;
    }
    tick();
  });
}

void Worker::report_upstream() {
  upstream::PoolCounters sum = forgotten_;
  sum += current_->connections();
  for (const auto& generation : earlier_) sum += generation->connections();
  parts_.metrics.worker(index_).set_upstream(sum.created, sum.reused, sum.resumed, sum.open);
}

void Worker::drain() {
  asio::post(context_, [this] {
    draining_ = true;
    for (const auto& listener : listeners_) listener->stop();
    connections_.drain();
  });
}

void Worker::abort() {
  asio::post(context_, [this] { connections_.abort(); });
}

bool Worker::wait_until(SteadyTime until) {
  return ended_future_.wait_until(until) == std::future_status::ready;
}

void Worker::join() {
  if (!thread_.joinable()) return;
  if (ended_future_.wait_for(seconds(0)) != std::future_status::ready) context_.stop();
  thread_.join();
  if (store_) store_->stop();  // who is left may not send to a context that ends
}

}  // namespace tollgate::app
