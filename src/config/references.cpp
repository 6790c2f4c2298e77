// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <variant>

#include <boost/asio/ip/address.hpp>

#include "settings.hpp"
#include "tollgate/base/nearest_name.hpp"
#include "tollgate/config/all_exporters.hpp"
#include "tollgate/config/worker_count.hpp"

namespace tollgate::config {
namespace {

/// Whether two listeners of one port would have some address both. `::` takes IPv4 as well; what a
/// name resolves to is not known here, but that every address is also its.
bool overlap(const std::string& one, const std::string& other) {
  if (one == other) return true;
  boost::system::error_code named;
  const auto first = boost::asio::ip::make_address(one, named);
  if (named) return other == "0.0.0.0" || other == "::";
  const auto second = boost::asio::ip::make_address(other, named);
  if (named) return overlap(other, one);
  const auto takes = [](const auto& every, const auto& some) {
    return every.is_unspecified() && (every.is_v6() || some.is_v4());
  };
  return first == second || takes(first, second) || takes(second, first);
}

class Checker {
 public:
  Checker(const Config& config, const SettingValues& settings, std::vector<ConfigError>& errors)
      : config_(config), settings_(settings), errors_(errors) {}

  void run() {
    check_names();
    check_targets();
    check_prices();
    check_quotas(config_, settings_, errors_);
    check_operations();
    check_clients();
    check_authentication();
    check_identities();
    check_addresses();
    check_ledger();
    check_line_directories();
    check_blob_prefixes();
  }

 private:
  void fail(int line, std::string message) { errors_.push_back({line, 0, std::move(message)}); }

  template <class List>
  void unique_names(const List& list, const std::string& kind) {
    std::set<std::string> seen;
    for (const auto& entry : list) {
      if (!entry.name.empty() && !seen.insert(entry.name).second) {
        fail(entry.line, "two " + kind + " are named " + entry.name);
      }
    }
  }

  void check_names() {
    unique_names(config_.clients, "clients");
    unique_names(config_.backends, "backends");
    unique_names(config_.models, "models");
    unique_names(config_.exporters, "exporters");
    unique_names(config_.audit.exporters, "audit.exporters");
  }

  /// Where a name of another part of the file stands.
  template <class List>
  void must_name(const List& list, int line, const std::string& who, const std::string& kind,
                 const std::string& wanted) {
    std::set<std::string> names;
    for (const auto& entry : list) names.insert(entry.name);
    if (names.contains(wanted)) return;
    fail(line, who + " names an unknown " + kind + ": " + wanted + did_you_mean(wanted, names));
  }

  void check_targets() {
    for (const Model& model : config_.models) {
      for (const Target& target : model.targets) {
        if (target.backend.empty()) continue;
        must_name(config_.backends, model.line, "model " + model.name, "backend", target.backend);
      }
    }
  }

  /// A deployment is of one sku and serves one model, whichever of our models lead to it.
  void check_deployments() {
    std::map<std::string, const Target*> known;
    for (const Model& model : config_.models) {
      for (const Target& target : model.targets) {
        const Target& first =
            *known.emplace(target.backend + "/" + target.deployment, &target).first->second;
        if (first.sku == target.sku && first.serves == target.serves) continue;
        fail(model.line, "model " + model.name + " and another one differ in sku or serves of " +
                             target.backend + "/" + target.deployment);
      }
    }
  }

  void check_prices() {
    check_deployments();
    const int line = config_.prices.file.empty() ? 0 : line_given(settings_, {"prices.file"});
    for (const pricing::Adjustment& adjustment : config_.prices.list.adjustments()) {
      if (adjustment.client.empty()) continue;
      must_name(config_.clients, line == 0 ? adjustment.line : line, "prices.adjustments", "client",
                adjustment.client);
    }
    for (const pricing::Capacity& capacity : config_.prices.list.capacities().entries())
      check_capacity(capacity, line == 0 ? capacity.line : line);
  }

