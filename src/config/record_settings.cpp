// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "settings.hpp"

namespace tollgate::config {
namespace {

void declare_ledger(MappingReader& ledger, Ledger& out) {
  ledger.at_restart({"path", "durability"});
  ledger.text("path", out.path, "The SQLite file; its journals stand beside it in PATH.journal/.",
              true);
  std::size_t durability = 0;
  ledger.choice("durability", {"process_crash", "power_loss"}, durability,
                "What a record survives before the client sees its answer's end.");
  out.durability = durability == 0 ? Durability::process_crash : Durability::power_loss;
  std::size_t on_failure = 0;
  ledger.choice("on_failure", {"fail_closed", "fail_open"}, on_failure,
                "While no record can be made: answer 503, or serve, count and raise an alarm.");
  out.on_failure = on_failure == 0 ? OnFailure::fail_closed : OnFailure::fail_open;
  milliseconds retention = out.retention;
  ledger.duration("retention", retention, "How long delivered records stay.");
  out.retention = std::chrono::duration_cast<seconds>(retention);
  std::size_t max_size = out.max_size;
  ledger.size("max_size", max_size, "Most disk space for the file and its journals.",
              16 * 1024 * 1024);
  out.max_size = max_size;
}

void declare_azure_monitor(MappingReader& monitor, AzureMonitor& out) {
  monitor.endpoint("endpoint", out.endpoint,
                   "Logs ingestion endpoint of the data collection rule or endpoint.", true);
  monitor.text("rule_id", out.rule_id, "Immutable id of the data collection rule, dcr-...", true);
  monitor.text("stream", out.stream, "Stream of the rule.");
  declare_credential(monitor, "credential", out.credential, "How the gateway proves itself there.",
                     false);
  monitor.text("scope", out.scope, "Scope of the tokens; sovereign clouds have their own.");
  monitor.duration("flush_interval", out.flush_interval,
                   "Longest a record waits for its batch to fill.");
  monitor.text("ca_certificates", out.ca_certificates,
               "PEM file of certificates trusted for this endpoint beside the system's.");
  if (out.rule_id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") != std::string::npos) {
    monitor.error_at("rule_id", "must be dcr- and hexadecimal digits");
  }
  if (out.stream.find_first_of("/?#% ") != std::string::npos) {
    monitor.error_at("stream", "must be a stream's name, such as Custom-TollgateUsage_CL");
  }
}

}  // namespace

void declare_records(MappingReader& root, Config& config) {
  root.mapping("ledger", "The durable store of usage records.", true,
               [&](MappingReader& reader) { declare_ledger(reader, config.ledger); });
  root.mapping("exporters", "Where records are delivered; without one they stay in the ledger.",
               false, [&](MappingReader& reader) {
                 reader.mapping(
                     "azure_monitor", "A table in Azure Monitor, by the Logs Ingestion API.", false,
                     [&](MappingReader& monitor) {
                       declare_azure_monitor(monitor, config.exporters.azure_monitor.emplace());
                     });
               });
}

}  // namespace tollgate::config
