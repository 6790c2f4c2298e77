// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "audit_openings.hpp"
#include "certificate_files.hpp"
#include "certificate_status.hpp"
#include "exporters_in_use.hpp"
#include "place_faults.hpp"
#include "price_warnings.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/config/all_exporters.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/listener/listen_address.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

/// What a warning ends with that a start tells in its own words.
constexpr const char* kStartTells = "; a start notes it as a loss, and writes it anew";

/// The setting's own line, or that of what it belongs to.
int line_or(const config::SettingValues& settings, int owner,
            std::initializer_list<std::string> paths) {
  const int line = config::line_given(settings, paths);
  return line == 0 ? owner : line;
}

int setting_line(const CertificateFile& file, const config::SettingValues& settings) {
  return line_or(settings, file.line, {file.setting, in_map_form(file.setting)});
}

void check_authorities(const std::vector<CertificateFile>& files,
                       const config::SettingValues& settings,
                       std::vector<config::ConfigError>& out) {
  std::set<std::string> seen;
  for (const CertificateFile& file : files) {
    const bool outbound = file.use == FileUse::authorities && file.listener == nullptr;
    if (!outbound || !seen.insert(file.path).second) continue;
    const Result<net::ClientTls> tls = net::ClientTls::make({file.path});
    if (!tls) out.push_back({setting_line(file, settings), 0, tls.error().message});
  }
}

/// How net::ServerTls calls a file of that use.
std::string_view word_for(FileUse use) {
  if (use == FileUse::shown) return "certificate";
  return use == FileUse::key ? "private key" : "certificates";
}

bool is_about(const CertificateFile& file, const std::string& message) {
  return message.starts_with(std::string(word_for(file.use)) + " " + file.path + " ");
}

/// Of the setting whose file a message is about.
int line_about(const config::Listener& listener, const std::vector<CertificateFile>& files,
               const config::SettingValues& settings, const std::string& message) {
  for (const CertificateFile& file : files) {
    if (file.listener == &listener && is_about(file, message)) return setting_line(file, settings);
  }
  return listener.line;
}

/// Those that `running` has are its own; null: none runs.
void check_addresses(const config::Config& config, const config::SettingValues& settings,
                     const config::Config* running, std::vector<config::ConfigError>& out) {
  std::set<std::string> own;
  if (running != nullptr) {
    own.insert(running->admin.host);
    for (const config::Listener& listener : running->listeners) own.insert(listener.host);
  }
  const auto look_at = [&](const std::string& host, int line) {
    if (own.contains(host)) return;
    if (auto fault = listener::address_fault(host)) out.push_back({line, 0, std::move(*fault)});
  };
  look_at(config.admin.host, config::line_given(settings, {"admin.address"}));
  for (const config::Listener& listener : config.listeners) look_at(listener.host, listener.line);
}

void check_certificates(const config::Config& config, const std::vector<CertificateFile>& files,
                        const config::SettingValues& settings,
                        std::vector<config::ConfigError>& out) {
  for (const config::Listener& listener : config.listeners) {
    if (!listener.tls) continue;
    const Result<net::ServerTls> tls = net::ServerTls::make(
        listener.tls->certificate, listener.tls->private_key, listener.tls->client_certificates);
    if (!tls) {
      const std::string& why = tls.error().message;
      out.push_back({line_about(listener, files, settings, why), 0, why});
    }
  }
}

/// A network of every address trusts whoever can connect.
void warn_of_networks(const std::vector<std::string>& networks, int line,
                      const std::string& setting, std::vector<config::ConfigError>& out) {
  for (const std::string& network : networks) {
    if (!network.ends_with("/0")) continue;
    std::string what = setting;
    what.append(" trusts every address (").append(network).append(")");
    out.push_back({line, 0, std::move(what)});
  }
}

void warn_of_keys(const config::Config& config, const config::SettingValues& settings,
                  std::vector<config::ConfigError>& out) {
  for (const CertificateFile& file : certificate_files(config)) {
    if (file.use != FileUse::key || !readable_by_all(file.path)) continue;
    out.push_back(
        {setting_line(file, settings), 0,
         "private key " + file.path + " may be read by every user of this host: chmod o-r"});
  }
}

