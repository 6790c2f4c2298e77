// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gmock/gmock.h>

#include "captured_log.hpp"
#include "reload_test.hpp"

// What a reload changes for the requests that come after it, on connections that stay open.
namespace tollgate::integration {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReloadedTerms : public ReloadTest {};

TEST_F(ReloadedTerms, AKeyWorksOnceItIsAddedAndNoLongerThanItIsThere) {
  RawConnection stranger = gateway().connect();
  RawConnection client = gateway().connect();
  RawConnection other = gateway().connect();
  expect_refusal(ask(stranger, {.key = kNewKey}), 401);
  EXPECT_EQ(expect_served(client).client_name, "drains");
  reload([](config::Config& c) { c.clients[0].api_keys.push_back({"new", sha256(kNewKey)}); });
  EXPECT_EQ(expect_served(client, {.key = kNewKey}).client_name, "drains");
  reload([](config::Config& c) { c.clients[0].api_keys.pop_back(); });
  expect_refusal(ask(client, {.key = kNewKey}), 401);
  EXPECT_EQ(expect_served(other).client_name, "drains");
}

TEST_F(ReloadedTerms, ARemovedClientIsAStranger) {
  RawConnection client = gateway().connect();
  expect_served(client, {.key = kCancellingClientKey});
  reload([](config::Config& c) { c.clients.pop_back(); });
  expect_refusal(ask(client, {.key = kCancellingClientKey}), 401);
}

TEST_F(ReloadedTerms, ARecordSaysWhatItsOwnConfigurationDid) {
  RawConnection client = gateway().connect();
  reload([](config::Config& c) {
    c.gateway.name = "renamed";
    c.clients[0].tags = {{"cost_center", "4711"}};
    c.backends[0].region = "westus";
  });
  const usage::UsageRecord record = expect_served(client);
  EXPECT_EQ(record.gateway, "renamed");
  EXPECT_EQ(record.tags.at("cost_center"), "4711");
  EXPECT_EQ(record.backend_region, "westus");
}

TEST_F(ReloadedTerms, AModelComesAndGoes) {
  RawConnection client = gateway().connect();
  ClientRequest other;
  other.line = "POST /openai/deployments/second/chat/completions?api-version=2024-10-21 HTTP/1.1";
  expect_refusal(ask(client, other), 404);
  reload([](config::Config& c) {
    c.models.push_back(
        {.name = "second", .targets = {{.backend = "east", .deployment = "gpt-4o-east"}}});
  });
  EXPECT_EQ(expect_served(client, other).requested_model, "second");
  reload([](config::Config& c) { c.models.pop_back(); });
  expect_refusal(ask(client, other), 404);
}

TEST_F(ReloadedTerms, ABackendMovesWithItsCredential) {
  const simulator::CertificateAuthority authority;
  const TemporaryDirectory files;
  BackendImposter west(authority);
  RawConnection client = gateway().connect();
  expect_served(client);
  reload([&](config::Config& c) {
    c.backends[0].name = "west";
    c.backends[0].endpoint = west.endpoint();
    c.backends[0].ca_certificates = files.write("west.pem", authority.certificate_pem());
    c.models[0].targets[0].backend = "west";
  });
  EXPECT_EQ(expect_served(client, west).backend, "west");
  EXPECT_EQ(backend().accepted(), 1U) << "the old one is asked no more";
}

TEST_F(ReloadedTerms, ANewCredentialIsUsedAtOnce) {
  RawConnection client = gateway().connect();
  expect_served(client);
  reload([](config::Config& c) {
    c.backends[0].credential = config::ApiKeyCredential{Secret("backend-secret-renewed")};
  });
  client.write(ClientRequest().bytes());
  const Arrival arrival = backend().receive();
  EXPECT_EQ(arrival.request.field("api-key"), "backend-secret-renewed");
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(ReloadedTerms, LimitsHoldForTheNextRequest) {
  RawConnection client = gateway().connect();
  expect_served(client);
  reload([](config::Config& c) { c.limits.request_body = 10; });
  expect_refusal(ask(client), 413);
}

TEST_F(ReloadedTerms, OperationsAreClosed) {
  RawConnection client = gateway().connect();
  expect_served(client);
  reload([](config::Config& c) { c.operations.open.clear(); });
  expect_refusal(ask(client), 403);
}

TEST_F(ReloadedTerms, WhatCannotChangeNowWaitsAndTheRestApplies) {
  RawConnection client = gateway().connect();
  const std::string ledger = gateway().gateway().config().ledger.path;
  EXPECT_THAT(reload([](config::Config& c) {
                c.gateway.workers = 7;
                c.listeners[0].host = "127.0.0.2";
                c.admin.host = "127.0.0.2";
                c.ledger.path = "/nowhere/ledger.db";
                c.ledger.durability = config::Durability::power_loss;
                c.clients[0].api_keys.push_back({"new", sha256(kNewKey)});
              }),
              ElementsAre("gateway.workers", "listeners[127.0.0.1:0]", "listeners[127.0.0.2:0]",
                          "admin.address", "ledger.path", "ledger.durability"));
  EXPECT_EQ(gateway().gateway().config().ledger.path, ledger);
  EXPECT_EQ(expect_served(client, {.key = kNewKey}).client_name, "drains");
}

TEST_F(ReloadedTerms, FilesThatCannotBeUsedChangeNothing) {
  RawConnection client = gateway().connect();
  expect_served(client);
  config::Config next = gateway().gateway().config();
  next.clients.clear();
  next.backends[0].ca_certificates = "/missing.pem";
  const auto refused = gateway().gateway().reload(std::move(next));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::invalid_input);
  EXPECT_NE(refused.error().message.find("/missing.pem"), std::string::npos);
  expect_served(client);
  EXPECT_TRUE(settles_on(1));
}

TEST_F(ReloadedTerms, AnOperationHasALineUnlessItIsSwitchedOff) {
  RawConnection client = gateway().connect();
  const usage::UsageRecord record = expect_served(client);
  gateway().settle();
  EXPECT_EQ(CapturedLog::count("operation"), 1U);
  const std::string log = CapturedLog::text();
  EXPECT_NE(log.find("\"record_id\":\"" + record.record_id.to_string() + "\""), std::string::npos);
  EXPECT_NE(log.find("\"prompt_tokens\":7,\"completion_tokens\":5,\"total_tokens\":12"),
            std::string::npos)
      << log;
  reload([](config::Config& c) { c.logging.operations = false; });
  expect_served(client);
  gateway().settle();
  EXPECT_EQ(CapturedLog::count("operation"), 1U);
}

TEST_F(ReloadedTerms, ManyReloadsLeaveOneConfiguration) {
  RawConnection client = gateway().connect();
  for (int i = 0; i < 20; ++i) {
    reload([i](config::Config& c) { c.gateway.name = "name " + std::to_string(i); });
    EXPECT_EQ(expect_served(client).gateway, "name " + std::to_string(i));
  }
  EXPECT_TRUE(settles_on(1));
}

}  // namespace
}  // namespace tollgate::integration
