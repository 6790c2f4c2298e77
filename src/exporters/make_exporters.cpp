// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/exporters/make_exporters.hpp"

#include <algorithm>
#include <array>

#include "append_blob/append_blob_exporter.hpp"
#include "azure_monitor/azure_monitor_exporter.hpp"
#include "json_lines/json_lines_exporter.hpp"
#include "tollgate/config/all_exporters.hpp"

namespace tollgate::exporters {
namespace {

/// A kind of exporter: what `config::Exporter::kind` may hold, in its order.
struct Kind {
  const char* name;
  std::optional<std::string> (*trusted_certificates)(const config::Exporter&);
  /// Turns it to the place of the rows that say who read the trail.
  void (*to_accesses)(config::Exporter&);
  /// Turns it to the place of adjustments of costs.
  void (*to_adjustments)(config::Exporter&);
  /// Turns it to the place of refusals by quotas.
  void (*to_refusals)(config::Exporter&);
  /// What stands in the place of what it would write next.
  std::optional<std::string> (*in_way)(const config::Exporter&, UtcTime now);
  std::unique_ptr<Exporter> (*make)(const config::Exporter&, const ExporterParts&);
};

std::optional<std::string> monitor_certificates(const config::Exporter& settings) {
  return std::get<config::AzureMonitor>(settings.kind).ca_certificates;
}

/// Custom-TollgateAudit_CL has the access rows in Custom-TollgateAuditAccess_CL.
void monitor_to_accesses(config::Exporter& settings) {
  constexpr std::string_view kTable = "_CL";
  std::string& stream = std::get<config::AzureMonitor>(settings.kind).stream;
  stream.insert(stream.size() - (stream.ends_with(kTable) ? kTable.size() : 0), "Access");
}

void monitor_to_adjustments(config::Exporter& settings) {
  auto& monitor = std::get<config::AzureMonitor>(settings.kind);
  monitor.stream = monitor.adjustment_stream;
}

void monitor_to_refusals(config::Exporter& settings) {
  auto& monitor = std::get<config::AzureMonitor>(settings.kind);
  monitor.stream = monitor.refusal_stream;
}

std::unique_ptr<Exporter> make_azure_monitor(const config::Exporter& settings,
                                             const ExporterParts& parts) {
  const auto& monitor = std::get<config::AzureMonitor>(settings.kind);
  return azure_monitor::make_exporter(
      monitor, parts.transport(settings.name),
      credentials::make_token_source(monitor.credential, monitor.scope, parts.tokens),
      parts.rows_have_content ? azure_monitor::Quoting::code : azure_monitor::Quoting::message);
}

std::optional<std::string> no_certificates(const config::Exporter&) { return std::nullopt; }

/// Of those that write no files.
std::optional<std::string> nothing_in_way(const config::Exporter&, UtcTime) { return std::nullopt; }

std::optional<std::string> in_way_of_lines(const config::Exporter& settings, UtcTime now) {
  return json_lines::in_way(std::get<config::JsonLines>(settings.kind), now);
}

void lines_to_accesses(config::Exporter& settings) {
  auto& lines = std::get<config::JsonLines>(settings.kind);
  lines.directory = config::access_directory(lines);
  lines.rows += config::kAccessPlace;
}

void lines_to_adjustments(config::Exporter& settings) {
  auto& lines = std::get<config::JsonLines>(settings.kind);
  lines.directory = config::adjustment_directory(lines);
  lines.rows += config::kAdjustmentPlace;
}

void lines_to_refusals(config::Exporter& settings) {
  auto& lines = std::get<config::JsonLines>(settings.kind);
  lines.directory = config::refusal_directory(lines);
  lines.rows += config::kRefusalPlace;
}

std::unique_ptr<Exporter> make_json_lines(const config::Exporter& settings, const ExporterParts&) {
  return json_lines::make_exporter(std::get<config::JsonLines>(settings.kind));
}

std::optional<std::string> blob_certificates(const config::Exporter& settings) {
  return std::get<config::AppendBlob>(settings.kind).ca_certificates;
}

void blob_to_accesses(config::Exporter& settings) {
  std::get<config::AppendBlob>(settings.kind).prefix += config::kAccessPlace;
}

void blob_to_adjustments(config::Exporter& settings) {
  std::get<config::AppendBlob>(settings.kind).prefix += config::kAdjustmentPlace;
}

void blob_to_refusals(config::Exporter& settings) {
  std::get<config::AppendBlob>(settings.kind).prefix += config::kRefusalPlace;
}

std::unique_ptr<Exporter> make_append_blob(const config::Exporter& settings,
                                           const ExporterParts& parts) {
  const auto& blob = std::get<config::AppendBlob>(settings.kind);
  return append_blob::make_exporter(
      blob, parts.gateway, parts.transport(settings.name),
      credentials::make_token_source(blob.credential, blob.scope, parts.tokens));
}

constexpr std::array<Kind, std::variant_size_v<decltype(config::Exporter::kind)>> kKinds{{
    {"azure_monitor", monitor_certificates, monitor_to_accesses, monitor_to_adjustments,
     monitor_to_refusals, nothing_in_way, make_azure_monitor},
    {"json_lines", no_certificates, lines_to_accesses, lines_to_adjustments, lines_to_refusals,
     in_way_of_lines, make_json_lines},
    {"append_blob", blob_certificates, blob_to_accesses, blob_to_adjustments, blob_to_refusals,
     nothing_in_way, make_append_blob},
}};
static_assert(std::all_of(kKinds.begin(), kKinds.end(),
                          [](const Kind& kind) {
                            return kind.name && kind.trusted_certificates && kind.to_accesses &&
                                   kind.to_adjustments && kind.to_refusals && kind.in_way &&
                                   kind.make;
                          }),
              "a kind of config::Exporter has no row, or one with a hole");

const Kind& kind_of(const config::Exporter& settings) { return kKinds[settings.kind.index()]; }

}  // namespace

std::string_view kind_name(const config::Exporter& settings) { return kind_of(settings).name; }

std::optional<std::string> trusted_certificates(const config::Exporter& settings) {
  return kind_of(settings).trusted_certificates(settings);
}

std::optional<std::string> in_way(const config::Exporter& settings, UtcTime now) {
  return kind_of(settings).in_way(settings, now);
}

config::Exporter for_accesses(config::Exporter settings) {
  kind_of(settings).to_accesses(settings);
  return settings;
}

config::Exporter for_adjustments(config::Exporter settings) {
  kind_of(settings).to_adjustments(settings);
  return settings;
}

config::Exporter for_refusals(config::Exporter settings) {
  kind_of(settings).to_refusals(settings);
  return settings;
}

std::unique_ptr<Exporter> make_exporter(const config::Exporter& settings,
                                        const ExporterParts& parts) {
  return kind_of(settings).make(settings, parts);
}

}  // namespace tollgate::exporters
