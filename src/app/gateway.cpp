// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gateway.hpp"

#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_future.hpp>

#include "routing_status.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

/// What an exporter may still take after the last request: a stop must end.
constexpr milliseconds kLastChance{5'000};
constexpr milliseconds kAbortTime{3'000};

unsigned worker_count(const config::Config& config) {
  if (config.gateway.workers > 0) return config.gateway.workers;
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace

Gateway::Gateway(config::Config config)
    : config_(std::move(config)), board_(config_.retry_budget) {}

Gateway::~Gateway() {
  if (running_) stop(milliseconds(0));
}

Result<std::unique_ptr<Gateway>> Gateway::make(config::Config config) {
  std::unique_ptr<Gateway> gateway(new Gateway(std::move(config)));
  const Result<void> built = gateway->build();
  if (!built) return built.error();
  return gateway;
}

Result<void> Gateway::build() {
  Result<std::unique_ptr<ControlPlane>> control = ControlPlane::make(config_);
  if (!control) return control.error();
  control_ = std::move(*control);

  Result<std::vector<BackendParts>> backends = make_backends();
  if (!backends) return backends.error();
  Result<std::vector<std::optional<net::ServerTls>>> listener_tls = make_listener_tls();
  if (!listener_tls) return listener_tls.error();

  // The ledger comes late among what can fail: opening it recovers an earlier run's records.
  const unsigned workers = worker_count(config_);
  Result<std::unique_ptr<ledger::Ledger>> ledger =
      ledger::Ledger::open(config_.ledger, workers, std::chrono::system_clock::now());
  if (!ledger) return ledger.error();

  auto objects = std::make_unique<ledger::ObjectDirectory>(**ledger, disk_.get_executor());
  parts_.reset(new SharedParts{
      config_, board_, routing::RouteTable(config_, &board_), std::move(*backends),
      std::move(*listener_tls),
      auth::make_authenticator(config_, control_->identity_transport(), control_->executor()),
      std::move(*ledger), std::move(objects), telemetry::Metrics(workers + 1),
      disk_.get_executor()});

  build_delivery();
  build_follower();
  const Result<void> admin = build_admin();
  if (!admin) return admin;
  return build_workers();
}

Result<std::vector<BackendParts>> Gateway::make_backends() {
  std::vector<BackendParts> out;
  const credentials::TokenPlaces places{config_.identity, control_->identity_transport(),
                                        control_->executor(), token_caches_};
  for (const config::Backend& backend : config_.backends) {
    const auto files =
        certificate_files({config_.gateway.ca_certificates, backend.ca_certificates});
    Result<net::ClientTls> tls = net::ClientTls::make(files);
    if (!tls) return tls.error();
    auto transport = control_->make_transport(files);
    if (!transport) return transport.error();
    out.push_back({std::move(*tls),
                   credentials::make_authorizer(backend.credential, backend.scope, places),
                   std::move(*transport)});
  }
  return out;
}

Result<std::vector<std::optional<net::ServerTls>>> Gateway::make_listener_tls() const {
  std::vector<std::optional<net::ServerTls>> out;
  for (const config::Listener& listener : config_.listeners) {
    out.emplace_back();
    if (!listener.tls) continue;
    Result<net::ServerTls> tls = net::ServerTls::make(
        listener.tls->certificate, listener.tls->private_key, listener.tls->client_certificates);
    if (!tls) return tls.error();
    out.back().emplace(std::move(*tls));
  }
  return out;
}

void Gateway::build_delivery() {
  const auto& settings = config_.exporters.azure_monitor;
  if (!settings) return;
  monitor_tokens_ = credentials::make_token_source(
      settings->credential, settings->scope,
      {config_.identity, control_->identity_transport(), control_->executor(), token_caches_});
  delivery_ = exporters::make_azure_monitor_delivery(
      *settings, {*parts_->ledger, control_->monitor_transport(), *monitor_tokens_,
                  control_->executor(), disk_.get_executor()});
}

void Gateway::build_follower() {
  std::vector<followup::BackendAccess> backends;
  for (std::size_t i = 0; i < config_.backends.size(); ++i) {
    backends.push_back({config_.backends[i].name, config_.backends[i].endpoint,
                        *parts_->backends[i].transport, *parts_->backends[i].authorizer});
  }
  const unsigned control = worker_count(config_);  // the metrics' last place
  follower_ =
      followup::make_follower({*parts_->ledger, parts_->metrics.worker(control),
                               std::move(backends), control_->executor(), disk_.get_executor()});
}

Result<void> Gateway::build_admin() {
  Result<std::unique_ptr<admin::AdminServer>> admin = admin::AdminServer::make(
      control_->context(), config_.admin,
      {[this] { return readiness(); }, [this] { return metrics(); },
       [this] { return routes_page(parts_->routes, board_, std::chrono::steady_clock::now()); }});
  if (!admin) return admin.error();
  admin_ = std::move(*admin);
  return {};
}

Result<void> Gateway::build_workers() {
  for (unsigned i = 0; i < worker_count(config_); ++i) {
    Result<std::unique_ptr<Worker>> worker = Worker::make(*parts_, i, ports());
    if (!worker) return worker.error();
    workers_.push_back(std::move(*worker));
  }
  return {};
}

std::vector<std::uint16_t> Gateway::ports() const {
  return workers_.empty() ? std::vector<std::uint16_t>() : workers_.front()->ports();
}

void Gateway::start() {
  running_ = true;
  control_->start();
  if (delivery_) {
    delivery_done_ =
        asio::co_spawn(control_->context(), delivery_->run(kLastChance), asio::use_future);
  }
  asio::co_spawn(control_->context(), follower_->run(), asio::detached);
  asio::post(control_->context(), [this] { admin_->start(); });
  for (const auto& worker : workers_) worker->start();
  telemetry::log::info("gateway.started",
                       {{"gateway", config_.gateway.name},
                        {"workers", workers_.size()},
                        {"interrupted_records", parts_->ledger->stats().interrupted}});
}

bool Gateway::wait_for_workers(milliseconds limit) {
  const SteadyTime until = std::chrono::steady_clock::now() + limit;
  for (const auto& worker : workers_) {
    if (!worker->wait_until(until)) return false;
  }
  return true;
}

void Gateway::stop(milliseconds grace) {
  if (!std::exchange(running_, false)) return;
  telemetry::log::info("gateway.draining");
  for (const auto& worker : workers_) worker->drain();
  if (!wait_for_workers(grace)) {
    for (const auto& worker : workers_) worker->abort();
    wait_for_workers(kAbortTime);
  }
  for (const auto& worker : workers_) worker->join();
  const Result<void> flushed = parts_->ledger->flush();
  if (!flushed) telemetry::log::error("ledger.flush_failed", {{"detail", flushed.error().message}});
  if (delivery_) {
    asio::post(control_->context(), [this] { delivery_->stop(); });
    // The last chance may be in the middle of an upload: what is not acknowledged goes again next time.
    delivery_done_.wait_for(kLastChance + seconds(1));
  }
  asio::post(control_->context(), [this] {
    follower_->stop();
    parts_->authenticator->stop();
    admin_->stop();
  });
  control_->stop();
  disk_.join();
  telemetry::log::info("gateway.stopped", {{"queued_records", parts_->ledger->stats().queued}});
}

admin::Readiness Gateway::readiness() const {
  admin::Readiness out;
  if (!parts_->authenticator->ready()) {
    out.ready = false;
    out.problems.push_back("Entra signing keys could not be fetched yet");
  }
  if (delivery_) {
    const exporters::DeliveryState state = delivery_->state();
    if (state.consecutive_failures > 0) {
      out.problems.push_back("delivery to Azure Monitor fails: " + state.last_error);
    }
  }
  out.models = usable_models(parts_->routes, board_, std::chrono::steady_clock::now());
  return out;
}

std::string Gateway::metrics() const {
  return parts_->metrics.render(gauges(), routing_gauges(board_, std::chrono::steady_clock::now()));
}

telemetry::DeliveryGauges Gateway::gauges() const {
  telemetry::DeliveryGauges out;
  const ledger::LedgerStats stats = parts_->ledger->stats();
  out.queued = stats.queued;
  out.awaiting = stats.awaiting;
  out.delivered = stats.delivered;
  out.quarantined = stats.quarantined;
  out.damaged = stats.damaged;
  out.interrupted = stats.interrupted;
  out.journal_bytes = stats.journal_bytes;
  out.database_bytes = stats.database_bytes;
  if (stats.oldest_queued) {
    out.oldest_queued_seconds =
        std::chrono::duration<double>(std::chrono::system_clock::now() - *stats.oldest_queued)
            .count();
  }
  if (delivery_) {
    const exporters::DeliveryState state = delivery_->state();
    out.export_failures = state.failures;
    out.consecutive_export_failures = state.consecutive_failures;
    out.export_alarm = state.alarm;
  }
  return out;
}

}  // namespace tollgate::app
