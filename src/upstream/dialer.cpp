// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/dialer.hpp"

#include <utility>

#include "tollgate/net/connect.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

namespace {

/// While it lives, a stream that carries nothing yet is left as soon as nobody wants it.
class GivesUp : public Cancellation::Watcher {
 public:
  GivesUp(Cancellation& cancellation, net::ByteStream& stream)
      : Watcher(cancellation), cancellation_(cancellation), stream_(stream) {}
  void on_change() override {
    if (!cancellation_.wanted()) stream_.cancel(Errc::cancelled);
  }

 private:
  Cancellation& cancellation_;
  net::ByteStream& stream_;
};

}  // namespace

asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> SocketDialer::dial(
    SteadyTime deadline, Cancellation& cancellation) {
  Result<net::Endpoints> endpoints = co_await net::resolve(url_.host, url_.port, deadline);
  if (!endpoints) co_return endpoints.error();
  Result<net::Socket> socket = co_await net::connect(std::move(*endpoints), deadline);
  if (!socket) co_return socket.error();
  std::unique_ptr<net::ByteStream> stream =
      std::make_unique<net::Stream>(std::move(*socket), sweep_);
  if (!url_.tls) co_return std::move(stream);
  const GivesUp watch(cancellation, *stream);
  stream->deadline(deadline);
  const Result<void> secured =
      co_await stream->handshake(tls_.connection(url_.host, session_.get()));
  if (!secured) co_return secured.error();
  stream->no_deadline();
  co_return std::move(stream);
}

void SocketDialer::learn_from(net::ByteStream& stream) {
  // TLS 1.3 sends its tickets after the handshake: by the end of an exchange they are here.
  if (stream.is_tls()) session_.reset(SSL_get1_session(stream.ssl()));
}

}  // namespace tollgate::upstream
