// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"
#include "tollgate/base/base64.hpp"

// What strangers are told: the same for every reason, so that it tells nothing (A15).
namespace tollgate::integration {
namespace {

const std::string kTenant = "00000000-0000-0000-0000-000000000001";

std::string token(const std::string& header, const std::string& claims) {
  return to_base64url(header) + "." + to_base64url(claims) + "." + to_base64url("signature");
}

class Unauthenticated : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.authentication.custom_header = {"x-client-id", {"10.0.0.0/8"}};
      config.clients[0].header_values = {"trusted-name"};
      config::EntraAuthentication& entra = config.authentication.entra.emplace();
      entra.tenants = {kTenant};
      entra.audiences = {"api://tollgate"};
      entra.authority =
          "https://localhost:1";  // nobody there: no token of the tenant can be checked
    });
  }

  /// The whole answer but for what names this one request.
  Message answer_to(const std::string& fields) {
    RawConnection client = gateway().connect();
    client.write("POST " + std::string(kTarget) + " HTTP/1.1\r\nHost: gw\r\n" + fields +
                 "Content-Length: 0\r\n\r\n");
    return client.read_response();
  }

  static std::string without_id(const Message& message) {
    std::string out = message.wire;
    const std::string id = message.field("x-request-id");
    for (std::size_t at; (at = out.find(id)) != std::string::npos;)
      out.replace(at, id.size(), "ID");
    return out;
  }
};

TEST_F(Unauthenticated, EveryReasonGetsTheSameAnswer) {
  const std::string key(kClientKey);
  const Message first = answer_to("");
  expect_refusal(first, 401);
  const std::string good_header = R"({"alg":"RS256","kid":"k"})";
  for (const std::string& fields : std::vector<std::string>{
           "api-key: nobodys-key\r\n", "api-key: " + key + "x\r\n",
           "api-key: " + key.substr(1) + "\r\n", "api-key:\r\n",
           "api-key: " + std::string(10'000, 'k') + "\r\n", "api-key: k\xC3\xA4\r\n",
           "Authorization: Bearer nobodys-key\r\n", "Authorization: Bearer\r\n",
           "Authorization: Basic eDp5\r\n", "Authorization: Bearer a b\r\n",
           "Authorization: Bearer " + token(R"({"alg":"none"})", "{}") + "\r\n",
           "Authorization: Bearer " + token(good_header, "{}") + "\r\n",
           "Authorization: Bearer " + token(good_header, R"({"tid":"another"})") + "\r\n",
           "X-Client-Id: trusted-name\r\n", "X-Client-Id: nobody\r\n"}) {
    EXPECT_EQ(without_id(answer_to(fields)), without_id(first)) << fields;
  }
  EXPECT_EQ(first.body.find("client"), std::string::npos) << first.body;
}

TEST_F(Unauthenticated, ATokenThatCannotBeCheckedYetIsNotARefusal) {
  const std::string claims = R"({"tid":")" + kTenant + R"("})";
  const Message answer =
      answer_to("Authorization: Bearer " + token(R"({"alg":"RS256","kid":"k"})", claims) + "\r\n");
  expect_refusal(answer, 503);
}

}  // namespace
}  // namespace tollgate::integration
