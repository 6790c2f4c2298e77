// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <algorithm>
#include <map>
#include <set>

#include "settings.hpp"

namespace tollgate::config {
namespace {

class Checker {
 public:
  Checker(const Config& config, std::vector<ConfigError>& errors)
      : config_(config), errors_(errors) {}

  void run() {
    check_names();
    check_targets();
    check_operations();
    check_clients();
    check_identities();
    check_addresses();
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
  }

  void check_targets() {
    for (const Model& model : config_.models) {
      for (const Target& target : model.targets) {
        const bool known = std::any_of(config_.backends.begin(), config_.backends.end(),
                                       [&](const Backend& b) { return b.name == target.backend; });
        if (!known && !target.backend.empty()) {
          fail(model.line, "model " + model.name + " names an unknown backend: " + target.backend);
        }
      }
    }
  }

  void check_operations() {
    const std::string& wanted = config_.operations.backend;
    const bool known = std::any_of(config_.backends.begin(), config_.backends.end(),
                                   [&](const Backend& b) { return b.name == wanted; });
    if (!wanted.empty() && !known)
      fail(0, "operations.backend names an unknown backend: " + wanted);
  }

  void check_clients() {
    for (const Client& client : config_.clients) {
      for (const std::string& wanted : client.models.value_or(std::vector<std::string>())) {
        const bool known = std::any_of(config_.models.begin(), config_.models.end(),
                                       [&](const Model& m) { return m.name == wanted; });
        if (!known)
          fail(client.line, "client " + client.name + " names an unknown model: " + wanted);
      }
      const EntraMatch& entra = client.entra;
      const bool has_entra = !entra.app_ids.empty() || !entra.object_ids.empty() ||
                             !entra.roles.empty() || !entra.groups.empty();
      if (client.api_keys.empty() && !has_entra && client.header_values.empty()) {
        fail(client.line, "client " + client.name + " has nothing to prove itself with");
      }
      if (has_entra && !config_.authentication.entra) {
        fail(client.line, "client " + client.name + " needs authentication.entra");
      }
      if (!client.header_values.empty() && !config_.authentication.custom_header) {
        fail(client.line, "client " + client.name + " needs authentication.custom_header");
      }
    }
  }

  /// Two clients must not be provable by the same thing: who would pay?
  void claim(const Client& client, const std::string& kind, const std::string& value) {
    const auto [owner, fresh] = owners_.emplace(kind + "\n" + value, client.name);
    if (!fresh && owner->second == client.name) {
      fail(client.line, "client " + client.name + " lists one " + kind + " twice");
    } else if (!fresh) {
      fail(client.line, "clients " + owner->second + " and " + client.name + " share one " + kind);
    }
  }

  void check_identities() {
    for (const Client& client : config_.clients) {
      for (const ApiKey& key : client.api_keys) {
        claim(client, "API key", std::string(key.sha256.begin(), key.sha256.end()));
      }
      for (const std::string& value : client.header_values) claim(client, "header value", value);
      for (const std::string& value : client.entra.app_ids) claim(client, "Entra app id", value);
      for (const std::string& value : client.entra.object_ids)
        claim(client, "Entra object id", value);
      for (const std::string& value : client.entra.roles) claim(client, "Entra role", value);
      for (const std::string& value : client.entra.groups) claim(client, "Entra group", value);
    }
  }

  void check_addresses() {
    std::set<std::string> seen;
    for (const Listener& listener : config_.listeners) {
      // Each worker binds with SO_REUSEPORT, so the system would not notice.
      const std::string address = listener.host + ":" + std::to_string(listener.port);
      if (listener.port != 0 && !seen.insert(address).second) {
        fail(listener.line, "two listeners share the address " + address);
      }
      if (listener.port != 0 && listener.port == config_.admin.port) {
        fail(listener.line, "admin must not share a listener's port");
      }
    }
  }

  const Config& config_;
  std::vector<ConfigError>& errors_;
  std::map<std::string, std::string> owners_;
};

}  // namespace

void check_references(const Config& config, std::vector<ConfigError>& errors) {
  Checker(config, errors).run();
}

}  // namespace tollgate::config