  /// Of a sku that is paid by the token each operation has its own price.
  void check_capacity(const pricing::Capacity& capacity, int line) {
    must_name(config_.backends, line, "prices.provisioned", "backend", capacity.backend);
    for (const Model& model : config_.models) {
      for (const Target& target : model.targets) {
        if (target.backend != capacity.backend || target.deployment != capacity.deployment)
          continue;
        const pricing::Sku* const sku = pricing::find_sku(target.sku);
        if (sku != nullptr && sku->provisioned) continue;
        const std::string fault =
            "prices.provisioned has " + capacity.backend + "/" + capacity.deployment +
            ", whose sku in model " + model.name + " is " +
            (target.sku.empty() ? "not given" : target.sku) +
            ": it must be a provisioned one, such as GlobalProvisionedManaged";
        // A deployment has an entry for each price and size, and the fault is one.
        if (told_capacities_.insert(fault).second) fail(line, fault);
      }
    }
  }

  /// A worker has a segment of its journal in use, one that is being moved and a spare; the rest is
  /// the database's.
  void check_ledger() {
    constexpr std::uint64_t kMiB = 1024 * 1024;
    constexpr std::uint64_t kSegments = 3;
    constexpr std::uint64_t kSegment = Ledger::kSegmentSize / kMiB;
    constexpr std::uint64_t kDatabase = 8;  // MiB
    const std::uint64_t workers = worker_count(config_);
    const std::uint64_t least = workers * kSegments * kSegment + kDatabase;
    if (config_.ledger.max_size >= least * kMiB) return;
    fail(line_given(settings_, {"ledger.max_size", "gateway.workers"}),
         "ledger.max_size is too small: at least " + std::to_string(least) + "MiB, which is " +
             std::to_string(workers) + " workers (gateway.workers) x " + std::to_string(kSegments) +
             " segments of their journals x " + std::to_string(kSegment) + "MiB + " +
             std::to_string(kDatabase) + "MiB for the database");
  }

  /// Both would append to the newest file that is there: each would find it locked or the other's
  /// lines in it.
  void check_line_directories() {
    std::map<std::filesystem::path, std::string> users;
    for (const PlacedExporter& placed : all_exporters(config_)) {
      const auto* const lines = std::get_if<JsonLines>(&placed.exporter->kind);
      if (lines == nullptr || lines->directory.empty()) continue;
      take_directory(users, lines->directory, placed);
      const bool of_records = full_name(placed) == placed.exporter->name;
      if (of_records) take_directory(users, adjustment_directory(*lines), placed);
      if (of_records) take_directory(users, refusal_directory(*lines), placed);
      if (!of_records && !placed.exporter->checkpoints_only)
        take_directory(users, access_directory(*lines), placed);
    }
  }

  void take_directory(std::map<std::filesystem::path, std::string>& users,
                      const std::string& directory, const PlacedExporter& placed) {
    // With a slash at the end whichever way it was written.
    const auto place = (std::filesystem::path(directory) / "").lexically_normal();
    const auto [user, fresh] = users.emplace(place, full_name(placed));
    if (fresh) return;
    fail(placed.exporter->line, "exporters " + user->second + " and " + full_name(placed) +
                                    " share the directory " + directory);
  }

  /// The rows of both would stand in the same blobs.
  void check_blob_prefixes() {
    std::map<std::string, std::string> users;
    for (const Exporter& exporter : config_.exporters) {
      for (const char* const behind : {"", kAdjustmentPlace, kRefusalPlace})
        use_blobs(exporter, behind, users);
    }
    for (const Exporter& exporter : config_.audit.exporters) {
      use_blobs(exporter, "", users);
      if (!exporter.checkpoints_only) use_blobs(exporter, kAccessPlace, users);
    }
  }

