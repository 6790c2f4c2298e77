// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "shared_gateway_test.hpp"
#include "tollgate/base/base64.hpp"

// Callers whose tokens only the backend can check: where their requests may go, and what the record
// says.
namespace tollgate::integration {
namespace {

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kApp = "00000000-0000-0000-0000-0000000000aa";
const std::string kObject = "00000000-0000-0000-0000-0000000000bb";

/// Nobody has signed it: for the gateway that makes no difference.
std::string token() {
  const std::string claims = R"({"aud":"https://cognitiveservices.azure.com","tid":")" + kTenant +
                             R"(","appid":")" + kApp + R"(","oid":")" + kObject + R"("})";
  return to_base64url(R"({"alg":"RS256","kid":"k"})") + "." + to_base64url(claims) + "." +
         to_base64url("signature");
}

class PassThrough : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.authentication.pass_through.emplace();
      config.clients[0].entra.app_ids = {kApp};
      config::Backend west = config.backends[0];
      config.backends[0].credential = config::PassThroughCredential{};
      west.name = "west";
      config.backends.push_back(west);
      config.models[0].targets.insert(config.models[0].targets.begin(),
                                      {.backend = "west", .deployment = "gpt-4o-west"});
      config.models.push_back({.name = "only-west", .targets = {{.backend = "west"}}});
    });
  }

  static std::string request(const std::string& model) {
    return "POST /openai/deployments/" + model +
           "/chat/completions?api-version=2024-10-21 HTTP/1.1\r\n" +
           "Host: gw\r\nAuthorization: Bearer " + token() +
           "\r\nContent-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" + std::string(kBody);
  }

  /// The record of one exchange that the backend ends with that answer.
  usage::UsageRecord record_of(const std::string& answer_bytes) {
    RawConnection client = gateway().connect();
    client.write(request("gpt-4o"));
    const Arrival arrival = backend().receive();
    EXPECT_EQ(arrival.request.field("authorization"), "Bearer " + token());
    EXPECT_EQ(arrival.request.field("api-key"), "");
    EXPECT_NE(arrival.request.wire.find("/gpt-4o-east/"), std::string::npos);
    EXPECT_TRUE(arrival.connection.write(answer_bytes));
    EXPECT_EQ(client.read_response().wire, answer_bytes);
    return gateway().take_records(1).at(0);
  }
};

std::string refusal(const std::string& status_line) {
  return "HTTP/1.1 " + status_line +
         "\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
}

TEST_F(PassThrough, TheBackendsAnswerIsTheProof) {
  const usage::UsageRecord record = record_of(answer());
  EXPECT_EQ(record.caller_proof, "backend_accepted");
  EXPECT_EQ(record.auth_method, "entra");
  EXPECT_EQ(record.client_name, "drains");
  EXPECT_EQ(record.caller_tenant_id, kTenant);
  EXPECT_EQ(record.caller_app_id, kApp);
  EXPECT_EQ(record.caller_object_id, kObject);
  EXPECT_EQ(record.backend, "east");
}

TEST_F(PassThrough, WithoutItTheClaimsAreOnlyAsserted) {
  const usage::UsageRecord record = record_of(refusal("401 Unauthorized"));
  EXPECT_EQ(record.caller_proof, "asserted");
  EXPECT_EQ(record.status_code, 401);
  EXPECT_EQ(record.client_name, "drains");
  EXPECT_EQ(record.caller_app_id, kApp);
  EXPECT_EQ(record_of(refusal("400 Bad Request")).caller_proof, "asserted");
}

TEST_F(PassThrough, ABackendThatBreaksOffProvesNothing) {
  backend()
      .drop_connections();  // on a kept one the request would go again: it would be taken for stale
  RawConnection client = gateway().connect();
  client.write(request("gpt-4o"));
  backend().receive().connection.reset();
  EXPECT_EQ(client.read_response().status(), 502);
  EXPECT_EQ(gateway().take_records(1).at(0).caller_proof, "asserted");
}

TEST_F(PassThrough, AnUncheckedTokenNeverBuysTheGatewaysOwnCredential) {
  RawConnection client = gateway().connect();
  client.write(request("only-west"));
  expect_refusal(client.read_response(), 403);
  EXPECT_TRUE(backend().is_quiet());
}

TEST_F(PassThrough, AKeyGoesToTheOtherBackendAsBefore) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest{.line =
                                 "POST /openai/deployments/only-west/chat/completions?api-version="
                                 "2024-10-21 HTTP/1.1"}
                   .bytes());
  const Arrival arrival = backend().receive();
  EXPECT_EQ(arrival.request.field("api-key"), kBackendKey);
  EXPECT_EQ(arrival.request.field("authorization"), "");
  arrival.connection.write(answer());
  client.read_response();
  EXPECT_EQ(gateway().take_records(1).at(0).caller_proof, "verified");
}

}  // namespace
}  // namespace tollgate::integration
