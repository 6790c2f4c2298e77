// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "offline_config.hpp"

#include <algorithm>
#include <iostream>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>

#include "complaint.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"

namespace tollgate::app {
namespace {

using ClientTags = std::map<std::string, std::map<std::string, std::string>>;

bool concerns(const config::ConfigError& error, const std::string& setting) {
  const std::string section = setting.substr(0, setting.find('.'));
  return error.message.starts_with(setting + " ") || error.message.starts_with(section + " ");
}

/// The value, or nullopt where it cannot be told. A default counts only while no key is unknown:
/// one may be this setting's, mistyped.
std::optional<std::string> value_in(const config::LoadResult& loaded, const SettingWanted& wanted) {
  const auto found = loaded.settings.find(wanted.setting);
  const bool given = found != loaded.settings.end() && found->second.given;
  const auto in_the_way = [&](const config::ConfigError& error) {
    const bool unknown = error.message.find(" is unknown") != std::string::npos;
    return concerns(error, wanted.setting) || (unknown && !given);
  };
  const bool unread = loaded.settings.empty();
  if (unread || std::any_of(loaded.errors.begin(), loaded.errors.end(), in_the_way))
    return std::nullopt;
  const std::string value = given ? found->second.value : wanted.fallback;
  return value.empty() ? std::nullopt : std::optional(value);
}

/// Of a file with errors. A setting `clients[NAME].tags` has a line NAME=VALUE for each of them
/// (MappingReader::tags).
ClientTags clients_of(const config::SettingValues& settings) {
  constexpr std::string_view kClient = "clients[";
  ClientTags out;
  for (const auto& [path, setting] : settings) {
    const std::size_t end = path.find("].");
    if (!path.starts_with(kClient) || end == std::string::npos) continue;
    auto& tags = out[path.substr(kClient.size(), end - kClient.size())];
    if (path.substr(end) != "].tags") continue;
    std::istringstream lines(setting.value);
    for (std::string line; std::getline(lines, line);) {
      const std::size_t sign = line.find('=');
      tags.emplace(line.substr(0, sign), sign == std::string::npos ? "" : line.substr(sign + 1));
    }
  }
  return out;
}

}  // namespace

config::LoadResult load_without_secrets(const std::string& path) {
  const auto from = [](const char* kind) {
    return [kind](const std::string& place) { return std::optional(stand_in(kind + place)); };
  };
  return config::load_file(path, {from("env "), from("file "), {}, {}});
}

config::LoadResult load_with_secrets_of_here(const std::string& path,
                                             std::set<std::string>& stand_ins) {
  const config::SecretSources here = config::system_secret_sources();
  const auto known = [&stand_ins](const auto& source) {
    return [&stand_ins, source](const std::string& place) {
      const std::optional<std::string> found = source(place);
      return found ? found : std::optional(*stand_ins.insert(stand_in(place)).first);
    };
  };
  return config::load_file(path, {known(here.environment), known(here.file), {}, {}});
}

std::string stand_in(const std::string& reference) {
  const Sha256 digest = sha256(reference);
  return to_base64({reinterpret_cast<const char*>(digest.data()), digest.size()});
}

Result<std::string> setting_in(const config::LoadResult& loaded, const std::string& path,
                               const SettingWanted& wanted) {
  const std::optional<std::string> value = value_in(loaded, wanted);
  if (!value) {
    return Error{Errc::invalid_input, config::format_errors(path, loaded.errors) + wanted.setting +
                                          " cannot be told from " + path + "; " + wanted.option +
                                          " does without it"};
  }
  if (!loaded.errors.empty()) {
    warn(path + " has " + counted(loaded.errors.size(), "error") + " (tollgate check); of it " +
         std::string(wanted.setting) + " alone is used: " + *value);
  }
  return *value;
}

Result<std::string> find_ledger(const LedgerChoice& choice) {
  if (!choice.ledger.empty()) return choice.ledger;
  if (choice.config_path.empty())
    return Error{Errc::invalid_input, "name a configuration (-c FILE) or a ledger (--ledger FILE)"};
  return setting_in(load_without_secrets(choice.config_path), choice.config_path,
                    {"ledger.path", "", "--ledger FILE"});
}

Result<TimeZone> find_time_zone(const LedgerChoice& choice, const std::string& named) {
  std::string name = named;
  if (name.empty() && !choice.config_path.empty()) {
    const auto given = setting_in(load_without_secrets(choice.config_path), choice.config_path,
                                  {"reports.time_zone", TimeZone().name(), "--time-zone NAME"});
    if (!given)
      warn("reports.time_zone cannot be told from " + choice.config_path + ": days are those of " +
           TimeZone().name() + "; --time-zone NAME says others");
    name = given.has_value() ? *given : std::string();
  }
  if (name.empty()) return TimeZone();
  Result<TimeZone> zone = TimeZone::load(name);
  if (!zone) return Error{Errc::invalid_input, zone.error().message};
  return zone;
}

ClientTags clients_in(const LedgerChoice& choice) {
  if (choice.config_path.empty()) return {};
  const config::LoadResult loaded = load_without_secrets(choice.config_path);
  if (!loaded.config) return clients_of(loaded.settings);
  ClientTags out;
  for (const config::Client& client : loaded.config->clients) out.emplace(client.name, client.tags);
  return out;
}

std::set<std::string> tags_of_clients(const LedgerChoice& choice) {
  std::set<std::string> out;
  for (const auto& [client, tags] : clients_in(choice)) {
    for (const auto& [name, value] : tags) out.insert(name);
  }
  return out;
}

}  // namespace tollgate::app
