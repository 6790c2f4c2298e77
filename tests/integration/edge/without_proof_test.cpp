// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"

// What a listener answers before any proof, where it is told to: a load balancer's probe and a
// browser's preflight.
namespace tollgate::integration {
namespace {

const std::string kOrigin = "Origin: https://app.example\r\n";

class WithoutProof : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.listeners[0].health_path = "/live";
      config.listeners[0].cors_origins = {"https://app.example"};
    });
  }

  Message ask(const std::string& line, const std::string& fields = {}) {
    RawConnection client = gateway().connect();
    client.write(line + " HTTP/1.1\r\nHost: gw\r\n" + fields + "\r\n");
    return client.read_response();
  }
};

TEST_F(WithoutProof, AProbeIsAnsweredAndItsConnectionGoesOn) {
  RawConnection client = gateway().connect();
  for (int i = 0; i < 2; ++i) {
    client.write("GET /live HTTP/1.1\r\nHost: gw\r\n\r\n");
    const Message answer = client.read_response();
    EXPECT_EQ(answer.status(), 200);
    EXPECT_EQ(answer.body, "ok\n");
  }
}

TEST_F(WithoutProof, NothingElseIsOpen) {
  for (const char* line : {"GET /live/x", "GET /liv", "POST /live", "GET /healthz", "GET /",
                           "GET /openai/v1/models", "OPTIONS /openai/v1/models"}) {
    expect_refusal(ask(line), 401);
  }
  expect_refusal(ask("OPTIONS /openai/v1/chat/completions",
                     "Origin: https://evil.example\r\nAccess-Control-Request-Method: POST\r\n"),
                 401);
}

TEST_F(WithoutProof, APreflightIsAnsweredBeforeProof) {
  const Message answer = ask("OPTIONS /openai/v1/chat/completions",
                             kOrigin +
                                 "Access-Control-Request-Method: POST\r\n"
                                 "Access-Control-Request-Headers: api-key, content-type\r\n");
  EXPECT_EQ(answer.status(), 204);
  EXPECT_EQ(answer.field("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(answer.field("access-control-allow-headers"), "api-key, content-type");
}

TEST_F(WithoutProof, APageMayReadAnswersAndRefusals) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.fields = kOrigin}.bytes());
  Arrival arrival = backend().receive();
  arrival.connection.write(answer("Access-Control-Allow-Origin: https://other.example\r\n"));
  const Message good = client.read_response();
  EXPECT_EQ(good.status(), 200);
  EXPECT_EQ(good.field("access-control-allow-origin"), "https://app.example");
  EXPECT_EQ(good.wire.find("other.example"), std::string::npos);
  gateway().take_records(1);
  const Message refused = ask("GET /openai/v1/models", kOrigin);
  expect_refusal(refused, 401);
  EXPECT_EQ(refused.field("access-control-allow-origin"), "https://app.example");
}

TEST_F(WithoutProof, OtherOriginsAreToldNothing) {
  const Message refused = ask("GET /openai/v1/models", "Origin: https://evil.example\r\n");
  EXPECT_FALSE(refused.has_field("access-control-allow-origin"));
  EXPECT_EQ(refused.field("vary"), "Origin");
}

}  // namespace
}  // namespace tollgate::integration
