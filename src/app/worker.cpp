// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "worker.hpp"

#include <utility>

#include <boost/asio/post.hpp>

#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

/// How often idle backend connections are looked over, and a draining worker looks whether it is done.
constexpr milliseconds kTick{100};

upstream::Upstream make_upstream(SharedParts& parts, net::DeadlineSweep& sweep) {
  std::vector<upstream::Upstream::BackendLink> links;
  for (std::size_t i = 0; i < parts.config.backends.size(); ++i) {
    links.push_back({std::make_unique<upstream::ConnectionPool>(parts.config.backends[i],
                                                                parts.backends[i].tls, sweep),
                     parts.backends[i].authorizer.get()});
  }
  return {std::move(links), upstream::FieldFilter(parts.config.authentication)};
}

}  // namespace

Worker::Worker(SharedParts& parts, unsigned index)
    : parts_(parts),
      index_(index),
      busy_(context_.get_executor()),
      sweep_(context_),
      ticker_(context_),
      upstream_(make_upstream(parts, sweep_)),
      connections_(parts.connections, parts.config.limits.connections),
      pipeline_({parts.config, *parts.authenticator, parts.routes, parts.board, upstream_,
                 parts.ledger->journal(index), *parts.objects, parts.metrics.worker(index),
                 parts.background}) {}

Worker::~Worker() { join(); }

Result<std::unique_ptr<Worker>> Worker::make(SharedParts& parts, unsigned index,
                                             const std::vector<std::uint16_t>& ports) {
  std::unique_ptr<Worker> worker(new Worker(parts, index));
  telemetry::WorkerMetrics& metrics = parts.metrics.worker(index);
  for (std::size_t i = 0; i < parts.config.listeners.size(); ++i) {
    config::Listener settings = parts.config.listeners[i];
    if (i < ports.size()) settings.port = ports[i];
    auto listener = listener::Listener::make(
        worker->context_, settings, parts.listener_tls[i] ? &*parts.listener_tls[i] : nullptr,
        {parts.config.limits, worker->pipeline_, worker->sweep_, worker->connections_, metrics});
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
  tick();
  thread_ = std::thread([this] { run(); });
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
    upstream_.close_idle(std::chrono::steady_clock::now());
    report_upstream();
    if (draining_ && connections_.empty()) {
      sweep_.stop();
      busy_.reset();
      return;
    }
    tick();
  });
}

void Worker::report_upstream() {
  upstream::PoolCounters sum;
  for (const auto& link : upstream_.links()) {
    const upstream::PoolCounters& one = link.pool->counters();
    sum.created += one.created;
    sum.reused += one.reused;
    sum.resumed += one.resumed;
    sum.open += one.open;
  }
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
}

}  // namespace tollgate::app
