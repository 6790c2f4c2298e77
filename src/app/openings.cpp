// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "audit_openings.hpp"
#include "certificate_status.hpp"
#include "exporters_in_use.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

namespace fs = std::filesystem;

/// Behind the ledger's path: the directory of its journals.
constexpr const char* kJournal = ".journal";

/// Where a file of authorities is named: a backend's line, or 0.
struct Authorities {
  int line = 0;
  std::string file;
};

/// The setting's own line, or that of what it belongs to.
int line_or(const config::SettingValues& settings, int owner,
            std::initializer_list<std::string> paths) {
  const int line = config::line_given(settings, paths);
  return line == 0 ? owner : line;
}

std::vector<Authorities> authorities_of(const config::Config& config,
                                        const config::SettingValues& settings) {
  std::vector<Authorities> out{
      {config::line_given(settings, {"gateway.ca_certificates"}), config.gateway.ca_certificates}};
  for (const config::Backend& backend : config.backends) {
    out.push_back(
        {line_or(settings, backend.line, {"backends[" + backend.name + "].ca_certificates"}),
         backend.ca_certificates});
  }
  for (const ExporterInUse& exporter : exporters_in_use(config)) {
    out.push_back({line_or(settings, exporter.settings->line,
                           {exporter.setting, in_map_form(exporter.setting)}),
                   exporter.certificates});
  }
  if (const auto& redactor = config.audit.redaction.external) {
    out.push_back({config::line_given(settings, {"audit.redaction.external.ca_certificates"}),
                   redactor->ca_certificates});
  }
  return out;
}

void check_authorities(const config::Config& config, const config::SettingValues& settings,
                       std::vector<config::ConfigError>& out) {
  std::set<std::string> seen{""};
  for (const Authorities& authorities : authorities_of(config, settings)) {
    if (!seen.insert(authorities.file).second) continue;
    const Result<net::ClientTls> tls = net::ClientTls::make({authorities.file});
    if (!tls) out.push_back({authorities.line, 0, tls.error().message});
  }
}

std::string path_of(const config::Listener& listener, const std::string& setting) {
  return "listeners[" + address_of(listener) + "]." + setting;
}

/// Of the setting whose file a message names.
int line_of(const config::Listener& listener, const config::SettingValues& settings,
            const std::string& message) {
  const config::ListenerTls& tls = *listener.tls;
  const std::array<std::pair<const char*, const std::string*>, 3> files{
      {{"tls.certificate", &tls.certificate},
       {"tls.private_key", &tls.private_key},
       {"tls.client_certificates", &tls.client_certificates}}};
  for (const auto& [setting, file] : files) {
    if (file->empty() || message.find(*file) == std::string::npos) continue;
    return line_or(settings, listener.line, {path_of(listener, setting)});
  }
  return listener.line;
}

