// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "delivery_set.hpp"
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
    out.exporters.emplace_back().exporter = delivery.exporter;
  }
  add_deliveries(deliveries_->status(), stats.exporters, out.exporters);
  costs_->add_to(out.exporters, stats.adjustments);
  quotas_->refusals().add_to(out.exporters, stats.refusals);
  return out;
}

}  // namespace tollgate::app