  void use_blobs(const Exporter& exporter, const char* behind,
                 std::map<std::string, std::string>& users) {
    const auto* const blob = std::get_if<AppendBlob>(&exporter.kind);
    if (blob == nullptr || blob->container.empty()) return;
    const std::string place = blob->container + "/" + blob->prefix + behind;
    const auto [user, fresh] = users.emplace(place, exporter.name);
    if (fresh) return;
    fail(exporter.line,
         "exporters " + user->second + " and " + exporter.name + " share the blobs of " + place);
  }

  void check_operations() {
    const std::string& wanted = config_.operations.backend;
    if (!wanted.empty())
      must_name(config_.backends, line_given(settings_, {"operations.backend"}),
                "operations.backend", "backend", wanted);
  }

  void check_clients() {
    for (std::size_t i = 0; i < config_.clients.size(); ++i) {
      const Client& client = config_.clients[i];
      for (const std::string& wanted : client.models.value_or(std::vector<std::string>())) {
        must_name(config_.models, client.line, "client " + client.name, "model", wanted);
      }
      if (!proof_is_wrong(i)) check_proof(client);
    }
  }

  /// Whether something is wrong with what a client would prove itself with: that is said already,
  /// and it has not been read.
  bool proof_is_wrong(std::size_t index) const {
    const std::string client = "clients[" + std::to_string(index) + "].";
    return std::any_of(errors_.begin(), errors_.end(), [&](const ConfigError& error) {
      if (!error.message.starts_with(client)) return false;
      const std::string_view rest = std::string_view(error.message).substr(client.size());
      return rest.starts_with("api_keys") || rest.starts_with("entra") ||
             rest.starts_with("header_values") || rest.starts_with("certificates");
    });
  }

  void check_proof(const Client& client) {
    const Authentication& ways = config_.authentication;
    const auto needs = [&](const char* what) {
      fail(client.line, "client " + client.name + " needs " + what);
    };
    if (client.api_keys.empty() && client.entra.empty() && client.header_values.empty() &&
        client.certificates.empty()) {
      fail(client.line, "client " + client.name + " has nothing to prove itself with");
    }
    if (!client.entra.empty() && !ways.entra && !ways.pass_through) needs("authentication.entra");
    if (!client.header_values.empty() && !ways.custom_header) needs("authentication.custom_header");
    if (!client.certificates.empty() && !takes_certificates()) {
      needs("a listener with tls.client_certificates");
    }
    if (!ways.entra || ways.pass_through) return;
    for (const std::string& tenant : client.entra.tenants) {
      const auto& known = ways.entra->tenants;
      if (std::find(known.begin(), known.end(), tenant) == known.end()) {
        needs(("authentication.entra to accept the tenant " + tenant).c_str());
      }
    }
  }

  bool takes_certificates() const {
    return std::any_of(config_.listeners.begin(), config_.listeners.end(), [](const Listener& l) {
      return l.tls && !l.tls->client_certificates.empty();
    });
  }

  /// A token that is not checked must have somewhere to go where it is, and must not be taken for a
  /// checked one.
  void check_authentication() {
    const Authentication& ways = config_.authentication;
    if (ways.custom_header && !ways.custom_header->trusted_certificates.empty() &&
        !takes_certificates()) {
      fail(line_given(settings_, {"authentication.custom_header.trusted_certificates"}),
           "authentication.custom_header needs a listener with tls.client_certificates");
    }
    if (!ways.pass_through) return;
    const bool passed =
        std::any_of(config_.backends.begin(), config_.backends.end(), [](const Backend& b) {
          return std::holds_alternative<PassThroughCredential>(b.credential);
        });
    if (!passed)
      fail(line_given(settings_, {"authentication.pass_through"}),
           "authentication.pass_through needs a backend with the credential pass_through");
    for (const std::string& audience : ways.pass_through->audiences) {
      if (!ways.entra) break;
      const auto& checked = ways.entra->audiences;
      if (std::find(checked.begin(), checked.end(), audience) != checked.end()) {
        fail(line_given(settings_, {"authentication.pass_through.audiences"}),
             "authentication.pass_through and authentication.entra share the audience " + audience);
      }
    }
  }

