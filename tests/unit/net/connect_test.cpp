// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/connect.hpp"

#include <gtest/gtest.h>

#include <optional>

#include "stream_pair.hpp"

namespace tollgate::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

SteadyTime in(milliseconds time) { return std::chrono::steady_clock::now() + time; }

class Connect : public StreamPair {
 protected:
  /// Bound, so that nobody else listens there, but not listening.
  static tcp::endpoint bind(tcp::acceptor& acceptor) {
    acceptor.open(tcp::v4());
    acceptor.bind({asio::ip::address_v4::loopback(), 0});
    return acceptor.local_endpoint();
  }

  tcp::acceptor one_{context_};
};

TEST_F(Connect, GivesASocketWithoutNaglesDelay) {
  const auto endpoint = bind(one_);
  one_.listen();
  auto socket = run(connect(endpoint, in(seconds(5))));
  ASSERT_TRUE(socket);
  tcp::no_delay option;
  socket->get_option(option);
  EXPECT_TRUE(option.value());
  EXPECT_EQ(socket->remote_endpoint(), endpoint);
}

TEST_F(Connect, NamesTheAddressAndPortThatRefused) {
  const tcp::endpoint dead = bind(one_);
  const auto result = run(connect(dead, in(seconds(5))));
  ASSERT_TRUE(result.has_error());
  EXPECT_EQ(result.error().code, Errc::unavailable);
  EXPECT_NE(result.error().message.find("127.0.0.1:" + std::to_string(dead.port())),
            std::string::npos);
}

TEST_F(Connect, GivesUpOnAnAddressThatSwallowsPackets) {
  const auto hole = bind(one_);
  one_.listen(0);
  Socket fills_the_queue(context_);
  fills_the_queue.connect(hole);
  EXPECT_EQ(run(connect(hole, in(milliseconds(50)))).error().code, Errc::timeout);
}

TEST(ShareOf, LeavesTheAddressesToComeTheirTime) {
  const SteadyTime now(seconds(100));
  EXPECT_EQ(share_of(now + seconds(6), 3, now), now + seconds(2));
  EXPECT_EQ(share_of(now + seconds(6), 1, now), now + seconds(6));
  EXPECT_EQ(share_of(now - seconds(1), 3, now), now - seconds(1));
}

TEST_F(Connect, AnAddressNeedsNoResolver) {
  const auto four = run(resolve("127.0.0.1", 443, in(seconds(0))));
  ASSERT_TRUE(four);
  EXPECT_EQ(*four, Endpoints{tcp::endpoint(asio::ip::make_address("127.0.0.1"), 443)});
  const auto six = run(resolve("::1", 80, in(seconds(0))));
  ASSERT_TRUE(six);
  EXPECT_EQ(*six, Endpoints{tcp::endpoint(asio::ip::make_address("::1"), 80)});
}

TEST_F(Connect, ResolvesWhatTheSystemKnows) {
  const auto found = run(resolve("localhost", 443, in(seconds(5))));
  ASSERT_TRUE(found);
  ASSERT_FALSE(found->empty());
  for (const auto& endpoint : *found) {
    EXPECT_TRUE(endpoint.address().is_loopback());
    EXPECT_EQ(endpoint.port(), 443);
  }
}

}  // namespace
}  // namespace tollgate::net
