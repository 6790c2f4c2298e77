// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "audit_trail.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/post.hpp>

#include "exporters_in_use.hpp"
#include "tollgate/config/all_exporters.hpp"
#include "tollgate/exporters/trail_source.hpp"
#include "tollgate/telemetry/log.hpp"
#include "trail_check.hpp"

namespace tollgate::app {

namespace asio = boost::asio;

namespace {

constexpr milliseconds kCheckEvery{10'000};

/// What an exporter's second delivery is called: that of the rows that say who read the trail.
constexpr std::string_view kAccess = "/access";

bool is_access(const std::string& delivery) { return delivery.ends_with(kAccess); }

std::string exporter_of(const std::string& delivery) {
  return is_access(delivery) ? delivery.substr(0, delivery.size() - kAccess.size()) : delivery;
}

trail::Stream stream_of(const std::string& delivery, bool checkpoints_only) {
  if (is_access(delivery)) return trail::Stream::accesses;
  return checkpoints_only ? trail::Stream::checkpoints : trail::Stream::rows;
}

/// The delivery of the rows that say who read the trail.
config::Exporter access_delivery(config::Exporter exporter) {
  exporter = exporters::for_accesses(std::move(exporter));
  exporter.name += kAccess;
  return exporter;
}

}  // namespace

Result<void> AuditTrail::prepare(const config::Config& config) {
  if (recorder_) return recorder_->use(config);
  if (!config::keeps_exchanges(config)) return {};
  Result<std::unique_ptr<capture::Recorder>> recorder = capture::Recorder::open(config);
  if (!recorder) return recorder.error();
  recorder_ = std::move(*recorder);
  in_use_.store(recorder_.get(), std::memory_order_release);
  return {};
}

/// Not waited for: the store's thread may be busy, and what is asked of it later comes behind this.
void AuditTrail::serve(const std::vector<config::Exporter>& exporters) {
  std::vector<trail::ServedExporter> served_ones;
  served_ones.reserve(exporters.size());
  for (const config::Exporter& exporter : exporters)
    served_ones.push_back({exporter.name, exporter.checkpoints_only});
  asio::post(recorder_->executor(), [recorder = recorder_.get(), served_ones] {
    const Result<void> served = recorder->store().serve_exporters(served_ones);
    if (!served)
      telemetry::log::error("audit.exporters_not_served", {{"detail", served.error().message}});
  });
}

/// Whoever removes the key may not know that it ends the proof.
void AuditTrail::warn_of_checkpoints(const config::AuditCheckpoints& settings) {
  if (!settings.key.empty()) return;
  asio::post(recorder_->executor(), [recorder = recorder_.get()] {
    const Result<trail::StoreStats> stats = recorder->store().stats();
    if (!stats || !stats->holds_proved) return;
    telemetry::log::warn("audit.checkpoints_ended",
                         {{"detail",
                           "audit.checkpoints.key is not set, and the trail has checkpoints: "
                           "nothing that comes from now on can be proved"}});
  });
}

std::optional<ledger::ExporterTerms> AuditTrail::check_terms() const {
  if (!recorder_) return std::nullopt;
  return ledger::ExporterTerms{ledger::kTrailCheck, false, false};
}

void AuditTrail::start() {
  deliveries_.start();
  check_.start();
}

void AuditTrail::use(const config::Config& config, const exporters::ExporterParts& parts,
                     bool all_anew) {
  if (!recorder_) return;
  serve(config.audit.exporters);
  warn_of_checkpoints(config.audit.checkpoints);
  check_.use(exporters::make_delivery(
      ledger::kTrailCheck, kCheckEvery, make_trail_check(*recorder_, config.audit),
      exporters::make_record_source(ledger_, ledger::kTrailCheck, kTrailCheckAfter),
      {control_.get_executor(), recorder_->executor(), disk_}));
  std::vector<config::Exporter> wanted;
  for (const config::Exporter& exporter : config.audit.exporters) {
    wanted.push_back(exporter);
    if (!exporter.checkpoints_only) wanted.push_back(access_delivery(exporter));
  }
  // An exporter of the ledger may have the same name, and other certificates.
  exporters::ExporterParts own = parts;
  own.rows_have_content = true;
  own.transport = [&parts](const std::string& delivery) -> http::Transport& {
    return parts.transport(audit_transport(exporter_of(delivery)));
  };
  deliveries_.use(wanted, all_anew, [&](const config::Exporter& exporter) {
    const trail::Stream stream = stream_of(exporter.name, exporter.checkpoints_only);
    return exporters::make_delivery(
        config::audit_exporter_name(exporter.name), exporter.flush_interval(),
        exporters::make_exporter(exporter, own),
        exporters::make_trail_source(recorder_->store(), stream, exporter_of(exporter.name)),
        {control_.get_executor(), disk_, recorder_->executor()});
  });
}

void AuditTrail::stop(milliseconds patience) {
  if (!recorder_) return;
  recorder_->finish(patience);
  asio::post(control_, [this] {
    deliveries_.stop();
    check_.stop();
  });
  deliveries_.wait_for(seconds(1));
  check_.wait_for(seconds(1));
  recorder_->stop();
}

std::vector<std::string> AuditTrail::problems() const {
  std::vector<std::string> out;
  const capture::Recorder* const recorder = this->recorder();
  if (recorder == nullptr) return out;
  const capture::RecorderStatus status = recorder->status();
  if (!status.problem.empty()) out.push_back("audit: " + status.problem);
  if (!status.redactor_problem.empty())
    out.push_back("audit: the external redactor fails: " + status.redactor_problem);
  if (!status.store.problem.empty()) out.push_back("audit: " + status.store.problem);
  add_problems(deliveries_.status(), "delivery of the audit trail", out);
  return out;
}

std::optional<telemetry::AuditGauges> AuditTrail::gauges() const {
  const capture::Recorder* const recorder = this->recorder();
  if (recorder == nullptr) return std::nullopt;
  const capture::RecorderStatus status = recorder->status();
  telemetry::AuditGauges out;
  out.exchanges = status.exchanges;
  out.waiting = status.waiting;
  out.lost = status.lost;
  out.failures = status.failures;
  out.unexamined = status.unexamined;
  out.held_bytes = status.held;
  out.database_bytes = status.store.bytes;
  out.rows = static_cast<std::uint64_t>(status.store.last_sequence);
  out.damaged_rows = status.store.damaged_rows;
  out.damaged_keys = status.store.damaged_keys;
  // The last checkpoint itself is covered by the next one.
  const std::int64_t checkpoint = status.store.proved_to == 0 ? 0 : 1;
  out.unproved = static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, status.store.last_sequence - status.store.proved_to - checkpoint));
  for (const NamedDelivery& delivery : deliveries_.status()) {
    telemetry::ExporterGauges& one = out.exporters.emplace_back();
    one.exporter = delivery.exporter;
    one.delivered = delivery.status.delivered;
    one.failures = delivery.status.failures;
    one.consecutive_failures = delivery.status.consecutive_failures;
    one.alarm = delivery.status.alarm;
    for (const trail::StreamProgress& progress : status.store.exporters) {
      if (!progress.active || progress.exporter != exporter_of(delivery.exporter) ||
          is_access(delivery.exporter) != (progress.stream == trail::Stream::accesses))
        continue;
      one.backlog = progress.backlog + progress.retrying;
      one.quarantined = progress.quarantined;
      if (progress.oldest)
        one.oldest_seconds =
            std::chrono::duration<double>(std::chrono::system_clock::now() - *progress.oldest)
                .count();
    }
  }
  return out;
}

}  // namespace tollgate::app