  /// Two clients must not be provable by the same thing: who would pay?
  bool claim(const Client& client, const std::string& kind, const std::string& value) {
    const auto [owner, fresh] = owners_.emplace(kind + "\n" + value, client.name);
    if (!fresh && owner->second == client.name) {
      fail(client.line, "client " + client.name + " lists one " + kind + " twice");
    } else if (!fresh) {
      fail(client.line, "clients " + owner->second + " and " + client.name + " share one " + kind);
    }
    return fresh;
  }

  /// One application may be two clients: by tenant, or by whether it acts for a user.
  void claim_entra(const Client& client, const std::string& kind, const std::string& value) {
    std::vector<std::string> tenants = client.entra.tenants;
    if (tenants.empty()) tenants.emplace_back("any");
    for (const TokenType type : {TokenType::app, TokenType::user}) {
      if (client.entra.token_type != TokenType::any && client.entra.token_type != type) continue;
      for (const std::string& tenant : tenants) {
        const std::string scope = tenant + (type == TokenType::app ? " app " : " user ");
        if (!claim(client, kind, scope + value)) return;
      }
    }
  }

  void check_identities() {
    for (const Client& client : config_.clients) {
      for (const ApiKey& key : client.api_keys) {
        claim(client, "API key", std::string(key.sha256.begin(), key.sha256.end()));
      }
      for (const std::string& value : client.header_values) claim(client, "header value", value);
      const EntraMatch& entra = client.entra;
      for (const std::string& value : entra.app_ids) claim_entra(client, "Entra app id", value);
      for (const std::string& value : entra.object_ids)
        claim_entra(client, "Entra object id", value);
      for (const std::string& value : entra.roles) claim_entra(client, "Entra role", value);
      for (const std::string& value : entra.groups) claim_entra(client, "Entra group", value);
      const CertificateMatch& match = client.certificates;
      for (const std::string& value : match.subjects) claim(client, "certificate subject", value);
      for (const std::string& value : match.dns_names) claim(client, "certificate DNS name", value);
      for (const std::string& value : match.uris) claim(client, "certificate URI", value);
    }
  }

  void check_addresses() {
    for (auto listener = config_.listeners.begin(); listener != config_.listeners.end();
         ++listener) {
      for (auto other = config_.listeners.begin(); other != listener; ++other)
        check_pair(*other, *listener);
    }
    for (const Listener& listener : config_.listeners) {
      if (listener.port != 0 && listener.port == config_.admin.port) {
        fail(listener.line, "this listener and admin.address share the port " +
                                std::to_string(listener.port) + ": admin must have one of its own");
      }
    }
  }

  /// Each worker binds with SO_REUSEPORT, so the system would not always notice.
  void check_pair(const Listener& first, const Listener& second) {
    if (second.port == 0 || first.port != second.port || !overlap(first.host, second.host)) return;
    const auto address = [](const Listener& listener) {
      const bool v6 = listener.host.find(':') != std::string::npos;
      return (v6 ? "[" + listener.host + "]" : listener.host) + ":" + std::to_string(listener.port);
    };
    if (first.host == second.host)
      return fail(second.line, "two listeners share the address " + address(second));
    fail(second.line, "the listeners " + address(first) + " and " + address(second) +
                          " share a port: one of them is every address of this host");
  }

  const Config& config_;
  const SettingValues& settings_;
  std::vector<ConfigError>& errors_;
  std::map<std::string, std::string> owners_;
  std::set<std::string> told_capacities_;  ///< faults of prices.provisioned
};

}  // namespace

void check_references(const Config& config, const SettingValues& settings,
                      std::vector<ConfigError>& errors) {
  Checker(config, settings, errors).run();
}

}  // namespace tollgate::config
