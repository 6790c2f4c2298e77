// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/http/dial.hpp"

#include <gtest/gtest.h>

#include <list>
#include <memory>
#include <string>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/tls_pair.hpp"
#include "tollgate/net/name_service.hpp"

namespace tollgate::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

const asio::ip::address kFirst = asio::ip::make_address("127.0.0.1");
const asio::ip::address kSecond = asio::ip::make_address("127.0.0.2");

/// Servers on loopback addresses that share a port, all of them called backend.example.
class DialTest : public net::TlsStreamPair {
 protected:
  DialTest() {
    net::NameService::of(context_).use([](const std::string&) -> Result<net::Addresses> {
      return net::Addresses{kFirst, kSecond};
    });
  }

  using Dialled = Result<std::unique_ptr<net::Stream>>;
  Dialled dial_it(const std::string& url, const EgressProxy* proxy = nullptr) {
    url_ = parse_url(url).value();
    return run(dial({.url = url_, .tls = client_tls_, .proxy = proxy}, sweep_,
                    std::chrono::steady_clock::now() + seconds(10)));
  }

  /// Bound but not listening unless something is to be served there.
  tcp::acceptor& bind(const asio::ip::address& address, std::uint16_t port) {
    tcp::acceptor& out = acceptors_.emplace_back(context_);
    out.open(tcp::v4());
    out.set_option(tcp::acceptor::reuse_address(true));
    out.bind({address, port});
    return out;
  }
  net::ServerTls tls_for(const std::string& name) {
    return net::make_server_tls(authority_.issue({.alt_names = "DNS:" + name}));
  }

  /// Takes one connection; a tunnel is asked for first where `answer` is not empty.
  void serve(tcp::acceptor& acceptor, const net::ServerTls* tls, std::string answer = {}) {
    acceptor.listen();
    asio::co_spawn(context_, serve_one(acceptor, tls, std::move(answer)), asio::detached);
  }
  asio::awaitable<void> serve_one(tcp::acceptor& acceptor, const net::ServerTls* tls,
                                  std::string answer) {
    net::Socket socket = co_await acceptor.async_accept(asio::use_awaitable);
    net::Stream& stream =
        *served_.emplace_back(std::make_unique<net::Stream>(std::move(socket), sweep_));
    while (!answer.empty() && asked_.find("\r\n\r\n") == std::string::npos) {
      std::string piece(1024, '\0');
      const Result<std::size_t> count = co_await stream.read_some(asio::buffer(piece));
      if (!count) co_return;
      asked_.append(piece, 0, *count);
    }
    if (!answer.empty()) {
      const Result<void> written = co_await stream.write(answer);
      if (!written) co_return;
    }
    if (tls == nullptr) co_return;
    const Result<void> secured = co_await stream.handshake(tls->connection());
    if (!secured) stream.close();
  }

  Url url_;
  std::list<tcp::acceptor> acceptors_;
  std::list<std::unique_ptr<net::Stream>> served_;
  std::string asked_;  ///< of a proxy
};

TEST_F(DialTest, GoesOnToTheNextAddressWhenOneRefuses) {
  tcp::acceptor& dead = bind(kFirst, 0);
  const std::uint16_t port = dead.local_endpoint().port();
  serve(bind(kSecond, port), nullptr);
  const Dialled stream = dial_it("http://backend.example:" + std::to_string(port));
  ASSERT_TRUE(stream) << stream.error().message;
}

TEST_F(DialTest, GoesOnToTheNextAddressWhenTlsFailsAtOne) {
  const net::ServerTls wrong = tls_for("other.example");
  const net::ServerTls right = tls_for("backend.example");
  tcp::acceptor& first = bind(kFirst, 0);
  const std::uint16_t port = first.local_endpoint().port();
  serve(first, &wrong);
  serve(bind(kSecond, port), &right);
  const Dialled stream = dial_it("https://backend.example:" + std::to_string(port));
  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_TRUE((*stream)->is_tls());
  EXPECT_EQ(served_.size(), 2U);
}

TEST_F(DialTest, SaysWhatWasWrongAtTheLastAddress) {
  const net::ServerTls wrong = tls_for("other.example");
  tcp::acceptor& first = bind(kFirst, 0);
  const std::uint16_t port = first.local_endpoint().port();
  serve(bind(kSecond, port), &wrong);
  const Dialled stream = dial_it("https://backend.example:" + std::to_string(port));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, Errc::tls);
}

TEST_F(DialTest, ATunnelIsAskedForByNameAndTlsGoesThroughIt) {
  const net::ServerTls backend = tls_for("backend.example");
  tcp::acceptor& there = bind(kFirst, 0);
  serve(there, &backend, "HTTP/1.1 200 Connection established\r\n\r\n");
  const EgressProxy proxy{"proxy.example", there.local_endpoint().port(), Secret("gw:word"), {}};
  const Dialled stream = dial_it("https://backend.example", &proxy);
  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_TRUE((*stream)->is_tls());
  EXPECT_EQ(asked_,
            "CONNECT backend.example:443 HTTP/1.1\r\nHost: backend.example:443\r\n"
            "Proxy-Authorization: Basic Z3c6d29yZA==\r\n\r\n");
}

TEST_F(DialTest, WhoIsExceptedIsReachedWithoutTheProxy) {
  tcp::acceptor& there = bind(kFirst, 0);
  const std::uint16_t port = there.local_endpoint().port();
  serve(there, nullptr);
  const EgressProxy proxy{"proxy.example", 1, {}, {"backend.example"}};
  EXPECT_TRUE(dial_it("http://backend.example:" + std::to_string(port), &proxy));
}

TEST_F(DialTest, AProxyThatRefusesIsToldApartFromTheBackend) {
  tcp::acceptor& there = bind(kFirst, 0);
  serve(there, nullptr, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
  const EgressProxy proxy{"127.0.0.1", there.local_endpoint().port(), {}, {}};
  const Dialled stream = dial_it("https://backend.example", &proxy);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, Errc::unavailable);
  EXPECT_NE(stream.error().message.find("the egress proxy refuses the tunnel: status 407"),
            std::string::npos);
  EXPECT_EQ(asked_.find("Proxy-Authorization"), std::string::npos);
}

TEST_F(DialTest, NothingMayStandBehindTheProxysAnswer) {
  tcp::acceptor& there = bind(kFirst, 0);
  serve(there, nullptr, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  const EgressProxy proxy{"127.0.0.1", there.local_endpoint().port(), {}, {}};
  const Dialled stream = dial_it("https://backend.example", &proxy);
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().code, Errc::protocol);
}

}  // namespace
}  // namespace tollgate::http
