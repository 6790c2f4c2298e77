// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "openings.hpp"

#include <linux/magic.h>
#include <sys/vfs.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "audit_openings.hpp"
#include "certificate_files.hpp"
#include "certificate_status.hpp"
#include "exporters_in_use.hpp"
#include "price_warnings.hpp"
#include "tollgate/base/file_fault.hpp"
#include "tollgate/capture/trail_settings.hpp"
#include "tollgate/config/all_exporters.hpp"
#include "tollgate/exporters/make_exporters.hpp"
#include "tollgate/ledger/ledger_files.hpp"
#include "tollgate/listener/listen_address.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/storage/lock_file.hpp"
#include "tollgate/telemetry/log.hpp"
#include "tollgate/trail/audit_desk.hpp"

namespace tollgate::app {
namespace {

/// What a warning ends with that a start tells in its own words.
constexpr const char* kStartTells = "; a start notes it as a loss, and writes it anew";

namespace fs = std::filesystem;

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

/// Of the setting whose file a message is about.
int line_about(const config::Listener& listener, const std::vector<CertificateFile>& files,
               const config::SettingValues& settings, const std::string& message) {
  for (const CertificateFile& file : files) {
    if (file.listener != &listener) continue;
    const std::string begin = std::string(word_for(file.use)) + " " + file.path + " ";
    if (message.starts_with(begin)) return setting_line(file, settings);
  }
  return listener.line;
}

void check_listeners(const config::Config& config, const std::vector<CertificateFile>& files,
                     const config::SettingValues& settings, std::vector<config::ConfigError>& out) {
  if (auto fault = listener::address_fault(config.admin.host))
    out.push_back({config::line_given(settings, {"admin.address"}), 0, std::move(*fault)});
  for (const config::Listener& listener : config.listeners) {
    if (auto fault = listener::address_fault(listener.host))
      out.push_back({listener.line, 0, std::move(*fault)});
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

/// The nearest directory above that is there, or what stands in its place.
fs::path nearest_above(const fs::path& path) {
  std::error_code error;
  fs::path out = path.parent_path();
  while (fs::symlink_status(out, error).type() == fs::file_type::not_found &&
         out.has_relative_path())
    out = out.parent_path();
  return out;
}

/// What a start would have to make below a directory must fit its file system. `longest`: the path
/// that is a database's with this ending, or a directory's with none.
std::optional<std::string> making_fault(const fs::path& directory, const fs::path& longest,
                                        const char* ending) {
  struct statfs system {};
  if (::statfs(directory.c_str(), &system) != 0) return std::nullopt;
  if (system.f_type == PROC_SUPER_MAGIC || system.f_type == SYSFS_MAGIC)
    return "cannot be made: " + directory.string() + " takes no files of anybody";
  for (const fs::path& name : longest) {
    if (name.string().size() > static_cast<std::size_t>(system.f_namelen))
      return "cannot be made: a name in it is longer than " + std::to_string(system.f_namelen) +
             " bytes" + (*ending == '\0' ? "" : " with ") + ending;
  }
  return std::nullopt;
}

/// What a start of before may have left, or somebody put there.
std::optional<std::string> beside_fault(const std::string& path) {
  std::error_code error;
  const std::string journal = ledger::journal_directory(path);
  if (const auto what = ledger::in_place_of_journals(path))
    return "has something in its way: " + *what;
  if (const auto what = ledger::in_way_of_ledger(path))
    return "has something in its way: " + *what + ", not a file: move it away";
  for (const std::string& other : {journal, storage::lock_path(path)}) {
    if (fs::exists(other, error) && ::access(other.c_str(), R_OK | W_OK) != 0)
      return "cannot be used: this user may not write to " + other;
  }
  return std::nullopt;
}

/// Why the file of a database could not be opened.
std::optional<std::string> database_file_fault(const std::string& path) {
  std::error_code error;
  if (path.ends_with('/')) return "is a directory, not a file";
  if (auto other = other_than_file(path)) return *other + ", not a file";
  if (fs::exists(path, error) && ::access(path.c_str(), R_OK | W_OK) != 0)
    return "may not be written by this user";
  return std::nullopt;
}

/// Why a start could not make it, and beside it what its path and this ending name; it makes each
/// directory above that is missing.
std::optional<std::string> database_place_fault(const std::string& path, const char* ending) {
  std::error_code error;
  const fs::path database = fs::absolute(path, error);
  const fs::path directory = nearest_above(database);
  if (!fs::is_directory(directory, error)) return directory.string() + " is no directory";
  if (::access(directory.c_str(), W_OK | X_OK) != 0)
    return "cannot be made: this user may not write to " + directory.string();
  return making_fault(directory, database.string() + ending, ending);
}

/// Why a start could not open or make the ledger.
std::optional<std::string> ledger_fault(const std::string& path) {
  if (auto fault = database_file_fault(path)) return fault;
  const Result<void> ours = ledger::refuse_foreign(path);
  if (!ours) return "cannot be used: " + ours.error().message;
  if (auto fault = database_place_fault(path, ledger::kJournalEnding)) return fault;
  return beside_fault(path);
}

/// The same of the audit trail; what its keys say of it is told with these.
std::optional<std::string> trail_fault(const config::Config& config) {
  const trail::StoreSettings settings = capture::store_settings(config);
  const std::string& path = settings.path;
  std::error_code error;
  if (auto fault = database_file_fault(path)) return fault;
  if (fs::is_regular_file(path, error) && fs::is_empty(path, error))
    return "was emptied: put a copy in its place, or delete it and begin a new trail";
  if (auto fault = database_place_fault(path, storage::kLockEnding)) return fault;
  if (const auto what = trail::AuditDesk::in_way(settings))
    return "has something in its way: " + *what + ", not a file: move it away";
  const std::string lock = storage::lock_path(path);
  if (fs::exists(lock, error) && ::access(lock.c_str(), R_OK | W_OK) != 0)
    return "cannot be used: this user may not write to " + lock;
  return std::nullopt;
}

/// Why an exporter could write no file there; it makes the directory, and those above it that are
/// missing.
std::optional<std::string> lines_fault(const std::string& directory) {
  std::error_code error;
  fs::path path = fs::absolute(directory, error).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();  // it ended with a slash
  if (auto other = other_than_directory(path)) return other;
  const bool there = fs::exists(path, error);
  const fs::path place = there ? path : nearest_above(path);
  if (!there && !fs::is_directory(place, error))
    return "cannot be made: " + place.string() + " is no directory";
  if (::access(place.c_str(), W_OK | X_OK) == 0)
    return there ? std::nullopt : making_fault(place, path, "");
  return there ? "may not be written by this user"
               : "cannot be made: this user may not write to " + place.string();
}

/// The same of all its destinations, and of the file there that is written next.
std::optional<std::string> destination_fault(const config::PlacedExporter& placed, UtcTime now) {
  const auto& given = std::get<config::JsonLines>(placed.exporter->kind).directory;
  if (auto fault = lines_fault(given)) return fault;
  const bool of_trail = placed.list.starts_with("audit");
  const config::Exporter beside = of_trail ? exporters::for_accesses(*placed.exporter)
                                           : exporters::for_adjustments(*placed.exporter);
  const std::string& second = std::get<config::JsonLines>(beside.kind).directory;
  const bool uses_second = !of_trail || !placed.exporter->checkpoints_only;
  if (const auto fault = uses_second ? lines_fault(second) : std::nullopt)
    return "has something in its way: " + second + " " + *fault;
  auto what = exporters::in_way(*placed.exporter, now);
  if (!what && uses_second) what = exporters::in_way(beside, now);
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
  std::vector<config::ConfigError> out;
  const std::vector<CertificateFile> files = certificate_files(config);
  check_authorities(files, settings, out);
  check_listeners(config, files, settings, out);
  if (const auto fault = ledger_fault(config.ledger.path))
    out.push_back({config::line_given(settings, {"ledger.path"}), 0,
                   "ledger.path " + config.ledger.path + " " + *fault});
  const bool has_trail = config::keeps_exchanges(config);
  const auto trail = has_trail ? trail_fault(config) : std::nullopt;
  if (trail)
    out.push_back({config::line_given(settings, {"audit.path", "audit"}), 0,
                   "audit.path " + config.audit.path + " " + *trail});
  const TrailPlace place = trail ? TrailPlace::faulty : TrailPlace::usable;
  for (config::ConfigError& fault : audit_faults(config, settings, place))
    out.push_back(std::move(fault));
  return out;
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
