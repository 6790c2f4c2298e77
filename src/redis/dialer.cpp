// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "dialer.hpp"

#include "tollgate/net/connect.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::redis {

namespace asio = boost::asio;

asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> SocketDialer::dial(
    const Address& address, SteadyTime deadline, Cancellation& cancellation) {
  const Result<net::Endpoints> endpoints =
      co_await net::resolve(address.host, address.port, deadline);
  if (!endpoints) co_return endpoints.error();
  Error last{Errc::unavailable, "no address to connect to"};
  for (std::size_t i = 0; i < endpoints->size() && cancellation.wanted(); ++i) {
    const SteadyTime until =
        net::share_of(deadline, endpoints->size() - i, std::chrono::steady_clock::now());
    Result<net::Socket> socket = co_await net::connect((*endpoints)[i], until);
    if (!socket) {
      last = socket.error();
      continue;
    }
    auto stream = std::make_unique<net::Stream>(std::move(*socket), sweep_);
    if (tls_ == nullptr) co_return std::move(stream);
    stream->deadline(until);
    const net::EndsWaits watch(cancellation, *stream);
    const Result<void> secured =
        co_await stream->handshake(tls_->connection(server_name_, nullptr));
    if (secured) {
      stream->no_deadline();
      co_return std::move(stream);
    }
    last = secured.error();
    stream->close();
  }
  co_return last;
}

}  // namespace tollgate::redis