/// `13m` are minutes: whoever means months loses what a month's report needs.
void warn_of_retention(const config::Config& config, const config::SettingValues& settings,
                       std::vector<config::ConfigError>& out) {
  if (config.ledger.retention >= std::chrono::hours(24)) return;
  out.push_back({config::line_given(settings, {"ledger.retention"}), 0,
                 "ledger.retention is " + std::to_string(config.ledger.retention.count()) +
                     " s: records older than that are deleted once they are delivered; m are "
                     "minutes, d days"});
}

/// Not each could have one.
void warn_of_connections(const config::Config& config, const config::SettingValues& settings,
                         std::vector<config::ConfigError>& out) {
  if (config.limits.connections >= config.clients.size()) return;
  out.push_back({config::line_given(settings, {"limits.connections"}), 0,
                 "limits.connections is " + std::to_string(config.limits.connections) +
                     ", and there are " + std::to_string(config.clients.size()) +
                     " clients: not all of them can be connected at a time"});
}

void warn_of_validity(const config::Config& config, const config::SettingValues& settings,
                      UtcTime now, std::vector<config::ConfigError>& out) {
  for (const CertificateInUse& one : certificates_of(config)) {
    std::string problem = validity_problem(one, now);
    if (problem.empty()) continue;
    out.push_back({line_or(settings, one.line, {one.setting, in_map_form(one.setting)}), 0,
                   std::move(problem)});
  }
}

/// The same of all its destinations, and of the file there that is written next.
std::optional<std::string> destination_fault(const config::PlacedExporter& placed, UtcTime now) {
  const auto& given = std::get<config::JsonLines>(placed.exporter->kind).directory;
  if (auto fault = lines_fault(given)) return fault;
  const bool of_trail = placed.list.starts_with("audit");
  std::vector<config::Exporter> beside;
  if (!of_trail) {
    beside = {exporters::for_adjustments(*placed.exporter),
              exporters::for_refusals(*placed.exporter)};
  } else if (!placed.exporter->checkpoints_only) {
    beside = {exporters::for_accesses(*placed.exporter)};
  }
  auto what = exporters::in_way(*placed.exporter, now);
  for (const config::Exporter& one : beside) {
    const std::string& directory = std::get<config::JsonLines>(one.kind).directory;
    if (const auto fault = lines_fault(directory))
      return "has something in its way: " + directory + " " + *fault;
    if (!what) what = exporters::in_way(one, now);
  }
  if (!what) return std::nullopt;
  return "has something in its way: " + *what + ", not a file: move it away";
}

/// One target twice is no second one: it is tried once.
void warn_of_targets(const config::Config& config, std::vector<config::ConfigError>& out) {
  for (const config::Model& model : config.models) {
    std::set<std::pair<std::string, std::string>> seen;
    for (const config::Target& target : model.targets) {
      if (seen.emplace(target.backend, target.deployment).second) continue;
      out.push_back({model.line, 0,
                     "model " + model.name + " lists the deployment " + target.deployment +
                         " of the backend " + target.backend +
                         " twice: it is tried once for a request"});
    }
  }
}

/// What opening_faults() and loading_faults() are; `running`: null: none runs.
std::vector<config::ConfigError> faults_beside(const config::Config& config,
                                               const config::SettingValues& settings,
                                               const config::Config* running) {
  std::vector<config::ConfigError> out;
  const std::vector<CertificateFile> files = certificate_files(config);
  check_authorities(files, settings, out);
  check_addresses(config, settings, running, out);
  check_certificates(config, files, settings, out);
  const bool ledger_in_use = running != nullptr && running->ledger.path == config.ledger.path;
  const auto ledger = ledger_in_use ? std::nullopt : ledger_fault(config.ledger.path);
  if (ledger)
    out.push_back({config::line_given(settings, {"ledger.path"}), 0,
                   "ledger.path " + config.ledger.path + " " + *ledger});
  TrailPlace place = TrailPlace::usable;
  if (running != nullptr && config::keeps_exchanges(*running) &&
      running->audit.path == config.audit.path) {
    place = TrailPlace::in_use;
  } else if (const auto trail =
                 config::keeps_exchanges(config) ? trail_fault(config) : std::nullopt) {
    place = TrailPlace::faulty;
    out.push_back({config::line_given(settings, {"audit.path", "audit"}), 0,
                   "audit.path " + config.audit.path + " " + *trail});
  }
  for (config::ConfigError& fault : audit_faults(config, settings, place))
    out.push_back(std::move(fault));
  return out;
}

}  // namespace

