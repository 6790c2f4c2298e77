// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <string>

#include "tollgate/config/load.hpp"

namespace tollgate::credentials {

/// Loads a whole configuration around one backend's credential, with an environment and files of
/// the test's.
struct Settings {
  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> files;  ///< those that nobody else may read
  std::string backend_credential = "{api_key: {env: KEY}}";
  std::string monitor_credential = "{managed_identity: {}}";
  std::string more;
  bool on_host = true;  ///< false: as for a command that sends nothing

  /// The backend's credential stands on line 5, the exporter's on line 9.
  config::LoadResult load() const {
    const auto find = [](const auto& map, const std::string& key) -> std::optional<std::string> {
      const auto found = map.find(key);
      if (found == map.end()) return std::nullopt;
      return found->second;
    };
    auto variables = environment;
    variables.emplace("KEY", "k");
    const auto variable = [=](const std::string& name) { return find(variables, name); };
    config::SecretSources sources{
        variable, [this, find](const std::string& path) { return find(files, path); }, {}};
    if (on_host) sources.host = variable;
    return config::load_text(
        "listeners: [{address: \"127.0.0.1:0\"}]\n"
        "clients: [{name: c, api_keys: [{name: k, env: KEY}]}]\n"
        "models: [{name: m, targets: [{backend: b}]}]\n"
        "backends: [{name: b, endpoint: \"https://b.example\",\n"
        "  credential: " +
            backend_credential +
            "}]\n"
            "ledger: {path: /tmp/l.db}\n"
            "exporters:\n"
            "  azure_monitor: {endpoint: \"https://m.example\", rule_id: "
            "dcr-00000000000000000000000000000000,\n"
            "    credential: " +
            monitor_credential + "}\n" + more,
        sources);
  }

  /// "line: message" of all errors, a line each.
  std::string errors() const {
    std::string out;
    for (const config::ConfigError& error : load().errors) {
      out += std::to_string(error.line) + ": " + error.message + "\n";
    }
    return out;
  }
};

inline const std::string kTenant = "bbbbbbbb-0000-4000-8000-000000000002";
inline const std::string kClient = "eeeeeeee-0000-4000-8000-000000000001";

}  // namespace tollgate::credentials
