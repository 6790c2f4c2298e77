// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>

#include "certificate_status.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::app {
namespace {

namespace fs = std::filesystem;

/// Where a file of authorities is named: a backend's line, or 0.
struct Authorities {
  int line = 0;
  std::string file;
};

std::vector<Authorities> authorities_of(const config::Config& config) {
  std::vector<Authorities> out{{0, config.gateway.ca_certificates}};
  for (const config::Backend& backend : config.backends)
    out.push_back({backend.line, backend.ca_certificates});
  for (const config::Exporter& exporter : config.exporters) {
    const auto trusted = exporters::trusted_certificates(exporter);
    if (trusted) out.push_back({0, *trusted});
  }
  return out;
}

void check_authorities(const config::Config& config, std::vector<config::ConfigError>& out) {
  std::set<std::string> seen{""};
  for (const Authorities& authorities : authorities_of(config)) {
    if (!seen.insert(authorities.file).second) continue;
    const Result<net::ClientTls> tls = net::ClientTls::make({authorities.file});
    if (!tls) out.push_back({authorities.line, 0, tls.error().message});
  }
}

void check_listeners(const config::Config& config, std::vector<config::ConfigError>& out) {
  for (const config::Listener& listener : config.listeners) {
    if (!listener.tls) continue;
    const Result<net::ServerTls> tls = net::ServerTls::make(
        listener.tls->certificate, listener.tls->private_key, listener.tls->client_certificates);
    if (!tls) out.push_back({listener.line, 0, tls.error().message});
  }
}

void warn(int line, const std::string& what, std::vector<config::ConfigError>& out) {
  out.push_back({line, 0, "warning: " + what});
}

/// A network of every address trusts whoever can connect.
void warn_of_networks(const std::vector<std::string>& networks, int line,
                      const std::string& setting, std::vector<config::ConfigError>& out) {
  for (const std::string& network : networks) {
    if (!network.ends_with("/0")) continue;
    std::string what = setting;
    what.append(" trusts every address (").append(network).append(")");
    warn(line, what, out);
  }
}

void warn_of_tls(const config::Listener& listener, UtcTime now,
                 std::vector<config::ConfigError>& out) {
  const config::ListenerTls& tls = *listener.tls;
  if (readable_by_all(tls.private_key)) {
    warn(listener.line,
         "private key " + tls.private_key + " may be read by every user of this host: chmod o-r",
         out);
  }
  const auto served = net::ServerTls::make(tls.certificate, tls.private_key);
  if (!served) return;  // that is a fault, and told as one
  for (const std::string& problem :
       validity_problems({{address_of(listener), served->validity()}}, now))
    warn(listener.line, problem, out);
}

/// The directory that a start would make the ledger in, or the nearest one above it that exists.
std::optional<std::string> ledger_fault(const std::string& path) {
  std::error_code error;
  if (fs::is_directory(path, error)) return "is a directory, not a file";
  if (fs::exists(path, error) && ::access(path.c_str(), R_OK | W_OK) != 0)
    return "may not be written by this user";
  fs::path directory = fs::absolute(path, error).parent_path();
  while (!fs::exists(directory, error) && directory != directory.root_path())
    directory = directory.parent_path();
  if (!fs::is_directory(directory, error)) return directory.string() + " is no directory";
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return "cannot be made: this user may not write to " + directory.string();
  return std::nullopt;
}

}  // namespace

std::vector<config::ConfigError> opening_faults(const config::Config& config) {
  std::vector<config::ConfigError> out;
  check_authorities(config, out);
  check_listeners(config, out);
  if (const auto fault = ledger_fault(config.ledger.path))
    out.push_back({0, 0, "ledger.path " + config.ledger.path + " " + *fault});
  return out;
}

std::vector<config::ConfigError> opening_warnings(const config::Config& config, UtcTime now) {
  std::vector<config::ConfigError> out;
  for (const config::Listener& listener : config.listeners) {
    warn_of_networks(listener.trusted_proxies, listener.line,
                     "listeners[].trusted_proxies of " + address_of(listener), out);
    if (listener.tls) warn_of_tls(listener, now, out);
  }
  if (const auto& header = config.authentication.custom_header)
    warn_of_networks(header->trusted_networks, 0, "authentication.custom_header.trusted_networks",
                     out);
  return out;
}

void log_warnings(const std::vector<config::ConfigError>& warnings) {
  for (const config::ConfigError& warning : warnings)
    telemetry::log::warn("config.warning", {{"detail", warning.message}});
}

}  // namespace tollgate::app
