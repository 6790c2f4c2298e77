// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::admin {

/// Whether the gateway can serve, and what is wrong if not.
struct Readiness {
  bool ready = true;
  std::vector<std::string> problems;   ///< also of what does not stop it from serving
  std::map<std::string, bool> models;  ///< by name: whether a target could serve it now
};

/// What the pages say; called on the control thread, once per request.
struct AdminPages {
  std::function<Readiness()> readiness;
  std::function<std::string()> metrics;
  std::function<std::string()> routes;  ///< JSON
  std::function<std::string()> quotas;  ///< JSON
};

/// Health, readiness, metrics and routes on a port of their own; read-only, small and bounded.
class AdminServer {
 public:
  /// Binds at once. Error invalid_input: the address cannot be bound.
  static Result<std::unique_ptr<AdminServer>> make(boost::asio::io_context& context,
                                                   const config::Admin& settings, AdminPages pages);
  virtual ~AdminServer() = default;

  virtual void start() = 0;
  /// On the io_context's thread.
  virtual void stop() = 0;
  virtual std::uint16_t port() const = 0;
};

}  // namespace tollgate::admin
