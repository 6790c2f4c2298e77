// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/client_transport.hpp"
#include "tollgate/net/deadline.hpp"

namespace tollgate::app {

/// Whom the control plane trusts on its own connections, and through which proxies they go.
struct ControlTls {
  /// Error invalid_input: a file of certificates cannot be used.
  static Result<ControlTls> make(const config::Config& config);

  net::ClientTls identity;
  std::map<std::string, net::ClientTls> exporters;  ///< by their HTTP client's name
  std::optional<EgressProxy> identity_proxy;
  std::optional<EgressProxy> exporters_proxy;
};

/// The one thread for everything that is not a client's request: tokens, signing keys, delivery,
/// admin.
class ControlPlane {
 public:
  /// Error invalid_input: a file of certificates cannot be used.
  static Result<std::unique_ptr<ControlPlane>> make(const config::Config& config);
  ~ControlPlane();

  /// For connections to come. Control thread.
  void use(ControlTls tls);

  boost::asio::io_context& context() { return context_; }
  net::DeadlineSweep& sweep() { return sweep_; }
  boost::asio::any_io_executor executor() { return context_.get_executor(); }
  /// For Entra and managed identity endpoints.
  http::Transport& identity_transport() { return *identity_; }
  /// For an exporter that speaks HTTP, which may have certificates of its own. Control thread, or
  /// before it runs.
  http::Transport& exporter_transport(const std::string& transport) {
    return *exporters_.at(transport);
  }

  /// One more, with certificate files and a proxy of its own. The control plane outlives it.
  Result<std::unique_ptr<http::ClientTransport>> make_transport(
      const std::vector<std::string>& ca_files, std::optional<EgressProxy> proxy);

  void start();
  /// Ends the thread once nothing is left to do on it; what still runs is given up.
  void stop();

 private:
  ControlPlane();
  void use_exporters(std::map<std::string, net::ClientTls>&& exporters,
                     const std::optional<EgressProxy>& proxy);

  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> busy_;
  net::DeadlineSweep sweep_;
  std::unique_ptr<http::ClientTransport> identity_;
  /// By name; never fewer: a delivery that ends may still use its own.
  std::map<std::string, std::unique_ptr<http::ClientTransport>> exporters_;
  std::thread thread_;
};

}  // namespace tollgate::app
