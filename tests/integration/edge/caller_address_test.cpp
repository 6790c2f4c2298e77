// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// Whose address a record names, and that no forwarding header is a proof.
namespace tollgate::integration {
namespace {

class CallerAddress : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.listeners[0].trusted_proxies = {"127.0.0.0/8"};
      config.authentication.custom_header = {"x-client-id", {"10.0.0.0/8"}};
      config.clients[0].header_values = {"trusted-name"};
    });
  }

  std::string recorded(const std::string& fields) {
    RawConnection client = gateway().connect();
    client.write(ClientRequest{.fields = fields}.bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    client.read_response();
    return gateway().take_records(1).at(0).caller_ip_address;
  }
};

TEST_F(CallerAddress, IsWholeFromEitherHeader) {
  EXPECT_EQ(recorded(""), "127.0.0.1");
  EXPECT_EQ(recorded("X-Forwarded-For: 1.1.1.1, 203.0.113.78\r\n"), "203.0.113.78");
  EXPECT_EQ(
      recorded(
          "Forwarded: for=1.1.1.1\r\nForwarded: for=\"[2001:db8:cafe::17]:4711\";proto=https\r\n"),
      "2001:db8:cafe::17");
  EXPECT_EQ(recorded("Forwarded: for=1.1.1.1, for=_hidden\r\n"), "127.0.0.1");
  EXPECT_EQ(recorded("Forwarded: for=1.1.1.1\r\nX-Forwarded-For: 203.0.113.78\r\n"),
            "203.0.113.78");
}

TEST_F(CallerAddress, IsNeverAProof) {
  for (const char* field : {"X-Forwarded-For: 10.1.2.3\r\n", "Forwarded: for=10.1.2.3\r\n"}) {
    RawConnection client = gateway().connect();
    client.write("GET / HTTP/1.1\r\nHost: gw\r\nX-Client-Id: trusted-name\r\n" +
                 std::string(field) + "\r\n");
    expect_refusal(client.read_response(), 401);
  }
}

}  // namespace
}  // namespace tollgate::integration
