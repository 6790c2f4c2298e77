// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <chrono>
#include <iostream>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "openings.hpp"
#include "tollgate/config/load.hpp"
#include "tollgate/config/setting_values.hpp"
#include "tollgate/telemetry/log_level.hpp"

namespace tollgate::app {
namespace {

/// Those of the file in force may be gone by now: what this shell lacks counts as unknown, not as
/// an error.
config::SecretSources lenient_sources() {
  config::SecretSources out = config::system_secret_sources();
  // Each stands for a secret of its own: two clients must not seem to share a key.
  const auto or_unknown = [](auto source) {
    return [source = std::move(source)](const std::string& name) {
      return std::optional<std::string>(source(name).value_or("unknown " + name));
    };
  };
  out.environment = or_unknown(std::move(out.environment));
  out.file = or_unknown(std::move(out.file));
  return out;
}

int refuse(const std::string& path, const std::vector<config::ConfigError>& errors) {
  std::cerr << config::format_errors(path, errors);
  return 1;
}

void warn(const std::string& path, std::vector<config::ConfigError> warnings) {
  for (config::ConfigError& warning : warnings) warning.message.insert(0, "warning: ");
  std::cerr << config::format_errors(path, warnings);
}

void explain(const config::LoadResult& before, const config::LoadResult& after) {
  const auto changes = config::differences(before.settings, after.settings);
  if (changes.empty()) std::cout << "nothing changes\n";
  for (const config::SettingChange& change : changes) std::cout << to_string(change) << "\n";
}

}  // namespace

int check(const std::string& config_path, const std::string& against) {
  if (const auto fault = telemetry::log::level_fault()) {
    std::cerr << *fault << "\n";
    return 1;
  }
  const config::LoadResult loaded = config::load_file(config_path, config::system_secret_sources());
  if (!loaded.config) return refuse(config_path, loaded.errors);
  auto faults = opening_faults(*loaded.config, loaded.settings);
  const UtcTime now = std::chrono::system_clock::now();
  for (config::ConfigError& fault : delivery_faults(*loaded.config, loaded.settings, now))
    faults.push_back(std::move(fault));
  if (!faults.empty()) return refuse(config_path, faults);
  warn(config_path, all_warnings(loaded, now));
  std::cout << config_path << ": ok, " << counted(loaded.config->clients.size(), "client") << ", "
            << counted(loaded.config->models.size(), "model") << ", "
            << counted(loaded.config->backends.size(), "backend") << "\n";
  if (against.empty()) return 0;
  const config::LoadResult in_force = config::load_file(against, lenient_sources());
  if (!in_force.config) return refuse(against, in_force.errors);
  explain(in_force, loaded);
  return 0;
}

}  // namespace tollgate::app