void check_listeners(const config::Config& config, const config::SettingValues& settings,
                     std::vector<config::ConfigError>& out) {
  for (const config::Listener& listener : config.listeners) {
    if (!listener.tls) continue;
    const Result<net::ServerTls> tls = net::ServerTls::make(
        listener.tls->certificate, listener.tls->private_key, listener.tls->client_certificates);
    if (!tls) {
      const std::string& why = tls.error().message;
      out.push_back({line_of(listener, settings, why), 0, why});
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

void warn_of_key(const config::Listener& listener, const config::SettingValues& settings,
                 std::vector<config::ConfigError>& out) {
  const config::ListenerTls& tls = *listener.tls;
  if (readable_by_all(tls.private_key)) {
    out.push_back(
        {line_or(settings, listener.line, {path_of(listener, "tls.private_key")}), 0,
         "private key " + tls.private_key + " may be read by every user of this host: chmod o-r"});
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

void warn_of_validity(const config::Config& config, const config::SettingValues& settings,
                      UtcTime now, std::vector<config::ConfigError>& out) {
  for (const CertificateInUse& one : certificates_of(config)) {
    std::string problem = validity_problem(one, now);
    if (problem.empty()) continue;
    out.push_back({line_or(settings, one.line, {one.setting, in_map_form(one.setting)}), 0,
                   std::move(problem)});
  }
}

/// The nearest directory above that is there, or what stands in its place.
fs::path nearest_above(const fs::path& path) {
  std::error_code error;
  fs::path out = path.parent_path();
  while (fs::symlink_status(out, error).type() == fs::file_type::not_found &&
         out.has_relative_path())
    out = out.parent_path();
  return out;
}

/// What a start would have to make below a directory must fit its file system.
std::optional<std::string> making_fault(const fs::path& directory, const fs::path& ledger) {
  struct statfs system {};
  if (::statfs(directory.c_str(), &system) != 0) return std::nullopt;
  if (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC)
    return "cannot be made: " + directory.string() + " takes no files of anybody";
  for (const fs::path& name : fs::path(ledger.string() + kJournal)) {
    if (name.string().size() > static_cast<std::size_t>(system.f_namelen))
      return "cannot be made: a name in it is longer than " + std::to_string(system.f_namelen) +
             " bytes with " + kJournal;
  }
  return std::nullopt;
}

/// What a start of before may have left, or somebody put there.
std::optional<std::string> beside_fault(const std::string& path) {
  std::error_code error;
  const std::string journal = path + kJournal;
  if (fs::exists(journal, error) && !fs::is_directory(journal, error))
    return "has something in its way: " + journal + " is no directory";
  for (const std::string& other : {journal, path + ".lock"}) {
    if (fs::exists(other, error) && ::access(other.c_str(), R_OK | W_OK) != 0)
      return "cannot be used: this user may not write to " + other;
  }
  return std::nullopt;
}

/// Why a start could not open or make the ledger.
std::optional<std::string> ledger_fault(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error) || path.ends_with('/')) return "is a directory, not a file";
  if (fs::exists(path, error) && ::access(path.c_str(), R_OK | W_OK) != 0)
    return "may not be written by this user";
  const fs::path ledger = fs::absolute(path, error);
  const fs::path directory = nearest_above(ledger);
  if (!fs::is_directory(directory, error)) return directory.string() + " is no directory";
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return "cannot be made: this user may not write to " + directory.string();
  if (auto fault = making_fault(directory, ledger)) return fault;
  return beside_fault(path);
}

}  // namespace

std::vector<config::ConfigError> opening_faults(const config::Config& config,
                                                const config::SettingValues& settings) {
  std::vector<config::ConfigError> out;
  check_authorities(config, settings, out);
  check_listeners(config, settings, out);
  if (const auto fault = ledger_fault(config.ledger.path))
    out.push_back({config::line_given(settings, {"ledger.path"}), 0,
                   "ledger.path " + config.ledger.path + " " + *fault});
  for (config::ConfigError& fault : audit_faults(config, settings)) out.push_back(std::move(fault));
  return out;
}

std::vector<config::ConfigError> opening_warnings(const config::Config& config,
                                                  const config::SettingValues& settings,
                                                  UtcTime now) {
  std::vector<config::ConfigError> out;
  for (const config::Listener& listener : config.listeners) {
    warn_of_networks(listener.trusted_proxies,
                     line_or(settings, listener.line, {path_of(listener, "trusted_proxies")}),
                     "listeners[].trusted_proxies of " + address_of(listener), out);
    if (listener.tls) warn_of_key(listener, settings, out);
  }
  if (const auto& header = config.authentication.custom_header)
    warn_of_networks(
        header->trusted_networks,
        config::line_given(settings, {"authentication.custom_header.trusted_networks"}),
        "authentication.custom_header.trusted_networks", out);
  warn_of_retention(config, settings, out);
  warn_of_validity(config, settings, now, out);
  return out;
}

std::vector<config::ConfigError> all_warnings(const config::LoadResult& loaded, UtcTime now) {
  std::vector<config::ConfigError> out = loaded.warnings;
  for (config::ConfigError& warning : opening_warnings(*loaded.config, loaded.settings, now))
    out.push_back(std::move(warning));
  for (config::ConfigError& warning : audit_warnings(*loaded.config, loaded.settings, now))
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
