// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/awaitable.hpp>
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

/// Whether somebody may change something.
enum class ActionRight : std::uint8_t {
  granted,
  refused,  ///< the key that was shown is not the right one, or none was
  off       ///< there is no key: nobody may
};

/// What an action is answered with; the body is JSON.
struct ActionAnswer {
  int status = 200;
  std::string body;
};

/// What the pages say; called on the control thread, once per request.
struct AdminPages {
  std::function<Readiness()> readiness;
  std::function<std::string()> metrics;
  std::function<std::string()> routes;  ///< JSON
  std::function<std::string()> quotas;  ///< JSON
  /// Whether who shows this key may change something. Empty: nothing can be changed.
  std::function<ActionRight(std::string_view key)> may_act{};
  /// Changes what a limit has left, as the JSON `body` says (app::QuotaActions); `peer`: who asks.
  std::function<boost::asio::awaitable<ActionAnswer>(std::string body, std::string peer)>
      change_quotas{};
};

/// Health, readiness, metrics and routes on a port of their own, small and bounded. It is read-only
/// but for POST /admin/quotas, which takes `Authorization: Bearer KEY`.
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
