// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/dial.hpp"

#include <optional>
#include <utility>

#include "tollgate/net/connect.hpp"
#include "tunnel.hpp"

namespace tollgate::http {

namespace asio = boost::asio;

namespace {

/// While it lives, a stream that carries nothing yet is left as soon as nobody wants it.
class GivesUp : public Cancellation::Watcher {
 public:
  GivesUp(Cancellation& cancellation, net::ByteStream& stream)
      : Watcher(cancellation), cancellation_(cancellation), stream_(stream) {
    GivesUp::on_change();
  }
  void on_change() override {
    if (!cancellation_.wanted()) stream_.cancel(Errc::cancelled);
  }

 private:
  Cancellation& cancellation_;
  net::ByteStream& stream_;
};

/// Everything behind the socket's connecting, at one address.
asio::awaitable<Result<void>> set_up(net::Stream& stream, const DialPlan& plan,
                                     bool through_proxy) {
  std::optional<GivesUp> watch;
  if (plan.cancellation != nullptr) watch.emplace(*plan.cancellation, stream);
  if (through_proxy) {
    const Result<void> tunnelled = co_await open_tunnel(stream, plan.url, *plan.proxy);
    if (!tunnelled) co_return tunnelled;
  }
  if (!plan.url.tls) co_return Result<void>();
  co_return co_await stream.handshake(plan.tls.connection(plan.url.host, plan.session.get()));
}

}  // namespace

asio::awaitable<Result<std::unique_ptr<net::Stream>>> dial(DialPlan plan, net::DeadlineSweep& sweep,
                                                           SteadyTime deadline) {
  const bool proxied = plan.proxy != nullptr && plan.proxy->covers(plan.url.host, plan.url.port);
  const std::string& host = proxied ? plan.proxy->host : plan.url.host;
  const std::uint16_t port = proxied ? plan.proxy->port : plan.url.port;
  const Result<net::Endpoints> endpoints = co_await net::resolve(host, port, deadline);
  if (!endpoints) co_return endpoints.error();
  Error last{Errc::unavailable, "no address to connect to"};
  for (std::size_t i = 0; i < endpoints->size(); ++i) {
    const SteadyTime until =
        net::share_of(deadline, endpoints->size() - i, std::chrono::steady_clock::now());
    Result<net::Socket> socket = co_await net::connect((*endpoints)[i], until);
    if (!socket) {
      last = socket.error();
      continue;
    }
    auto stream = std::make_unique<net::Stream>(std::move(*socket), sweep);
    stream->deadline(until);
    const Result<void> ready = co_await set_up(*stream, plan, proxied);
    if (ready) {
      stream->no_deadline();
      co_return std::move(stream);
    }
    last = ready.error();
    stream->close();
    if (last.code == Errc::cancelled) break;
  }
  co_return last;
}

}  // namespace tollgate::http
