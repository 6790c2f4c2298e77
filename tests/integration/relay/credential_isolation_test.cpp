// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "shared_gateway_test.hpp"

// The caller's proof never reaches the backend, the gateway's own never the caller, and neither a
// file (faults.md P1, P3).
namespace tollgate::integration {
namespace {

/// A request whose credential is among `fields`.
std::string proven_by(const std::string& fields) {
  return "POST " + std::string(kTarget) + " HTTP/1.1\r\nHost: gw\r\n" + fields +
         "Content-Type: application/json\r\nContent-Length: " + std::to_string(kBody.size()) +
         "\r\n\r\n" + std::string(kBody);
}

class CredentialIsolation : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    gateway_ = std::make_unique<TestGateway>([](config::Config& config) {
      config.authentication.custom_header = {"x-client-id", {"127.0.0.0/8"}};
      config.clients[0].header_values = {"trusted-name"};
    });
  }

  void expect_swapped(const std::string& fields, const std::string& passed = {}) {
    SCOPED_TRACE(fields);
    RawConnection client = gateway().connect();
    client.write(proven_by(fields));
    const Arrival arrival = backend().receive();
    EXPECT_EQ(arrival.request.wire,
              "POST /openai/deployments/gpt-4o-east/chat/completions?api-version=2024-10-21 "
              "HTTP/1.1\r\nhost: " +
                  backend().authority() + "\r\n" + passed +
                  "Content-Type: application/json\r\napi-key: " + std::string(kBackendKey) +
                  "\r\ncontent-length: " + std::to_string(kBody.size()) + "\r\n\r\n" +
                  std::string(kBody));
    arrival.connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }
};

TEST_F(CredentialIsolation, P3_EveryFormOfProofIsSwappedForTheGatewaysOwn) {
  const std::string key(kClientKey);
  expect_swapped("api-key: " + key + "\r\n");
  expect_swapped("API-KEY: " + key + "\r\n");
  expect_swapped("Authorization: Bearer " + key + "\r\n");
  expect_swapped("authorization: bearer " + key + "\r\n");
  expect_swapped("X-Client-Id: trusted-name\r\n");
  expect_swapped("Connection: api-key\r\napi-key: " + key + "\r\n");
}

TEST_F(CredentialIsolation, P1_IdentityFieldsOfTheClientsOwnMakingAreDropped) {
  const std::string key = "api-key: " + std::string(kClientKey) + "\r\n";
  expect_swapped(key + "X_Client_Id: admin\r\nx_ms_client_principal: a\r\nX-Kept: 1\r\n",
                 "X-Kept: 1\r\n");
  expect_swapped(key + "X-MS-Client-Principal: a\r\nX-Forwarded-For: 1.2.3.4\r\n");
}

TEST_F(CredentialIsolation, NoAnswerOfTheGatewaysOwnEchoesASecret) {
  const std::string key = "api-key: " + std::string(kClientKey) + "\r\n";
  const std::string bad[] = {
      proven_by(key + "X: \x01\r\n"), proven_by(key + key),
      proven_by(key + "Authorization: Bearer " + std::string(kBackendKey) + "\r\n"),
      proven_by("api-key: " + std::string(kBackendKey) + "\r\n"),
      "GET /" + std::string(kClientKey) + " HTTP/1.1\r\nHost: gw\r\n" + key + "\r\n"};
  for (const std::string& bytes : bad) {
    RawConnection client = gateway().connect();
    client.write(bytes);
    const std::string received = client.read_response().wire;
    EXPECT_NE(received.find("\"error\""), std::string::npos);
    EXPECT_EQ(received.find(kClientKey), std::string::npos);
    EXPECT_EQ(received.find(kBackendKey), std::string::npos);
  }
  backend().drop_connections();  // on a kept one a reset would mean a stale connection
  RawConnection client = gateway().connect();
  client.write(proven_by(key));
  backend().receive().connection.reset();
  EXPECT_EQ(client.read_response().wire.find(kBackendKey), std::string::npos);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(CredentialIsolation, NoSecretIsInTheLedgerOrTheMetrics) {
  const std::string key(kClientKey);
  RawConnection client = gateway().connect();
  client.write(proven_by("api-key: " + key + "\r\nX-Request-Id: mine\r\n"));
  backend().receive().connection.write(answer("apim-request-id: theirs\r\n"));
  client.read_response();
  const auto copy = gateway().copy_ledger();
  std::string all = gateway().metrics();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(copy->path())) {
    if (!entry.is_regular_file()) continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    all.append(text.str());
  }
  EXPECT_NE(all.find("theirs"), std::string::npos) << "the search looks in the wrong place";
  EXPECT_EQ(all.find(key), std::string::npos);
  EXPECT_EQ(all.find(kBackendKey), std::string::npos);
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

}  // namespace
}  // namespace tollgate::integration
