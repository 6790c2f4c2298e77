// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gateway.hpp"

#include <algorithm>
#include <exception>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/packaged_task.hpp>
#include <boost/asio/post.hpp>

#include "descriptors.hpp"
#include "routing_status.hpp"
#include "tollgate/config/restart.hpp"
#include "tollgate/config/worker_count.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/operations/operation.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kAbortTime{3'000};
/// For what the audit trail has not stored yet when the last exchange has ended.
constexpr milliseconds kAuditTime{10'000};
/// How often it is looked whether the last exchange of an earlier configuration has ended.
constexpr milliseconds kForgetEvery{200};
/// A worker takes on a configuration between two events: this long only when something is very
/// wrong.
constexpr seconds kAdoptTime{10};

/// Strangers' connections must not take the descriptors that backends and the ledger need.
void bound_connections(config::Config& config) {
  const std::size_t wanted = config.limits.connections;
  config.limits.connections = connections_within(wanted, descriptor_limit());
  if (config.limits.connections == wanted) return;
  telemetry::log::warn("gateway.few_descriptors", {{"limits.connections", wanted},
                                                   {"connections", config.limits.connections},
                                                   {"descriptors", descriptor_limit()}});
}

Result<void> wait_for_adoption(std::future<std::vector<std::future<void>>>& adopted) {
  try {
    for (const std::future<void>& worker : adopted.get()) {
      // It will still take the configuration on, and in order; but nobody could say when.
      if (worker.wait_for(kAdoptTime) == std::future_status::ready) continue;
      telemetry::log::error("config.worker_late");
    }
    return {};
  } catch (const std::exception& exception) {
    return Error{Errc::internal, exception.what()};
  }
}

std::uint64_t largest_backlog(const ledger::LedgerStats& stats) {
  std::uint64_t out = 0;
  for (const ledger::ExporterProgress& exporter : stats.exporters) {
    if (exporter.active) out = std::max(out, exporter.backlog);
  }
  return out;
}

}  // namespace

Gateway::Gateway(const config::Config& config)
    : reloads_(std::chrono::system_clock::now()), board_(config.retry_budget) {}

Gateway::~Gateway() {
  if (!running_) return;
  try {
    stop(milliseconds(0));
  } catch (const std::exception& exception) {
    telemetry::log::error("gateway.stop_failed", {{"detail", exception.what()}});
  }
}

Result<std::unique_ptr<Gateway>> Gateway::make(config::Config config) {
  bound_connections(config);
  std::unique_ptr<Gateway> gateway(new Gateway(config));
  const Result<void> built = gateway->build(std::move(config));
  if (!built) return built.error();
  return gateway;
}

Result<void> Gateway::build(config::Config config) {
  Result<std::unique_ptr<ControlPlane>> control = ControlPlane::make(config);
  if (!control) return control.error();
  control_ = std::move(*control);
  key_caches_ =
      std::make_unique<auth::KeyCaches>(control_->identity_transport(), control_->executor());
  Result<std::shared_ptr<Generation>> first =
      Generation::prepare(std::move(config), 1, generation_parts());
  if (!first) return first.error();
  current_ = std::move(*first);

  // The ledger comes late among what can fail: opening it recovers an earlier run's records.
  const unsigned workers = config::worker_count(current_->config);
  Result<std::unique_ptr<ledger::Ledger>> ledger =
      ledger::Ledger::open(current_->config.ledger, workers, std::chrono::system_clock::now());
  if (!ledger) return ledger.error();
  auto objects = std::make_unique<ledger::ObjectDirectory>(**ledger, lookups_.get_executor());
  parts_.reset(new SharedParts{board_, std::move(*ledger), std::move(objects),
                               telemetry::Metrics(workers + 1, operations::genai_name),
                               disk_.get_executor()});

  const Result<void> stored = build_store();
  if (!stored) return stored.error();
  current_->complete(generation_parts());
  current_->control_tls.reset();  // the control plane has been made with its own
  forget_ = std::make_unique<asio::steady_timer>(control_->context());
  deliveries_ = std::make_unique<DeliverySet>(control_->context());
  costs_.reset(new CostKeeping(
      {control_->context(), delivery_disk_.get_executor(), *parts_->ledger, current_->config}));
  audit_ = std::make_unique<AuditTrail>(control_->context(), trail_disk_.get_executor(),
                                        *parts_->ledger);
  const Result<void> audited = audit_->prepare(current_->config);
  if (!audited) return audited.error();
  parts_->recorder = audit_->recorder();
  quotas_ = std::make_unique<QuotaKeeping>(control_->context(), delivery_disk_.get_executor(),
                                           parts_->quotas, *parts_->ledger, shared_quotas_.get());
  use_exporters(true);
  ledger_watch_ = std::make_unique<LedgerWatch>(control_->context(), *parts_->ledger);
  quotas_->begin(current_->config);
  build_follower();
  const Result<void> admin = build_admin();
  if (!admin) return admin;
  return build_workers();
}

