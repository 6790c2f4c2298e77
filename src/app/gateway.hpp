// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <future>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/thread_pool.hpp>

#include "audit_trail.hpp"
#include "control_plane.hpp"
#include "cost_keeping.hpp"
#include "delivery_set.hpp"
#include "generation.hpp"
#include "ledger_watch.hpp"
#include "quota_keeping.hpp"
#include "reload_status.hpp"
#include "shared_parts.hpp"
#include "tollgate/admin/admin_server.hpp"
#include "tollgate/followup/follower.hpp"
#include "worker.hpp"

namespace tollgate::app {

/// The whole gateway: the composition root. make() builds everything in order, stop() takes it down
/// in order.
class Gateway {
 public:
  /// Errors: invalid_input (files, addresses), storage (the ledger is locked or unusable).
  static Result<std::unique_ptr<Gateway>> make(config::Config config);
  ~Gateway();

  void start();
  /// Drains: no new connections, exchanges in progress may finish within `grace`, then they are
  /// ended; every record reaches the ledger, and the exporter gets a last chance.
  void stop(milliseconds grace);

  /// Brings another configuration into force: every request that comes after the return is served
  /// by it, those in progress finish on theirs, no connection is closed. Returns the settings that
  /// wait for a restart and keep their old values until then. Error invalid_input: a file of
  /// certificates or a key cannot be used; nothing has changed. Between start() and stop(), from
  /// one thread at a time that is none of the gateway's.
  Result<std::vector<std::string>> reload(config::Config next);
  /// For readiness and metrics: a configuration could not even be read.
  void note_refused(std::vector<std::string> errors) { reloads_.refused(std::move(errors)); }

  /// The one in force. Not while reload() runs.
  const config::Config& config() const { return current_->config; }
  std::vector<std::uint16_t> ports() const;
  std::uint16_t admin_port() const { return admin_->port(); }
  ledger::Ledger& ledger() { return *parts_->ledger; }

 private:
  explicit Gateway(const config::Config& config);

  Result<void> build(config::Config config);
  Result<void> build_store();
  /// Control thread's words to the store, once nobody reserves there any more.
  void tell_store_the_end();
  Result<void> build_workers();
  void build_follower();
  Result<void> build_admin();
  GenerationParts generation_parts() { return {*control_, board_, token_caches_, *key_caches_}; }
  /// Makes a prepared generation the one in force; control thread. Each worker says when it serves
  /// by it.
  std::vector<std::future<void>> adopt(std::shared_ptr<Generation> next);
  /// Gives up the generations that no exchange uses any more, and looks again as long as there are
  /// others.
  void forget_earlier();
  /// Makes the ledger and the deliveries follow the configuration's exporters. Control thread, or
  /// before it runs.
  void use_exporters(bool all_anew);
  std::vector<followup::BackendAccess> follower_backends() const;
  admin::Readiness readiness() const;
  std::string metrics() const;
  telemetry::LedgerGauges gauges() const;
  bool wait_for_workers(milliseconds limit);

  // In the order of construction; destroyed the other way round.
  ReloadStatus reloads_;
  routing::TargetBoard board_;
  std::unique_ptr<ControlPlane> control_;
  credentials::TokenCaches token_caches_;
  std::unique_ptr<auth::KeyCaches> key_caches_;
  std::unique_ptr<SharedStore> store_;  ///< null: there is none
  std::unique_ptr<SharedParts> parts_;
  std::unique_ptr<redis::ConnectedClient> control_store_;       ///< likewise
  std::unique_ptr<shared_quotas::SharedQuotas> shared_quotas_;  ///< likewise
  boost::asio::thread_pool disk_{1};  ///< for what counts long: see SharedParts::background
  boost::asio::thread_pool lookups_{
      1};  ///< for requests that name an object: nothing else is before them
  /// For deliveries and the follower: what they write, and what they wait for the ledger, holds up
  /// no look-up; several, so that one whose disk hangs does not hold up the others.
  boost::asio::thread_pool delivery_disk_{4};
  /// For the audit trail's deliveries and its check alone: however many of its disks hang, usage is
  /// delivered and operations are followed.
  boost::asio::thread_pool trail_disk_{4};
  std::shared_ptr<Generation> current_;  ///< control thread
  std::vector<std::shared_ptr<Generation>>
      earlier_;  ///< control thread: with exchanges in progress
  std::unique_ptr<boost::asio::steady_timer> forget_;
  std::unique_ptr<DeliverySet> deliveries_;
  std::unique_ptr<CostKeeping> costs_;
  std::unique_ptr<AuditTrail> audit_;
  std::unique_ptr<LedgerWatch> ledger_watch_;
  std::unique_ptr<QuotaKeeping> quotas_;
  std::unique_ptr<followup::Follower> follower_;
  std::unique_ptr<admin::AdminServer> admin_;
  std::vector<std::unique_ptr<Worker>> workers_;
  bool running_ = false;
};

}  // namespace tollgate::app
