// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <sstream>
#include <utility>

#include <prometheus/text_serializer.h>

#include "families.hpp"
#include "tollgate/telemetry/error_type.hpp"
#include "tollgate/telemetry/metrics.hpp"

namespace tollgate::telemetry {
namespace {

Labels genai_labels(const SeriesKey& key, GenAiName genai_name) {
  const auto& [client, operation, requested, served] = key;
  return {{"gen_ai_operation_name", std::string(genai_name(operation))},
          {"gen_ai_provider_name", "azure.ai.openai"},
          {"gen_ai_request_model", requested},
          {"gen_ai_response_model", served},
          {"tollgate_client", client},
          {"tollgate_operation", operation}};  // two operations may have one OpenTelemetry name
}

Labels with(Labels labels, const char* name, const char* value) {
  labels.push_back({name, value});
  return labels;
}

Labels model_labels(const SeriesKey& key) {
  return {{"client", std::get<0>(key)},
          {"model", std::get<3>(key)},
          {"operation", std::get<1>(key)},
          {"requested_model", std::get<2>(key)}};
}

/// Of what happened to none there is no sample: series stay few.
void add_if_any(Families& out, const char* name, const char* help, Labels labels,
                std::uint64_t count) {
  if (count != 0) out.counter(name, help, std::move(labels), static_cast<double>(count));
}

void add_speed(Families& out, const Labels& genai, const OperationSeries& series) {
  if (series.first_token.count() != 0) {
    out.histogram("gen_ai_server_time_to_first_token_seconds",
                  "Of streams: from request to the first event.", genai, series.first_token);
  }
  if (series.per_output_token.count() != 0) {
    out.histogram("gen_ai_server_time_per_output_token_seconds",
                  "Of streams: for each token behind the first event.", genai,
                  series.per_output_token);
  }
}

void add_performance(Families& out, const SeriesKey& key, const OperationSeries& series) {
  for (std::size_t i = 0; i < kFinishReasons.size(); ++i) {
    Labels labels = model_labels(key);
    labels.push_back({"reason", std::string(kFinishReasons[i])});
    add_if_any(out, "tollgate_finish_reasons_total", "Answers by how they ended.",
               std::move(labels), series.finish_reasons[i]);
  }
  const Labels labels = model_labels(key);
  add_if_any(out, "tollgate_content_filter_hits_total",
             "Operations whose prompt or answer a content filter stopped.", labels,
             series.filtered);
  add_if_any(out, "tollgate_throttled_attempts_total", "Attempts answered with 429.", labels,
             series.throttled);
  add_if_any(out, "tollgate_other_target_attempts_total",
             "Attempts at another target than the first.", labels, series.other_targets);
}

/// Without an error there is no `error_type`, as OpenTelemetry has it.
void add_durations(Families& out, const Labels& genai, const OperationSeries& series) {
  const char* name = "gen_ai_server_request_duration_seconds";
  const char* help = "From request to the answer's end.";
  out.histogram(name, help, genai, series.duration);
  for (const auto& [type, durations] : series.failed) {
    Labels labels = genai;
    labels.push_back({"error_type", std::string(kErrorTypes[type])});
    out.histogram(name, help, std::move(labels), durations);
  }
}

void add_series(Families& out, const SeriesKey& key, const OperationSeries& series,
                GenAiName genai_name) {
  const Labels labels = genai_labels(key, genai_name);
  const char* usage = "gen_ai_client_token_usage";
  const char* usage_help = "Tokens of an operation, where they are known.";
  out.histogram(usage, usage_help, with(labels, "gen_ai_token_type", "input"), series.input_tokens);
  out.histogram(usage, usage_help, with(labels, "gen_ai_token_type", "output"),
                series.output_tokens);
  add_durations(out, labels, series);
  out.histogram("tollgate_time_to_first_byte_seconds",
                "From request to the first byte sent to the client.", labels, series.first_byte);
  out.histogram("tollgate_gateway_overhead_seconds",
                "The part of the time to first byte that was not the backend's.", labels,
                series.overhead);
  const std::pair<const char*, std::uint64_t> types[] = {{"prompt", series.prompt},
                                                         {"completion", series.completion},
                                                         {"cached_prompt", series.cached},
                                                         {"reasoning", series.reasoning}};
  for (const auto& [type, count] : types) {
    out.counter("tollgate_tokens_total", "Tokens by client, served model and type.",
                with(model_labels(key), "type", type), static_cast<double>(count));
  }
  add_speed(out, labels, series);
  add_performance(out, key, series);
}

void add_traffic(Families& out, const Counters& total) {
  for (const auto& [key, count] : total.requests) {
    const auto& [client, operation, status, outcome] = key;
    out.counter("tollgate_requests_total", "Operations that reached a backend.",
                {{"client", client},
                 {"operation", operation},
                 {"status", std::to_string(status)},
                 {"outcome", outcome}},
                static_cast<double>(count));
  }
  for (const auto& [model, count] : total.unpriced) {
    out.counter("tollgate_unpriced_operations_total",
                "Operations without a price, although the configuration has prices.",
                {{"model", model}}, static_cast<double>(count));
  }
  for (const auto& [label, count] : total.quota_refusals) {
    out.counter("tollgate_quota_refusals_total",
                "Requests that the gateway refused since a limit had nothing for them.",
                {{"client", label.first}, {"limit", label.second}}, static_cast<double>(count));
  }
  for (const auto& [label, count] : total.missing_prices) {
    out.counter("tollgate_missing_prices_total",
                "Operations that used what has no price: their cost is partial, or there is none.",
                {{"class", label.first}, {"model", label.second}}, static_cast<double>(count));
  }
  for (const auto& [status, count] : total.refusals) {
    out.counter("tollgate_refusals_total", "Answers of the gateway's own.",
                {{"status", std::to_string(status)}}, static_cast<double>(count));
  }
  for (const auto& [status, count] : total.head_refusals) {
    out.counter("tollgate_invalid_heads_total", "Requests refused by the head check.",
                {{"status", std::to_string(status)}}, static_cast<double>(count));
  }
  for (const auto& [reason, count] : total.handshake_failures) {
    out.counter("tollgate_tls_handshake_failures_total", "Handshakes of clients that failed.",
                {{"reason", reason}}, static_cast<double>(count));
  }
  out.gauge("tollgate_connections_open", "Client connections.", {},
            static_cast<double>(total.open_connections));
  out.counter("tollgate_connections_refused_total", "Connections over limits.connections.", {},
              static_cast<double>(total.connections_refused));
  for (const auto& [backend, count] : total.credential_refusals) {
    out.counter("tollgate_backend_credential_refusals_total",
                "Attempts at which a backend refused the gateway's own credential.",
                {{"backend", backend}}, static_cast<double>(count));
  }
  out.gauge("tollgate_upstream_connections_open", "Connections to backends.", {},
            static_cast<double>(total.upstream_open));
  out.counter("tollgate_upstream_connections_created_total", "Connections opened to backends.", {},
              static_cast<double>(total.upstream_created));
  out.counter("tollgate_upstream_connections_reused_total", "Requests on a kept-alive connection.",
              {}, static_cast<double>(total.upstream_reused));
  out.counter("tollgate_upstream_tls_resumed_total", "Connections with a resumed TLS session.", {},
              static_cast<double>(total.upstream_resumed));
}

void add_ledger(Families& out, const Counters& total, const LedgerGauges& gauges) {
  out.counter("tollgate_ledger_failures_total", "Operations for which no record could be made.", {},
              static_cast<double>(total.ledger_failures));
  out.gauge("tollgate_ledger_records", "Records that are kept.", {},
            static_cast<double>(gauges.records));
  out.gauge("tollgate_ledger_awaiting_records",
            "Records whose operations still go on at their backends.", {},
            static_cast<double>(gauges.awaiting));
  out.gauge("tollgate_ledger_damaged_entries",
            "Journal entries and records found since start that failed their check sum.", {},
            static_cast<double>(gauges.damaged));
  out.gauge("tollgate_ledger_losses", "Losses, of whatever run, that nobody has acknowledged.", {},
            static_cast<double>(gauges.losses));
  out.gauge("tollgate_ledger_database_faults",
            "Faults that the check in the background has found in the database.", {},
            static_cast<double>(gauges.database_faults));
  out.gauge("tollgate_ledger_checked_timestamp_seconds",
            "When that check last came to its end; 0: not yet.", {},
            std::chrono::duration<double>(gauges.checked_at.time_since_epoch()).count());
  out.gauge("tollgate_ledger_interrupted_records", "Intents that became records at the last start.",
            {}, static_cast<double>(gauges.interrupted));
  out.gauge("tollgate_ledger_journal_bytes", "Size of the journals.", {},
            static_cast<double>(gauges.journal_bytes));
  out.gauge("tollgate_ledger_database_bytes", "Size of the database.", {},
            static_cast<double>(gauges.database_bytes));
  out.counter("tollgate_ledger_ingest_failures_total",
              "Times that the journals could not be moved into the database.", {},
              static_cast<double>(gauges.failures));
  out.gauge("tollgate_ledger_stats_age_seconds",
            "How old these numbers are: they grow old while the database cannot be used.", {},
            gauges.age_seconds);
}

void add_exporter(Families& out, const ExporterGauges& gauges) {
  const Labels labels{{"exporter", gauges.exporter}};
  out.gauge("tollgate_exporter_backlog_records", "Records that the exporter has not got yet.",
            labels, static_cast<double>(gauges.backlog));
  out.gauge("tollgate_exporter_oldest_seconds", "Age of the oldest record of its backlog.", labels,
            gauges.oldest_seconds);
  out.gauge("tollgate_exporter_quarantined_records", "Records that its destination refuses.",
            labels, static_cast<double>(gauges.quarantined));
  out.counter("tollgate_exporter_given_up_records_total",
              "Records that were deleted, or released, before it had got them.", labels,
              static_cast<double>(gauges.given_up));
  out.counter("tollgate_exporter_delivered_records_total",
              "Records that its destination has accepted, those sent again among them.", labels,
              static_cast<double>(gauges.delivered));
  out.counter("tollgate_exporter_failures_total", "Deliveries that failed.", labels,
              static_cast<double>(gauges.failures));
  out.gauge("tollgate_exporter_consecutive_failures", "Failures since the last success.", labels,
            static_cast<double>(gauges.consecutive_failures));
  out.gauge("tollgate_exporter_alarm", "1 when an operator must act (role, rule, stream, disk).",
            labels, gauges.alarm ? 1 : 0);
}

void add_audit(Families& out, const AuditGauges& gauges) {
  out.counter("tollgate_audit_exchanges_total", "Exchanges that the audit trail has stored.", {},
              static_cast<double>(gauges.exchanges));
  out.gauge("tollgate_audit_waiting_exchanges", "Exchanges that are not stored yet.", {},
            static_cast<double>(gauges.waiting));
  out.counter("tollgate_audit_lost_total",
              "Exchanges whose content is lost for want of memory or room.", {},
              static_cast<double>(gauges.lost));
  out.counter("tollgate_audit_unexamined_total",
              "Exchanges that the external redactor should have seen and did not.", {},
              static_cast<double>(gauges.unexamined));
  out.counter("tollgate_audit_failures_total", "Times that the trail could not be written.", {},
              static_cast<double>(gauges.failures));
  out.gauge("tollgate_audit_held_bytes", "Content in memory (audit.memory).", {},
            static_cast<double>(gauges.held_bytes));
  out.gauge("tollgate_audit_database_bytes", "Size of the trail's database.", {},
            static_cast<double>(gauges.database_bytes));
  out.gauge("tollgate_audit_last_sequence", "The number of the trail's last row.", {},
            static_cast<double>(gauges.rows));
  out.gauge("tollgate_audit_unproved_rows", "Rows that no checkpoint covers yet.", {},
            static_cast<double>(gauges.unproved));
  out.gauge("tollgate_audit_damaged_rows",
            "Rows that deliveries found damaged, wholly or in their content.", {},
            static_cast<double>(gauges.damaged_rows));
  out.gauge("tollgate_audit_damaged_keys", "Data keys that nobody erased and nobody can unwrap.",
            {}, static_cast<double>(gauges.damaged_keys));
  for (const ExporterGauges& one : gauges.exporters) {
    const Labels labels{{"exporter", one.exporter}};
    out.gauge("tollgate_audit_backlog_rows", "Rows that the exporter has not got yet.", labels,
              static_cast<double>(one.backlog));
    out.gauge("tollgate_audit_oldest_seconds", "Age of the oldest row of its backlog.", labels,
              one.oldest_seconds);
    out.gauge("tollgate_audit_quarantined_rows", "Rows that its destination refuses.", labels,
              static_cast<double>(one.quarantined));
    out.counter("tollgate_audit_delivered_rows_total",
                "Rows that its destination has accepted, those sent again among them.", labels,
                static_cast<double>(one.delivered));
    out.counter("tollgate_audit_delivery_failures_total", "Deliveries that failed.", labels,
                static_cast<double>(one.failures));
    out.gauge("tollgate_audit_delivery_alarm", "1 when an operator must act.", labels,
              one.alarm ? 1 : 0);
  }
}

void add_target(Families& out, const TargetGauges& target) {
  const Labels labels{{"backend", target.backend}, {"deployment", target.deployment}};
  out.counter("tollgate_target_attempts_total", "Attempts at a target.", labels,
              static_cast<double>(target.attempts));
  const char* failures = "tollgate_target_failures_total";
  const char* failures_help = "Attempts that were throttled, failed or broke off.";
  out.counter(failures, failures_help, with(labels, "cause", "throttled"),
              static_cast<double>(target.throttled));
  out.counter(failures, failures_help, with(labels, "cause", "failing"),
              static_cast<double>(target.failed));
  const char* rests = "tollgate_target_rests_total";
  const char* rests_help = "How often a target was sent to rest.";
  out.counter(rests, rests_help, with(labels, "cause", "throttled"),
              static_cast<double>(target.rests_throttled));
  out.counter(rests, rests_help, with(labels, "cause", "failing"),
              static_cast<double>(target.rests_failing));
  out.gauge("tollgate_target_pending", "Exchanges under way at a target.", labels,
            static_cast<double>(target.pending));
  for (const char* state : {"serving", "resting", "probing"}) {
    out.gauge("tollgate_target_state", "1 for the state that a target is in.",
              with(labels, "state", state), target.state == state ? 1 : 0);
  }
}

void add_routing(Families& out, const RoutingGauges& gauges) {
  for (const TargetGauges& target : gauges.targets) add_target(out, target);
  out.counter("tollgate_retries_total", "Attempts at another target than the first.", {},
              static_cast<double>(gauges.retries));
  out.counter("tollgate_retries_refused_total", "Such attempts that the retry budget refused.", {},
              static_cast<double>(gauges.retries_refused));
}

void add_config(Families& out, const ConfigGauges& gauges) {
  out.counter("tollgate_config_reloads_total", "Configurations loaded since start.", {},
              static_cast<double>(gauges.reloads));
  out.counter("tollgate_config_reload_failures_total", "Configurations refused since start.", {},
              static_cast<double>(gauges.failures));
  out.gauge("tollgate_config_last_reload_successful",
            "0 while the files hold a configuration that was refused.", {},
            gauges.last_successful ? 1 : 0);
  out.gauge("tollgate_config_loaded_timestamp_seconds", "When the one in force was loaded.", {},
            std::chrono::duration<double>(gauges.loaded_at.time_since_epoch()).count());
  out.gauge("tollgate_config_settings_waiting", "Settings that take effect at restart.", {},
            static_cast<double>(gauges.waiting));
  out.gauge("tollgate_config_generations", "Configurations that exchanges still use.", {},
            static_cast<double>(gauges.generations));
  for (const CertificateGauges& certificate : gauges.certificates) {
    out.gauge("tollgate_certificate_expiry_seconds",
              "Until a listener's certificate expires; negative once it has.",
              {{"listener", certificate.listener}}, certificate.expires_in_seconds);
  }
}

void add_quota(Families& out, const QuotaGauges& limit) {
  const Labels labels{{"limit", limit.limit}};
  out.gauge("tollgate_quota_amount", "What a limit gives.", labels, limit.amount);
  out.gauge("tollgate_quota_used", "What was used of it.", labels, limit.used);
  out.gauge("tollgate_quota_reserved", "What may still be used.", labels, limit.reserved);
  out.gauge("tollgate_quota_restored", "0: earlier use is not known.", labels, limit.held ? 0 : 1);
  out.gauge("tollgate_quota_overshoot", "Used beyond it.", labels, limit.overshoot);
  out.counter("tollgate_quota_shadow_hits_total", "What a shadow would have refused.", labels,
              static_cast<double>(limit.shadow_hits));
  if (!limit.shared_used || !limit.shared_reserved) return;
  out.gauge("tollgate_quota_shared_used", "What all replicas have used of it, by the store.",
            labels, *limit.shared_used);
  out.gauge("tollgate_quota_shared_reserved", "What all replicas may still use, by the store.",
            labels, *limit.shared_reserved);
  out.gauge("tollgate_quota_had_ahead",
            "What this process has of it ahead of need: so much less can be given to others.",
            labels, limit.had_ahead);
}

}  // namespace

Metrics::Metrics(unsigned workers, GenAiName genai_name) : genai_name_(genai_name) {
  for (unsigned i = 0; i < workers; ++i) workers_.push_back(std::make_unique<WorkerMetrics>());
}

std::string Metrics::render(const LedgerGauges& ledger, const RoutingGauges& routing,
                            const ConfigGauges& config, const std::optional<AuditGauges>& audit,
                            const std::vector<QuotaGauges>& quotas,
                            const std::optional<StoreGauges>& store) const {
  Counters total;
  for (const auto& worker : workers_) worker->add_to(total);
  Families families;
  for (const auto& [key, series] : total.series) add_series(families, key, series, genai_name_);
  add_traffic(families, total);
  add_routing(families, routing);
  add_ledger(families, total, ledger);
  for (const ExporterGauges& exporter : ledger.exporters) add_exporter(families, exporter);
  add_config(families, config);
  if (audit) add_audit(families, *audit);
  for (const QuotaGauges& limit : quotas) add_quota(families, limit);
  if (store) add_store(families, total.store, *store);
  std::ostringstream out;
  prometheus::TextSerializer().Serialize(out, families.take());
  return out.str();
}

}  // namespace tollgate::telemetry