void Gateway::use_exporters(bool all_anew) {
  const config::Config& config = current_->config;
  std::vector<ledger::ExporterTerms> terms;
  for (const config::Exporter& exporter : config.exporters) {
    terms.push_back({exporter.name, exporter.required, exporter.from_beginning});
  }
  if (const auto check = audit_->check_terms()) terms.push_back(*check);
  const Result<void> served = parts_->ledger->serve_exporters(terms);
  if (!served) {
    telemetry::log::error("ledger.exporters_not_served", {{"detail", served.error().message}});
  }
  const exporters::ExporterParts parts{
      [this](const std::string& name) -> http::Transport& {
        return control_->exporter_transport(name);
      },
      {config.identity, control_->identity_transport(), control_->executor(), token_caches_},
      config.gateway.name};
  deliveries_->use(config.exporters, all_anew, [&](const config::Exporter& exporter) {
    return exporters::make_delivery(
        exporter.name, exporter.flush_interval(), exporters::make_exporter(exporter, parts),
        exporters::make_record_source(*parts_->ledger, exporter.name),
        {control_->executor(), delivery_disk_.get_executor(), delivery_disk_.get_executor()});
  });
  costs_->use(config, current_->pricer, parts, all_anew);
  quotas_->refusals().use(config, parts, all_anew);
  audit_->use(config, parts, all_anew);
}

std::vector<followup::BackendAccess> Gateway::follower_backends() const {
  std::vector<followup::BackendAccess> out;
  for (std::size_t i = 0; i < current_->backends.size(); ++i) {
    const config::Backend& backend = current_->config.backends[i];
    out.push_back({backend.name, backend.endpoint, *current_->backends[i].transport,
                   *current_->backends[i].authorizer, current_});
  }
  return out;
}

void Gateway::build_follower() {
  const unsigned control = config::worker_count(current_->config);  // the metrics' last place
  follower_ = followup::make_follower(
      {*parts_->ledger, parts_->metrics.worker(control), follower_backends(), control_->executor(),
       delivery_disk_.get_executor(), current_->pricer, parts_->recorder, &parts_->quotas});
  parts_->follower = follower_.get();
}

