// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/unpriced.hpp"

#include "tollgate/telemetry/log.hpp"

namespace tollgate::followup {

void note_unpriced(const usage::UsageRecord& record, const pricing::Pricer& pricer,
                   telemetry::WorkerMetrics& metrics) {
  if (!pricing::is_unpriced(record)) return;
  metrics.count_unpriced(record.model);
  if (!pricer.is_to_be_told(record.model)) return;
  telemetry::log::warn("prices.missing", {{"model", record.model},
                                          {"reason", record.cost_reason},
                                          {"backend", record.backend},
                                          {"deployment", record.backend_deployment},
                                          {"sku", record.sku},
                                          {"service_tier", record.service_tier},
                                          {"record_id", record.record_id.to_string()}});
}

}  // namespace tollgate::followup
