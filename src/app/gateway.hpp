// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "control_plane.hpp"
#include "shared_parts.hpp"
#include "tollgate/admin/admin_server.hpp"
#include "tollgate/exporters/delivery.hpp"
#include "tollgate/followup/follower.hpp"
#include "worker.hpp"

namespace tollgate::app {

/// The whole gateway: the composition root. make() builds everything in order, stop() takes it down in order.
class Gateway {
 public:
  /// Errors: invalid_input (files, addresses), storage (the ledger is locked or unusable).
  static Result<std::unique_ptr<Gateway>> make(config::Config config);
  ~Gateway();

  void start();
  /// Drains: no new connections, exchanges in progress may finish within `grace`, then they are ended; every
  /// record reaches the ledger, and the exporter gets a last chance.
  void stop(milliseconds grace);

  const config::Config& config() const { return config_; }
  std::vector<std::uint16_t> ports() const;
  std::uint16_t admin_port() const { return admin_->port(); }
  ledger::Ledger& ledger() { return *parts_->ledger; }

 private:
  explicit Gateway(config::Config config);

  Result<void> build();
  Result<std::vector<BackendParts>> make_backends();
  Result<std::vector<std::optional<net::ServerTls>>> make_listener_tls() const;
  Result<void> build_workers();
  void build_delivery();
  void build_follower();
  Result<void> build_admin();
  admin::Readiness readiness() const;
  std::string metrics() const;
  telemetry::DeliveryGauges gauges() const;
  bool wait_for_workers(milliseconds limit);

  // In the order of construction; destroyed the other way round.
  config::Config config_;
  routing::TargetBoard board_;
  std::unique_ptr<ControlPlane> control_;
  credentials::TokenCaches token_caches_;
  std::unique_ptr<SharedParts> parts_;
  boost::asio::thread_pool disk_{1};
  std::shared_ptr<credentials::TokenSource> monitor_tokens_;
  std::unique_ptr<exporters::Delivery> delivery_;
  std::future<void> delivery_done_;
  std::unique_ptr<followup::Follower> follower_;
  std::unique_ptr<admin::AdminServer> admin_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool running_ = false;
};

}  // namespace tollgate::app
