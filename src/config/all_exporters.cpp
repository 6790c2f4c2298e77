// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/all_exporters.hpp"

namespace tollgate::config {
namespace {

constexpr const char* kRecords = "exporters";
constexpr const char* kTrail = "audit.exporters";

}  // namespace

std::vector<PlacedExporter> all_exporters(const Config& config) {
  std::vector<PlacedExporter> out;
  for (const Exporter& one : config.exporters) out.push_back({&one, kRecords});
  for (const Exporter& one : config.audit.exporters) out.push_back({&one, kTrail});
  return out;
}

std::string audit_exporter_name(const std::string& name) { return "audit/" + name; }

std::string full_name(const PlacedExporter& placed) {
  const std::string& name = placed.exporter->name;
  return placed.list == kTrail ? audit_exporter_name(name) : name;
}

std::string access_directory(const JsonLines& lines) { return lines.directory + "/access"; }

std::string adjustment_directory(const JsonLines& lines) {
  return lines.directory + "/adjustments";
}

std::string refusal_directory(const JsonLines& lines) { return lines.directory + "/refusals"; }

}  // namespace tollgate::config
