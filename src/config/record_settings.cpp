// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <array>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "blob_places.hpp"
#include "settings.hpp"

namespace tollgate::config {
namespace {

constexpr seconds kThirteenMonths{396 * 24 * 3600};

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
  milliseconds rollups = out.rollup_retention;
  ledger.duration("rollup_retention", rollups,
                  "How long the sums by quarter hours stay that reports are made of, whatever "
                  "becomes of the records: at least 396d, thirteen months.");
  out.rollup_retention = std::chrono::duration_cast<seconds>(rollups);
  if (out.rollup_retention < kThirteenMonths)
    ledger.error_at("rollup_retention", "must be at least 396d");
  std::size_t max_size = out.max_size;
  ledger.size("max_size", max_size,
              "Most disk space for the file and its journals: at least 12MiB for each worker and "
              "8MiB.");
  out.max_size = max_size;
}

/// docs/azure-protocol.md has both forms.
bool is_rule_id(std::string_view text) {
  constexpr std::string_view kBegin = "dcr-";
  constexpr std::size_t kDigits = 32;
  return text.starts_with(kBegin) && text.size() == kBegin.size() + kDigits &&
         text.find_first_not_of("0123456789abcdefABCDEF", kBegin.size()) == text.npos;
}

/// The streams of Azure's own tables have other columns than ours. Empty: there is none.
bool is_custom_stream(std::string_view text) {
  constexpr std::string_view kBegin = "Custom-";
  return text.empty() || (text.starts_with(kBegin) && text.size() > kBegin.size() &&
                          text.find_first_of("/?#% ") == text.npos);
}

void declare_azure_monitor(MappingReader& monitor, AzureMonitor& out) {
  monitor.endpoint("endpoint", out.endpoint,
                   "Logs ingestion endpoint of the data collection rule or endpoint.", true);
  monitor.text("rule_id", out.rule_id, "Immutable id of the data collection rule, dcr-...", true);
  monitor.text("stream", out.stream, "Stream of the rule.");
  if (!out.adjustment_stream.empty()) {
    monitor.text("adjustment_stream", out.adjustment_stream,
                 "Stream of the rule for adjustments of costs (docs/cost.md).");
    monitor.text("refusal_stream", out.refusal_stream,
                 "Stream of the rule for whom quotas refused (docs/quotas.md).");
  }
  declare_credential(monitor, "credential", out.credential, "How the gateway proves itself there.",
                     false);
  monitor.text("scope", out.scope, "Scope of the tokens; sovereign clouds have their own.");
  monitor.duration("flush_interval", out.flush_interval,
                   "Longest a record waits for its batch to fill.");
  monitor.text("ca_certificates", out.ca_certificates,
               "PEM file of certificates trusted for this endpoint beside the system's.");
  if (!is_rule_id(out.rule_id)) {
    monitor.error_at("rule_id",
                     "must be the rule's immutableId, which is dcr- and 32 hexadecimal digits, not "
                     "its name or resource id");
  }
  for (const auto& [key, stream] :
       {std::pair("stream", out.stream), std::pair("adjustment_stream", out.adjustment_stream),
        std::pair("refusal_stream", out.refusal_stream)}) {
    if (is_custom_stream(stream)) continue;
    monitor.error_at(key,
                     "must be a stream's name, which begins with Custom-, such as "
                     "Custom-TollgateUsage_CL");
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

void declare_append_blob(MappingReader& blob, AppendBlob& out) {
  blob.text("container", out.container,
            "The container's URL, such as https://ACCOUNT.blob.core.windows.net/CONTAINER.", true);
  blob.text(
      "prefix", out.prefix,
      "The folders that the names begin with: PREFIX/2026/11/29/13/GATEWAY.jsonl. Under "
      "`audit`: audit; the rows that say who read the trail stand in PREFIX-access, adjustments "
      "of costs in PREFIX-adjustments, whom quotas refused in PREFIX-refusals.");
  declare_credential(blob, "credential", out.credential, "How the gateway proves itself there.",
                     false);
  blob.text("scope", out.scope, "Scope of the tokens.");
  blob.duration("flush_interval", out.flush_interval,
                "Longest a record waits for others to be appended with.");
  blob.text("ca_certificates", out.ca_certificates,
            "PEM file of certificates trusted for this container beside the system's.");
  if (blob.documenting()) return;
  if (!out.container.empty()) {
    while (out.container.ends_with('/')) out.container.pop_back();
    if (const auto fault = container_fault(out.container)) blob.error_at("container", *fault);
  }
  if (!is_blob_prefix(out.prefix)) {
    blob.error_at("prefix",
                  "must be one or more names of letters, digits, hyphens, points and "
                  "underscores, with a slash between, 100 bytes at most");
  }
}

/// A kind of exporter: its key, and what stands below it.
struct ExporterKind {
  const char* key;
  const char* doc;
  void (*declare)(MappingReader&, const ExporterDefaults&, Exporter&);
};

constexpr std::array<ExporterKind, std::variant_size_v<decltype(Exporter::kind)>> kExporterKinds{{
    {"azure_monitor", "A table in Azure Monitor, by the Logs Ingestion API.",
     [](MappingReader& reader, const ExporterDefaults& defaults, Exporter& out) {
       declare_azure_monitor(reader, out.kind.emplace<AzureMonitor>(defaults.monitor));
     }},
    {"json_lines", "Files with a JSON object a line, for an agent that ships logs.",
     [](MappingReader& reader, const ExporterDefaults& defaults, Exporter& out) {
       declare_json_lines(reader, out.kind.emplace<JsonLines>(defaults.lines));
     }},
    {"append_blob", "Append blobs in Azure Blob Storage, with a JSON object a line.",
     [](MappingReader& reader, const ExporterDefaults& defaults, Exporter& out) {
       declare_append_blob(reader, out.kind.emplace<AppendBlob>(defaults.blob));
     }},
}};

static_assert(std::all_of(kExporterKinds.begin(), kExporterKinds.end(),
                          [](const ExporterKind& kind) { return kind.key && kind.declare; }),
              "a kind of Exporter has no row");

/// A key with a mapping for each of them. `add` gives the exporter that it is for.
void declare_kinds(MappingReader& reader, const ExporterDefaults& defaults,
                   const std::function<Exporter&(const char* kind)>& add) {
  for (const ExporterKind& kind : kExporterKinds) {
    reader.mapping(kind.key, kind.doc, false, [&](MappingReader& settings) {
      kind.declare(settings, defaults, add(kind.key));
    });
  }
}

/// "a, b and c"
std::string names_of_kinds() {
  std::string out;
  for (std::size_t i = 0; i < kExporterKinds.size(); ++i) {
    const bool last = i + 1 == kExporterKinds.size();
    out.append(i == 0 ? "" : last ? " and " : ", ").append(kExporterKinds[i].key);
  }
  return out;
}

/// One exporter of each kind, which is also its name.
void declare_exporter_map(MappingReader& reader, std::vector<Exporter>& out,
                          const ExporterDefaults& defaults) {
  declare_kinds(reader, defaults, [&](const char* kind) -> Exporter& {
    Exporter& exporter = out.emplace_back();
    exporter.name = kind;
    exporter.line = reader.line();
    return exporter;
  });
}

/// What becomes of records that it has not got, and where it begins.
void declare_place(MappingReader& reader, Exporter& out) {
  reader.boolean("required", out.required,
                 "Whether its records are kept when the ledger is full, and `ledger.on_failure` "
                 "applies; else the oldest are given up.");
  std::size_t from = 0;
  reader.choice(
      "from", {"now", "beginning"}, from,
      "Where a new exporter starts: with the records to come, or the oldest that is kept.");
  out.from_beginning = from == 1;
}

/// Which rows of the audit trail it gets.
void declare_rows(MappingReader& reader, Exporter& out) {
  std::size_t rows = 0;
  reader.choice("rows", {"all", "checkpoints"}, rows,
                "With `checkpoints` it gets the signed states of the trail and no content: a copy "
                "kept by others, against which the rows can be proved.");
  out.checkpoints_only = rows == 1;
}

void declare_exporter(MappingReader& reader, std::vector<Exporter>& out,
                      const ExporterDefaults& defaults) {
  Exporter exporter;
  exporter.line = reader.line();
  reader.name("name", exporter.name,
              "Its place in the order of what is delivered goes by this name: a renamed exporter "
              "begins anew.");
  if (defaults.gets_everything) {
    declare_rows(reader, exporter);
  } else {
    declare_place(reader, exporter);
  }
  int kinds = 0;
  declare_kinds(reader, defaults, [&](const char*) -> Exporter& {
    ++kinds;
    return exporter;
  });
  if (!reader.documenting() && kinds != 1) {
    reader.error("needs one of " + names_of_kinds());
  }
  out.push_back(std::move(exporter));
}

}  // namespace

void declare_records(MappingReader& root, Config& config) {
  root.mapping("ledger", "The durable store of usage records.", true,
               [&](MappingReader& reader) { declare_ledger(reader, config.ledger); });
  declare_exporters(
      root,
      "Where records are delivered: a mapping with one of each kind, or a list with names of "
      "their own. Without any they stay in the ledger.",
      config.exporters, {});
}

void declare_exporters(MappingReader& reader, const char* doc, std::vector<Exporter>& out,
                       const ExporterDefaults& defaults) {
  if (reader.documenting() || !reader.has_list("exporters")) {
    reader.mapping("exporters", doc, false,
                   [&](MappingReader& map) { declare_exporter_map(map, out, defaults); });
    if (!reader.documenting()) return;
  }
  reader.list("exporters", "The same as a list, for several of one kind.", false,
              [&](MappingReader& exporter) { declare_exporter(exporter, out, defaults); });
}

}  // namespace tollgate::config
