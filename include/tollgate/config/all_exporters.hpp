// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::config {

/// An exporter and the list that it stands in.
struct PlacedExporter {
  const Exporter* exporter;
  std::string list;  ///< "exporters" or "audit.exporters"
};

/// Every exporter that a configuration names, of usage records and of the audit trail: what is true
/// of one is true of both. Points into `config`.
std::vector<PlacedExporter> all_exporters(const Config& config);

/// What tells it from all others: its name alone is unique within its list only.
std::string full_name(const PlacedExporter& placed);

/// How the trail's exporters are called where all exporters have names in common.
std::string audit_exporter_name(const std::string& name);

/// Where the rows go that say who read the trail, for an exporter of files: beside the others.
std::string access_directory(const JsonLines& lines);

/// Where adjustments of costs go, for an exporter of files: beside the records.
std::string adjustment_directory(const JsonLines& lines);
/// ... and where it stands whom quotas refused.
std::string refusal_directory(const JsonLines& lines);

}  // namespace tollgate::config
