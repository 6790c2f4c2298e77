// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/config/restart.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace tollgate::config {
namespace {

std::string path_of_listener(const Listener& listener) {
  const bool v6 = listener.host.find(':') != std::string::npos;
  const std::string host = v6 ? "[" + listener.host + "]" : listener.host;
  return "listeners[" + host + ":" + std::to_string(listener.port) + "]";
}

template <class Value>
void keep(const Value& running, Value& next, const char* path, std::vector<std::string>& waiting) {
  if (running == next) return;
  next = running;
  waiting.emplace_back(path);
}

/// The running listeners in their order, each with what the new configuration says of its address.
void keep_listeners(const std::vector<Listener>& running, std::vector<Listener>& next,
                    std::vector<std::string>& waiting) {
  std::vector<Listener> kept;
  for (const Listener& listener : running) {
    const auto found = std::find_if(next.begin(), next.end(), [&](const Listener& other) {
      return other.host == listener.host && other.port == listener.port;
    });
    if (found == next.end()) {
      waiting.push_back(path_of_listener(listener));
      kept.push_back(listener);
    } else {
      kept.push_back(std::move(*found));
      next.erase(found);
    }
  }
  for (const Listener& added : next) waiting.push_back(path_of_listener(added));
  next = std::move(kept);
}

}  // namespace

std::vector<std::string> keep_until_restart(const Config& running, Config& next) {
  std::vector<std::string> waiting;
  keep(running.gateway.workers, next.gateway.workers, "gateway.workers", waiting);
  keep_listeners(running.listeners, next.listeners, waiting);
  const std::pair<std::string, std::uint16_t> admin(running.admin.host, running.admin.port);
  std::pair<std::string, std::uint16_t> next_admin(next.admin.host, next.admin.port);
  keep(admin, next_admin, "admin.address", waiting);
  std::tie(next.admin.host, next.admin.port) = next_admin;
  keep(running.quotas.store, next.quotas.store, "quotas.store", waiting);
  keep(running.ledger.path, next.ledger.path, "ledger.path", waiting);
  keep(running.audit.path, next.audit.path, "audit.path", waiting);
  keep(running.ledger.durability, next.ledger.durability, "ledger.durability", waiting);
  return waiting;
}

}  // namespace tollgate::config
