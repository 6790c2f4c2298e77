// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

#include "tollgate/config/config.hpp"

namespace tollgate::app {

/// An exporter of the configuration that speaks HTTP.
struct ExporterInUse {
  const config::Exporter* settings = nullptr;
  std::string transport;     ///< the name of its HTTP client: another one's may trust others
  std::string certificates;  ///< its file of trusted certificates; empty: none
  std::string setting;       ///< what names that file, where exporters are a list
};

/// Those of the usage records and of the audit trail. They point into `config`.
std::vector<ExporterInUse> exporters_in_use(const config::Config& config);

/// The name of the HTTP client of an exporter of the audit trail.
std::string audit_transport(const std::string& exporter);

/// `exporters[NAME].kind.key` as it stands where `exporters` is a mapping of kinds.
std::string in_map_form(const std::string& setting);

}  // namespace tollgate::app
