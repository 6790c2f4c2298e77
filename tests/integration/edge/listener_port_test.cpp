// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <stdexcept>

#include "test_gateway.hpp"

// A second gateway on the same port.
namespace tollgate::integration {
namespace {

TEST(ListenerPort, IsNotSharedWithAnotherGatewayWithoutAWord) {
  const TestGateway first;
  const auto same_port = [&](config::Config& config) { config.listeners[0].port = first.port(); };
  EXPECT_THROW(TestGateway{same_port}, std::logic_error);
}

TEST(ListenerPort, IsSharedWhereThatIsWanted) {
  const TestGateway first;
  const auto same_port = [&](config::Config& config) {
    config.listeners[0].port = first.port();
    config.listeners[0].share_port = true;
  };
  const TestGateway second(same_port);
  EXPECT_EQ(second.port(), first.port());
}

TEST(ListenerPort, OfAGatewayThatHasEndedIsFreeAtOnce) {
  std::uint16_t port = 0;
  {
    TestGateway first;
    port = first.port();
    RawConnection client = first.connect();
    client.write("GET / HTTP/1.1\r\nHost: gw\r\n\r\n");
    client.read_response();
  }
  const TestGateway second([&](config::Config& config) { config.listeners[0].port = port; });
  EXPECT_EQ(second.port(), port);
}

}  // namespace
}  // namespace tollgate::integration
