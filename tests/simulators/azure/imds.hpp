// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <mutex>
#include <set>

#include <boost/asio/awaitable.hpp>

#include "entra.hpp"

namespace tollgate::simulator {

/// Where a host's managed identity gets its tokens (azure-protocol.md 5.2): the instance metadata
/// service and the agent of Azure Arc at one path, told apart by api-version as their ports are in
/// the field; App Service in its two versions at another. Faults of service "imds" apply to all.
/// Thread-safe.
class Imds {
 public:
  Imds(const Setup& setup, const Entra& entra, Faults& faults);

  /// Where Arc's keys are written.
  void set_key_directory(std::string directory) { key_directory_ = std::move(directory); }

  boost::asio::awaitable<void> handle(const Request& request, Wire& wire);

  /// {"app_service", "arc", "resource_id"}: what a test puts into the gateway's environment.
  nlohmann::json describe(const std::string& base) const;

 private:
  struct Answer {
    int status = 200;
    nlohmann::json body = nlohmann::json::object();
    std::string fields;
  };

  Answer answer(const Request& request);
  Answer from_imds(const Request& request, const std::string& target) const;
  Answer from_arc(const Request& request, const std::string& target);
  Answer from_app_service(const Request& request, const std::string& target) const;
  std::string challenge();
  bool is_own_identity(const std::string& target) const;

  const Setup& setup_;
  const Entra& entra_;
  Faults& faults_;
  std::string identity_header_;
  std::string msi_secret_;
  std::string key_directory_;
  std::mutex mutex_;
  std::set<std::string> keys_;  ///< written for a challenge and not yet shown
};

}  // namespace tollgate::simulator
