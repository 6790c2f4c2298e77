// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "tollgate/base/error.hpp"
#include "tollgate/base/proxy_trust.hpp"
#include "tollgate/config/config.hpp"
#include "tollgate/http/cors.hpp"
#include "tollgate/listener/connection_set.hpp"
#include "tollgate/net/deadline.hpp"
#include "tollgate/net/stream.hpp"
#include "tollgate/net/tls.hpp"
#include "tollgate/proxy/request_pipeline.hpp"
#include "tollgate/telemetry/line_budget.hpp"

namespace tollgate::listener {

/// What a listening address answers before any proof.
struct WithoutProof {
  std::string health_path;  ///< empty: none
  http::CorsPolicy cors;
};

/// What one configuration says of a listening address.
struct Reception {
  const net::ServerTls* tls = nullptr;  ///< null: plain
  ProxyTrust proxies;
  WithoutProof without_proof;
};

/// Whom a listener believes about its callers' addresses.
ProxyTrust proxy_trust(const config::Listener& settings);

/// A generation as a worker's listeners see it: what follows from one configuration for them.
struct Generation {
  std::uint64_t number = 0;  ///< tells configurations apart
  const config::Limits& limits;
  proxy::RequestPipeline& pipeline;
  std::vector<Reception> receptions;  ///< one per listener, in their order
};

/// What a connection needs besides its socket; all of it outlives every connection of the worker.
struct Service {
  /// The newest configuration's. A handshake and an exchange begin with what stands here then; an
  /// exchange keeps that alive to its end, a connection does not.
  const std::shared_ptr<const Generation>& generation;
  net::DeadlineSweep& sweep;
  ConnectionSet& connections;
  telemetry::WorkerMetrics& metrics;
  telemetry::log::LineBudget& handshake_lines;  ///< of failed handshakes, whoever's
};

/// One worker's share of a listening address: every worker binds it with SO_REUSEPORT and the
/// kernel spreads connections over them.
class Listener {
 public:
  /// `index` is the listener's place in Generation::receptions; `first`: none of the gateway's own
  /// sockets listens there yet. Error invalid_input: the address cannot be bound, or another
  /// process has it (Listener::share_port).
  static Result<std::unique_ptr<Listener>> make(boost::asio::io_context& context,
                                                const config::Listener& settings, std::size_t index,
                                                Service service, bool first);

  /// Starts accepting on the io_context.
  void start();
  /// Closes the listening socket; connections go on. On the io_context's thread.
  void stop();
  /// The bound port, also when the configuration said 0.
  std::uint16_t port() const { return port_; }

 private:
  Listener(boost::asio::io_context& context, std::size_t index, Service service);

  boost::asio::awaitable<void> accept_loop();
  void serve(net::Socket socket);

  boost::asio::io_context& context_;
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::size_t index_;
  Service service_;
  std::uint16_t port_ = 0;
};

}  // namespace tollgate::listener
