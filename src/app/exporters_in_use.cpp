// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "exporters_in_use.hpp"

#include <utility>

#include "tollgate/exporters/make_exporters.hpp"

namespace tollgate::app {

std::vector<ExporterInUse> exporters_in_use(const config::Config& config) {
  std::vector<ExporterInUse> out;
  const auto add = [&out](const config::Exporter& exporter, std::string transport,
                          const char* list) {
    auto trusted = exporters::trusted_certificates(exporter);
    if (!trusted) return;
    std::string setting = std::string(list) + "[" + exporter.name + "].";
    setting.append(exporters::kind_name(exporter)).append(".ca_certificates");
    out.push_back({&exporter, std::move(transport), std::move(*trusted), std::move(setting)});
  };
  for (const config::Exporter& one : config.exporters) add(one, one.name, "exporters");
  for (const config::Exporter& one : config.audit.exporters)
    add(one, audit_transport(one.name), "audit.exporters");
  return out;
}

std::string audit_transport(const std::string& exporter) { return "audit: " + exporter; }

std::string in_map_form(const std::string& setting) {
  const std::size_t list = setting.find("exporters[");
  const std::size_t name_ends = setting.find("].");
  if (list == setting.npos || name_ends == setting.npos) return setting;
  return setting.substr(0, setting.find('[', list)) + setting.substr(name_ends + 1);
}

}  // namespace tollgate::app
