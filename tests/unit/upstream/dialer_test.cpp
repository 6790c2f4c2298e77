// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/upstream/dialer.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>

#include <boost/asio/use_awaitable.hpp>

#include "net/tls_pair.hpp"
#include "tollgate/net/name_service.hpp"

namespace tollgate::upstream {
namespace {

namespace asio = boost::asio;

class SocketDialerTest : public net::TlsStreamPair {
 protected:
  using Dialled = Result<std::unique_ptr<net::ByteStream>>;

  /// A connection that carried an exchange, with its session.
  std::unique_ptr<net::TlsPair> connection() {
    return shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  }

  asio::awaitable<Result<void>> serve() {
    net::Socket socket = co_await acceptor_.async_accept(asio::use_awaitable);
    served_ = std::make_unique<net::Stream>(std::move(socket), sweep_);
    co_return co_await served_->handshake(server_tls_.connection());
  }

  tcp::acceptor acceptor_{context_, {asio::ip::address_v4::loopback(), 0}};
  std::unique_ptr<net::Stream> served_;
  SocketDialer dialer_{
      http::parse_url("https://localhost:" + std::to_string(acceptor_.local_endpoint().port()))
          .value(),
      client_tls_, sweep_, std::nullopt};
};

// The first session was freed under the one that was about to use it.
TEST_F(SocketDialerTest, ASessionLivesWhileItIsUsedAlthoughANewerOneComesMeanwhile) {
  std::promise<void> found;
  net::NameService::of(context_).use(
      [name = found.get_future().share()](const std::string&) -> Result<net::Addresses> {
        name.wait();
        return net::Addresses{asio::ip::address_v4::loopback()};
      });
  auto older = connection();
  auto newer = connection();
  dialer_.learn_from(older->client);
  older.reset();
  Cancellation cancellation;
  net::Started<Result<void>> server(context_, serve());
  net::Started<Dialled> dialled(
      context_, dialer_.dial(std::chrono::steady_clock::now() + seconds(10), cancellation));
  ASSERT_FALSE(dialled.done());
  dialer_.learn_from(newer->client);
  newer.reset();
  found.set_value();
  const Dialled stream = dialled.get();
  ASSERT_TRUE(stream);
  EXPECT_TRUE(server.get());
}

}  // namespace
}  // namespace tollgate::upstream
