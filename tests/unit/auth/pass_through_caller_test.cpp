// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "base/run_coroutine.hpp"
#include "fake_issuer.hpp"
#include "http/fake_transport.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/auth/make_authenticator.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kApp = "00000000-0000-0000-0000-0000000000aa";
constexpr std::int64_t kNow = 1'800'000'000;

config::Config passing() {
  config::Config out;
  out.authentication.pass_through.emplace();
  out.authentication.entra.emplace();
  out.authentication.entra->tenants = {kTenant};
  out.authentication.entra->audiences = {"api://tollgate"};
  out.authentication.entra->authority = FakeIssuer::kAuthority;
  out.clients.resize(1);
  out.clients[0].name = "science";
  out.clients[0].entra.app_ids = {kApp};
  return out;
}

/// Signed by a key that the gateway does not know, as all tokens for the backend may be.
std::string token_for(const std::string& audience, json more = json::object()) {
  json claims{{"exp", kNow + 3600},
              {"tid", kTenant},
              {"iss", "https://sts.windows.net/" + kTenant + "/"},
              {"aud", audience},
              {"appid", kApp}};
  claims.update(more);
  return Signer::of("second").token(claims);
}

class PassThroughCaller : public testing::Test {
 protected:
  PassThroughCaller() { issuer_.keys[kTenant] = {Signer::of("first").jwk()}; }

  Result<Caller> authenticate(const std::string& token) {
    const std::string bearer = "Bearer " + token;
    const std::vector<HeaderField> fields{{"authorization", bearer}};
    const RequestProof proof{fields, asio::ip::make_address("192.0.2.1")};
    return run_coroutine(context_, authenticator_->authenticate(proof, UtcTime(seconds(kNow))));
  }

  const config::Config config_ = passing();
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeIssuer issuer_;
  http::FakeTransport transport_{
      context_.get_executor(),
      [this](const http::ClientRequest& request) { return issuer_(request); }};
  KeyCaches caches_{transport_, context_.get_executor()};
  std::unique_ptr<ConfiguredAuthenticator> authenticator_ = make_authenticator(config_, caches_);
};

TEST_F(PassThroughCaller, IsWhomItsTokenClaimsButOnlyAsserted) {
  for (const char* audience : {"https://cognitiveservices.azure.com",
                               "https://cognitiveservices.azure.com/", "https://ai.azure.com"}) {
    const Result<Caller> caller = authenticate(token_for(audience, {{"oid", kTenant}}));
    ASSERT_TRUE(caller) << audience;
    EXPECT_EQ(caller->client->name, "science");
    EXPECT_EQ(caller->method, AuthMethod::entra);
    EXPECT_EQ(caller->proof, CallerProof::asserted);
    EXPECT_EQ(caller->tenant_id, kTenant);
    EXPECT_EQ(caller->app_id, kApp);
    EXPECT_EQ(caller->object_id, kTenant);
  }
}

TEST_F(PassThroughCaller, AForgedTokenForTheGatewayIsNotReadThisWay) {
  const Result<Caller> caller = authenticate(token_for("api://tollgate"));
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().code, Errc::unauthenticated);
}

TEST_F(PassThroughCaller, WhatIsNoGuidIsNotRecorded) {
  const Result<Caller> caller = authenticate(
      token_for("https://ai.azure.com", {{"oid", "x\nforged"}, {"tid", std::string(5000, 'x')}}));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->object_id, "");
  EXPECT_EQ(caller->tenant_id, "");
}

TEST_F(PassThroughCaller, AnUnknownApplicationIsNoClient) {
  const Result<Caller> caller =
      authenticate(token_for("https://ai.azure.com", {{"appid", kTenant}}));
  ASSERT_FALSE(caller);
  EXPECT_EQ(caller.error().code, Errc::forbidden);
}

TEST_F(PassThroughCaller, ATokenForTheGatewayIsStillVerified) {
  const Result<Caller> caller =
      authenticate(Signer::of("first").token({{"exp", kNow + 3600},
                                              {"tid", kTenant},
                                              {"iss", "https://sts.windows.net/" + kTenant + "/"},
                                              {"aud", "api://tollgate"},
                                              {"appid", kApp}}));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->proof, CallerProof::verified);
}

}  // namespace
}  // namespace tollgate::auth
