// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <functional>
#include <utility>

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
  ledger.duration("retention", retention,
                  "How long records stay; longer while an exporter has not got them.");
  out.retention = std::chrono::duration_cast<seconds>(retention);
  std::size_t max_size = out.max_size;
  ledger.size("max_size", max_size,
              "Most disk space for the file and its journals: at least 12MiB for each worker and "
              "8MiB.");
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

void declare_json_lines(MappingReader& lines, JsonLines& out) {
  lines.text("directory", out.directory,
             "Where the files are written; made when it is not there. Nobody else writes there.",
             true);
  std::size_t format = 0;
  lines.choice("format", {"rows", "cloud_events"}, format,
               "A line is a record's columns, or a CloudEvent 1.0 with them as its data.");
  out.format = format == 0 ? LineFormat::rows : LineFormat::cloud_events;
  std::size_t size = out.rotate_size;
  lines.size("rotate_size", size, "A file this large is followed by another.", 4096);
  out.rotate_size = size;
  milliseconds age = out.rotate_age;
  lines.duration("rotate_age", age, "So is one this old.");
  out.rotate_age = std::chrono::duration_cast<seconds>(age);
  lines.duration("flush_interval", out.flush_interval,
                 "Longest a record waits for others to be written with.");
}

/// The kinds of exporters: their keys, and what declares their settings.
void declare_azure_monitor_kind(MappingReader& reader, const std::function<Exporter&()>& add) {
  reader.mapping("azure_monitor", "A table in Azure Monitor, by the Logs Ingestion API.", false,
                 [&](MappingReader& monitor) {
                   declare_azure_monitor(monitor, add().kind.emplace<AzureMonitor>());
                 });
}
void declare_json_lines_kind(MappingReader& reader, const std::function<Exporter&()>& add) {
  reader.mapping(
      "json_lines", "Files with a JSON object a line, for an agent that ships logs.", false,
      [&](MappingReader& lines) { declare_json_lines(lines, add().kind.emplace<JsonLines>()); });
}

/// One exporter of each kind, which is also its name.
void declare_exporter_map(MappingReader& reader, std::vector<Exporter>& out) {
  const auto add = [&](const char* name) {
    return [&reader, &out, name]() -> Exporter& {
      Exporter& exporter = out.emplace_back();
      exporter.name = name;
      exporter.line = reader.line();
      return exporter;
    };
  };
  declare_azure_monitor_kind(reader, add("azure_monitor"));
  declare_json_lines_kind(reader, add("json_lines"));
}

void declare_exporter(MappingReader& reader, std::vector<Exporter>& out) {
  Exporter exporter;
  exporter.line = reader.line();
  reader.name("name", exporter.name,
              "Its place in the ledger goes by this name: a renamed exporter begins anew.");
  reader.boolean("required", exporter.required,
                 "Whether its records are kept when the ledger is full, and `ledger.on_failure` "
                 "applies; else the oldest are given up.");
  std::size_t from = 0;
  reader.choice(
      "from", {"now", "beginning"}, from,
      "Where a new exporter starts: with the records to come, or the oldest that is kept.");
  exporter.from_beginning = from == 1;
  int kinds = 0;
  const auto add = [&]() -> Exporter& {
    ++kinds;
    return exporter;
  };
  declare_azure_monitor_kind(reader, add);
  declare_json_lines_kind(reader, add);
  if (!reader.documenting() && kinds != 1) {
    reader.error("needs one of azure_monitor and json_lines");
  }
  out.push_back(std::move(exporter));
}

}  // namespace

void declare_records(MappingReader& root, Config& config) {
  root.mapping("ledger", "The durable store of usage records.", true,
               [&](MappingReader& reader) { declare_ledger(reader, config.ledger); });
  if (root.documenting() || !root.has_list("exporters")) {
    root.mapping(
        "exporters",
        "Where records are delivered: a mapping with one of each kind, or a list with names of "
        "their own. Without any they stay in the ledger.",
        false, [&](MappingReader& reader) { declare_exporter_map(reader, config.exporters); });
    if (!root.documenting()) return;
  }
  root.list("exporters", "The same as a list, for several of one kind.", false,
            [&](MappingReader& reader) { declare_exporter(reader, config.exporters); });
}

}  // namespace tollgate::config
