// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/listener/listener.hpp"

#include <sys/socket.h>

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "connection.hpp"
#include "tollgate/listener/listen_address.hpp"
#include "tollgate/net/stream.hpp"
#include "tollgate/telemetry/log.hpp"

namespace tollgate::listener {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// After a failed accept (no descriptors left, say): trying again at once would only burn the
/// processor.
constexpr milliseconds kAcceptPause{100};

Result<tcp::endpoint> resolve_listen_address(asio::io_context& context, const std::string& host,
                                             std::uint16_t port) {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(host, error);
  if (!error) return tcp::endpoint(address, port);
  tcp::resolver resolver(context);
  const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::passive, error);
  if (error || found.empty()) {
    return Error{Errc::invalid_input, "cannot resolve the listening address " + host};
  }
  return found.begin()->endpoint();
}

/// The workers' sockets share the port (SO_REUSEPORT), and so could another process's, without a
/// word. A socket that does not share finds out.
void refuse_company(asio::io_context& context, const tcp::endpoint& endpoint,
                    boost::system::error_code& error) {
  tcp::acceptor alone(context);
  alone.open(endpoint.protocol(), error);
  if (error) return;
  alone.set_option(tcp::acceptor::reuse_address(true));
  alone.bind(endpoint, error);
}

void bind(tcp::acceptor& acceptor, const tcp::endpoint& endpoint,
          boost::system::error_code& error) {
  acceptor.open(endpoint.protocol(), error);
  if (error) return;
  acceptor.set_option(tcp::acceptor::reuse_address(true));
  const int on = 1;
  if (::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on)) != 0) {
    error.assign(errno, boost::system::system_category());
    return;
  }
  acceptor.bind(endpoint, error);
  if (!error) acceptor.listen(4096, error);
}

/// A client's socket and what is done with it.
struct Accepted {
  Accepted(net::Socket socket, boost::asio::ip::address peer, std::size_t listener,
           const Service& service)
      : stream(std::move(socket), service.sweep),
        connection(stream, std::move(peer), listener, service) {}
  net::Stream stream;
  Connection connection;
};

}  // namespace

ProxyTrust proxy_trust(const config::Listener& settings) {
  ProxyTrust out;
  out.header = settings.forwarded_header;
  for (const std::string& text : settings.trusted_proxies) {
    const auto network = Network::parse(text);
    if (network) out.networks.push_back(*network);
  }
  return out;
}

std::optional<std::string> address_fault(const std::string& host) {
  asio::io_context context;
  const Result<tcp::endpoint> endpoint = resolve_listen_address(context, host, 0);
  if (!endpoint) return endpoint.error().message;
  boost::system::error_code error;
  tcp::acceptor socket(context);
  socket.open(endpoint->protocol(), error);
  if (!error) socket.bind(*endpoint, error);
  if (!error) return std::nullopt;
  return "cannot listen on " + host + ": " + error.message();
}

Listener::Listener(asio::io_context& context, std::size_t index, Service service)
    : context_(context), acceptor_(context), pause_(context), index_(index), service_(service) {}

Result<std::unique_ptr<Listener>> Listener::make(asio::io_context& context,
                                                 const config::Listener& settings,
                                                 std::size_t index, Service service, bool first) {
  const Result<tcp::endpoint> endpoint =
      resolve_listen_address(context, settings.host, settings.port);
  if (!endpoint) return endpoint.error();
  std::unique_ptr<Listener> listener(new Listener(context, index, service));
  boost::system::error_code error;
  if (first && !settings.share_port && endpoint->port() != 0) {
    refuse_company(context, *endpoint, error);
  }
  if (!error) bind(listener->acceptor_, *endpoint, error);
  if (error) {
    return Error{Errc::invalid_input, "cannot listen on " + settings.host + ":" +
                                          std::to_string(settings.port) + ": " + error.message()};
  }
  listener->port_ = listener->acceptor_.local_endpoint().port();
  return listener;
}

void Listener::start() { asio::co_spawn(context_, accept_loop(), asio::detached); }

void Listener::stop() {
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

asio::awaitable<void> Listener::accept_loop() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    net::Socket socket(context_);
    co_await acceptor_.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (!error) {
      serve(std::move(socket));
      continue;
    }
    if (error == asio::error::operation_aborted || !acceptor_.is_open()) co_return;
    telemetry::log::warn("listener.accept_failed", {{"detail", error.message()}});
    pause_.expires_after(kAcceptPause);
    boost::system::error_code ignored;
    co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

void Listener::serve(net::Socket socket) {
  boost::system::error_code error;
  const tcp::endpoint peer = socket.remote_endpoint(error);
  if (error) return;  // gone before it was served
  if (!service_.connections.admit()) {
    service_.metrics.count_connection_refused();
    return;
  }
  socket.set_option(tcp::no_delay(true), error);
  auto accepted = std::make_unique<Accepted>(std::move(socket), peer.address(), index_, service_);
  const net::ServerTls* const tls = service_.generation->receptions[index_].tls;
  net::SslPtr ssl = tls == nullptr ? nullptr : tls->connection();
  // The frame owns the connection. An exception ends this connection only (faults.md R4).
  auto run = [](std::unique_ptr<Accepted> owned, net::SslPtr handshake) -> asio::awaitable<void> {
    co_await owned->connection.run(std::move(handshake));
  };
  asio::co_spawn(context_, run(std::move(accepted), std::move(ssl)),
                 [](const std::exception_ptr& failure) {
                   if (!failure) return;
                   try {
                     std::rethrow_exception(failure);
                   } catch (const std::exception& exception) {
                     telemetry::log::error("connection.failed", {{"detail", exception.what()}});
                   }
                 });
}

}  // namespace tollgate::listener
