// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/followup/unpriced.hpp"

#include "tollgate/telemetry/log.hpp"

namespace tollgate::followup {

namespace {

/// Never empty: a price is looked for by it.
std::string_view tier_billed(const usage::UsageRecord& record) {
  const auto tier = pricing::tier_of(record);
  return tier ? to_string(*tier) : std::string_view(record.service_tier);
}

}  // namespace

void note_unpriced(const usage::UsageRecord& record, const pricing::Pricer& pricer,
                   telemetry::WorkerMetrics& metrics) {
  const bool unpriced = pricing::is_unpriced(record);
  if (!unpriced && !pricing::lacks_a_price(record)) return;
  if (unpriced) metrics.count_unpriced(record.model);
  pricing::visit_missing_classes(record, [&](std::string_view price_class) {
    metrics.count_missing_price(price_class, record.model);
  });
  const std::string told = unpriced ? record.model : record.model + " " + record.cost_reason;
  if (!pricer.is_to_be_told(told)) return;
  telemetry::log::warn("prices.missing", {{"model", record.model},
                                          {"reason", record.cost_reason},
                                          {"backend", record.backend},
                                          {"deployment", record.backend_deployment},
                                          {"sku", record.sku},
                                          {"service_tier", tier_billed(record)},
                                          {"record_id", record.record_id.to_string()}});
}

}  // namespace tollgate::followup
