// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "gateway.hpp"

namespace tollgate::app {
namespace {

double seconds_since(UtcTime time) {
  return std::chrono::duration<double>(std::chrono::system_clock::now() - time).count();
}

}  // namespace

telemetry::LedgerGauges Gateway::gauges() const {
  const ledger::LedgerStats stats = parts_->ledger->stats();
  telemetry::LedgerGauges out;
  out.age_seconds = seconds_since(stats.as_of);
  out.records = stats.records;
  out.awaiting = stats.awaiting;
  out.damaged = stats.damaged;
  out.losses = stats.losses.size();
  out.interrupted = stats.interrupted;
  out.database_faults = stats.database_faults.size();
  out.checked_at = stats.checked_at.value_or(UtcTime());
  out.journal_bytes = stats.journal_bytes;
  out.database_bytes = stats.database_bytes;
  out.failures = stats.failures;
  for (const NamedDelivery& delivery : deliveries_->status()) {
    telemetry::ExporterGauges& one = out.exporters.emplace_back();
    one.exporter = delivery.exporter;
    one.delivered = delivery.status.delivered;
    one.failures = delivery.status.failures;
    one.consecutive_failures = delivery.status.consecutive_failures;
    one.alarm = delivery.status.alarm;
    for (const ledger::ExporterProgress& progress : stats.exporters) {
      if (progress.exporter != delivery.exporter) continue;
      one.backlog = progress.backlog + progress.retrying;
      one.quarantined = progress.quarantined;
      one.given_up = progress.given_up;
      if (progress.oldest) one.oldest_seconds = seconds_since(*progress.oldest);
    }
  }
  costs_->add_to(out.exporters, stats.adjustments);
  return out;
}

}  // namespace tollgate::app