std::vector<config::ConfigError> delivery_faults(const config::Config& config,
                                                 const config::SettingValues& settings,
                                                 UtcTime now) {
  std::vector<config::ConfigError> out;
  for (const config::PlacedExporter& placed : config::all_exporters(config)) {
    const auto* const lines = std::get_if<config::JsonLines>(&placed.exporter->kind);
    if (lines == nullptr) continue;
    const auto fault = destination_fault(placed, now);
    if (!fault) continue;
    const std::string setting =
        std::string(placed.list) + "[" + placed.exporter->name + "].json_lines.directory";
    out.push_back({line_or(settings, placed.exporter->line, {setting, in_map_form(setting)}), 0,
                   "json_lines.directory " + lines->directory + " " + *fault});
  }
  return out;
}

std::vector<config::ConfigError> opening_faults(const config::Config& config,
                                                const config::SettingValues& settings) {
  return faults_beside(config, settings, nullptr);
}

std::vector<config::ConfigError> loading_faults(const config::Config& config,
                                                const config::SettingValues& settings,
                                                const config::Config& running) {
  return faults_beside(config, settings, &running);
}

config::ConfigError placed_fault(const config::Config& config,
                                 const config::SettingValues& settings, const Error& fault) {
  const std::string& message = fault.message;
  for (const CertificateFile& file : certificate_files(config)) {
    if (is_about(file, message)) return {setting_line(file, settings), 0, message};
  }
  for (const config::Listener& listener : config.listeners) {
    const std::string address = listener.host + ":" + std::to_string(listener.port);
    if (message.starts_with("cannot listen on " + address + ": "))
      return {listener.line, 0, message};
  }
  if (message.starts_with("cannot listen on the admin address "))
    return {config::line_given(settings, {"admin.address"}), 0, message};
  return {0, 0, message};
}

std::vector<config::ConfigError> opening_warnings(const config::Config& config,
                                                  const config::SettingValues& settings,
                                                  UtcTime now) {
  std::vector<config::ConfigError> out;
  for (const config::Listener& listener : config.listeners) {
    const std::string setting = "listeners[" + address_of(listener) + "].trusted_proxies";
    warn_of_networks(listener.trusted_proxies, line_or(settings, listener.line, {setting}),
                     "listeners[].trusted_proxies of " + address_of(listener), out);
  }
  warn_of_keys(config, settings, out);
  if (const auto& header = config.authentication.custom_header)
    warn_of_networks(
        header->trusted_networks,
        config::line_given(settings, {"authentication.custom_header.trusted_networks"}),
        "authentication.custom_header.trusted_networks", out);
  if (const auto unreadable = ledger::unreadable_beside(config.ledger.path))
    out.push_back({config::line_given(settings, {"ledger.path"}), 0,
                   "ledger.path " + config.ledger.path + ": " + *unreadable + kStartTells});
  warn_of_retention(config, settings, out);
  warn_of_connections(config, settings, out);
  warn_of_targets(config, out);
  warn_of_validity(config, settings, now, out);
  for (config::ConfigError& fault : delivery_faults(config, settings, now))
    out.push_back(std::move(fault));
  return out;
}

std::vector<config::ConfigError> start_warnings(const config::LoadResult& loaded, UtcTime now) {
  std::vector<config::ConfigError> out = all_warnings(loaded, now);
  std::erase_if(out, [](const config::ConfigError& warning) {
    return warning.message.ends_with(kStartTells);
  });
  return out;
}

std::vector<config::ConfigError> all_warnings(const config::LoadResult& loaded, UtcTime now) {
  std::vector<config::ConfigError> out = loaded.warnings;
  for (config::ConfigError& warning : opening_warnings(*loaded.config, loaded.settings, now))
    out.push_back(std::move(warning));
  for (config::ConfigError& warning : audit_warnings(*loaded.config, loaded.settings, now))
    out.push_back(std::move(warning));
  for (config::ConfigError& warning : price_warnings(loaded, now))
    out.push_back(std::move(warning));
  return out;
}

void log_warnings(const std::string& path, const std::vector<config::ConfigError>& warnings) {
  for (const config::ConfigError& warning : warnings) {
    std::string text = config::format_errors(path, {warning});
    text.pop_back();  // the line's end
    telemetry::log::warn("config.warning", {{"detail", text}});
  }
}

}  // namespace tollgate::app
