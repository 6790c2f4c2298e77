// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/dialer.hpp"

#include <utility>

#include "tollgate/http/dial.hpp"
#include "tollgate/net/stream.hpp"

namespace tollgate::upstream {

namespace asio = boost::asio;

asio::awaitable<Result<std::unique_ptr<net::ByteStream>>> SocketDialer::dial(
    SteadyTime deadline, Cancellation& cancellation) {
  if (session_) SSL_SESSION_up_ref(session_.get());
  http::DialPlan plan{.url = url_,
                      .tls = tls_,
                      .session = net::SslSessionPtr(session_.get()),
                      .proxy = proxy_ ? &*proxy_ : nullptr,
                      .cancellation = &cancellation};
  Result<std::unique_ptr<net::Stream>> stream =
      co_await http::dial(std::move(plan), sweep_, deadline);
  if (!stream) co_return stream.error();
  co_return std::move(*stream);
}

void SocketDialer::learn_from(net::ByteStream& stream) {
  // TLS 1.3 sends its tickets after the handshake: by the end of an exchange they are here.
  if (stream.is_tls()) session_.reset(SSL_get1_session(stream.ssl()));
}

}  // namespace tollgate::upstream