Result<void> Gateway::build_workers() {
  for (unsigned i = 0; i < config::worker_count(current_->config); ++i) {
    Result<std::unique_ptr<Worker>> worker = Worker::make(*parts_, current_, i, ports());
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
  deliveries_->start();
  costs_->start();
  quotas_->refusals().start();
  audit_->start();
  asio::co_spawn(control_->context(), follower_->run(), asio::detached);
  asio::post(control_->context(), [this] {
    admin_->start();
    ledger_watch_->start();
    quotas_->start();
    if (control_store_) control_store_->start();
    if (shared_quotas_) shared_quotas_->start();
  });
  for (const auto& worker : workers_) worker->start();
  telemetry::log::info("gateway.started",
                       {{"gateway", current_->config.gateway.name},
                        {"workers", workers_.size()},
                        {"interrupted_records", parts_->ledger->stats().interrupted}});
}

Result<std::vector<std::string>> Gateway::reload(config::Config next) {
  bound_connections(next);
  std::vector<std::string> waiting = config::keep_until_restart(current_->config, next);
  Result<std::shared_ptr<Generation>> prepared =
      Generation::prepare(std::move(next), current_->number + 1, generation_parts());
  if (!prepared) return prepared.error();
  const Result<void> audited = audit_->prepare((*prepared)->config);
  if (!audited) return audited.error();
  parts_->recorder = audit_->recorder();
  std::packaged_task<std::vector<std::future<void>>()> task(
      [this, generation = std::move(*prepared)] { return adopt(generation); });
  auto adopted = asio::post(control_->context(), std::move(task));
  const Result<void> in_force = wait_for_adoption(adopted);
  if (!in_force) return in_force.error();
  parts_->ledger->change_limits(current_->config.ledger);
  reloads_.applied(std::chrono::system_clock::now(), waiting);
  return waiting;
}

std::vector<std::future<void>> Gateway::adopt(std::shared_ptr<Generation> next) {
  const config::Config& before = current_->config;
  // Exporters prove themselves by the one, and may name what they write by the other.
  const bool same_to_exporters =
      before.identity == next->config.identity && before.gateway.name == next->config.gateway.name;
  next->complete(generation_parts());  // first: nothing has changed if it should throw
  control_->use(std::move(*next->control_tls));
  next->control_tls.reset();
  board_.change_budget(next->config.retry_budget);
  earlier_.push_back(std::exchange(current_, std::move(next)));
  use_exporters(!same_to_exporters);
  quotas_->use(current_->config);
  follower_->use(follower_backends(), current_->pricer, parts_->recorder);
  std::vector<std::future<void>> adopted;
  for (const auto& worker : workers_) adopted.push_back(worker->use(current_));
  forget_earlier();
  return adopted;
}

void Gateway::forget_earlier() {
  std::erase_if(earlier_, [](const auto& generation) { return generation.use_count() == 1; });
  if (earlier_.empty()) return;
  forget_->expires_after(kForgetEvery);
  forget_->async_wait([this](const boost::system::error_code& error) {
    if (!error) forget_earlier();
  });
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
  asio::post(control_->context(), [this] {
    deliveries_->stop();
    costs_->stop();
    quotas_->refusals().stop();
  });
  audit_->stop(kAuditTime);
  deliveries_->wait_for(seconds(1));
  costs_->wait_for(seconds(1));
  quotas_->refusals().wait_for(seconds(1));
  tell_store_the_end();
  asio::post(control_->context(), [this] {
    follower_->stop();
    ledger_watch_->stop();
    quotas_->stop();
    key_caches_->stop();
    forget_->cancel();
    admin_->stop();
    if (control_store_) control_store_->stop();
  });
  control_->stop();
  disk_.join();
  lookups_.join();
  delivery_disk_.join();
  quotas_->refusals().finish();
  trail_disk_.join();
  telemetry::log::info("gateway.stopped",
                       {{"undelivered_records", largest_backlog(parts_->ledger->stats())}});
}

admin::Readiness Gateway::readiness() const {
  admin::Readiness out;
  if (!current_->authenticator->ready()) {
    out.ready = false;
    out.problems.push_back("Entra signing keys could not be fetched yet");
  }
  const ledger::LedgerStats stats = parts_->ledger->stats();
  if (!stats.problem.empty()) out.problems.push_back("ledger: " + stats.problem);
  if (!stats.losses.empty())
    out.problems.push_back("ledger: losses that nobody has acknowledged: " +
                           std::to_string(stats.losses.size()) + "; " + stats.losses.front());
  if (!stats.database_faults.empty())
    out.problems.push_back("ledger: the database is damaged, faults found: " +
                           std::to_string(stats.database_faults.size()) + "; " +
                           stats.database_faults.front());
  if (stats.broken || stats.full)
    out.ready = out.ready && current_->config.ledger.serves_unrecorded();
  add_problems(deliveries_->status(), "delivery", out.problems);
  for (const ledger::ExporterProgress& progress : stats.exporters) {
    if (progress.quarantined == 0) continue;
    out.problems.push_back("records that the destination of " + progress.exporter +
                           " refuses: " + std::to_string(progress.quarantined) +
                           "; tollgate deliveries shows them");
  }
  if (store_) {
    for (std::string& problem : store_->health().problems())
      out.problems.push_back(std::move(problem));
    out.ready = out.ready && shared_quotas_->ready(std::chrono::steady_clock::now());
  }
  for (std::string& problem : costs_->problems()) out.problems.push_back(std::move(problem));
  for (std::string& one : quotas_->problems()) out.problems.push_back(std::move(one));
  for (std::string& problem : audit_->problems()) out.problems.push_back(std::move(problem));
  const SteadyTime now = std::chrono::steady_clock::now();
  for (std::string& problem : routing_problems(*current_->routes, board_, now))
    out.problems.push_back(std::move(problem));
  const auto& certificates = current_->certificates;
  for (std::string& problem : validity_problems(certificates, std::chrono::system_clock::now()))
    out.problems.push_back(std::move(problem));
  for (std::string& problem : reloads_.problems()) out.problems.push_back(std::move(problem));
  out.models = usable_models(*current_->routes, board_, now);
  return out;
}

std::string Gateway::metrics() const {
  telemetry::ConfigGauges config = reloads_.gauges();
  config.generations = earlier_.size() + 1;
  config.certificates =
      certificate_gauges(current_->certificates, std::chrono::system_clock::now());
  return parts_->metrics.render(
      gauges(), routing_gauges(board_, std::chrono::steady_clock::now()), config, audit_->gauges(),
      quotas_->gauges(quotas::Moment::now()),
      store_ ? std::optional(quotas_->with_limits(store_->gauges())) : std::nullopt);
}

}  // namespace tollgate::app
