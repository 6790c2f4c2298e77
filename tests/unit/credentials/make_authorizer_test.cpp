// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/credentials/authorizer.hpp"

#include <gtest/gtest.h>

#include "fake_transport.hpp"
#include "pending.hpp"
#include "temporary_directory.hpp"

namespace tollgate::credentials {
namespace {

const UtcTime kNow{seconds(1'790'000'000)};
const std::string kScope = "https://cognitiveservices.azure.com/.default";
constexpr const char* kCallersToken = "Bearer eyJhbGciOiJSUzI1NiJ9.eyJhIjoxfQ.c2ln";

class MakeAuthorizerTest : public testing::Test {
 protected:
  TokenParts parts() { return {identity_, transport_, control_.get_executor(), caches_}; }

  Result<CredentialHeader> header_of(Authorizer& authorizer) {
    const auto pending = start(control_, authorizer.header(kNow, kCallersToken));
    control_.restart();
    control_.run();
    return std::move(pending->value.value());
  }

  config::Identity identity_;
  FakeTransport transport_;
  boost::asio::io_context control_;
  TokenCaches caches_;
};

TEST_F(MakeAuthorizerTest, AnApiKeyStandsInItsOwnHeader) {
  const auto authorizer = make_authorizer(config::ApiKeyCredential{Secret("key")}, kScope, parts());
  const auto header = header_of(*authorizer);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->name, "api-key");
  EXPECT_EQ(header->value.reveal(), "key");
}

TEST_F(MakeAuthorizerTest, OnlyPassThroughHandsOnTheCallersToken) {
  const auto authorizer = make_authorizer(config::PassThroughCredential{}, kScope, parts());
  const auto header = header_of(*authorizer);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->value.reveal(), kCallersToken);
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(MakeAuthorizerTest, EveryOtherCredentialSendsTheGatewaysOwnToken) {
  const TemporaryDirectory directory;
  const config::Credential credentials[] = {
      config::ClientSecretCredential{"tenant", "client", Secret("s")},
      config::WorkloadIdentityCredential{"tenant", "client", directory.write("t", "eyJ.t.x")},
      config::ManagedIdentityCredential{}};
  const char* const first_urls[] = {"https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
                                    "https://login.microsoftonline.com/tenant/oauth2/v2.0/token",
                                    "http://169.254.169.254/metadata/identity/oauth2/token"};
  for (std::size_t i = 0; i < 3; ++i) {
    transport_.requests.clear();
    transport_.answer(200, kEntraAnswer);
    const auto authorizer = make_authorizer(credentials[i], kScope, parts());
    const auto header = header_of(*authorizer);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->name, "authorization");
    EXPECT_EQ(header->value.reveal(), "Bearer eyJ.entra");
    EXPECT_EQ(transport_.requests.at(0).url.rfind(first_urls[i], 0), 0U);
  }
}

TEST_F(MakeAuthorizerTest, DefaultStandsForWhatTheEnvironmentCameTo) {
  identity_.default_choice = {config::ClientSecretCredential{"t2", "client", Secret("s")}, "why"};
  transport_.answer(200, kEntraAnswer);
  const auto authorizer = make_authorizer(config::DefaultCredential{}, kScope, parts());
  ASSERT_TRUE(header_of(*authorizer));
  EXPECT_EQ(transport_.requests.at(0).url,
            "https://login.microsoftonline.com/t2/oauth2/v2.0/token");
}

TEST_F(MakeAuthorizerTest, AnIssuersRefusalReachesTheCaller) {
  transport_.answer(401,
                    R"({"error":"invalid_client","error_description":"AADSTS7000215: Invalid"})");
  const auto authorizer =
      make_authorizer(config::ClientSecretCredential{"t", "c", Secret("s")}, kScope, parts());
  const auto header = header_of(*authorizer);
  ASSERT_FALSE(header);
  EXPECT_EQ(header.error().code, Errc::unauthenticated);
  EXPECT_EQ(header.error().message, "the issuer answered 401, AADSTS7000215");
}

TEST_F(MakeAuthorizerTest, EqualCredentialsForOneScopeShareTheirToken) {
  const config::Credential credential = config::ClientSecretCredential{"t", "c", Secret("s")};
  transport_.answer(200, kEntraAnswer);
  const auto first = make_authorizer(credential, kScope, parts());
  const auto second = make_authorizer(credential, kScope, parts());
  EXPECT_TRUE(header_of(*first));
  EXPECT_TRUE(header_of(*second));
  EXPECT_EQ(transport_.requests.size(), 1U);
}

TEST_F(MakeAuthorizerTest, NothingIsSharedAcrossSecretsScopesOrIssuers) {
  const config::Credential credential = config::ClientSecretCredential{"t", "c", Secret("s")};
  const auto first = make_token_source(credential, kScope, parts());
  EXPECT_EQ(make_token_source(credential, kScope, parts()), first);
  EXPECT_NE(
      make_token_source(config::ClientSecretCredential{"t", "c", Secret("x")}, kScope, parts()),
      first);
  EXPECT_NE(make_token_source(credential, "https://monitor.azure.com/.default", parts()), first);
  identity_.authority = "https://login.example";
  EXPECT_NE(make_token_source(credential, kScope, parts()), first);
}

TEST_F(MakeAuthorizerTest, AReloadGoesOnWithTheTokenAtHand) {
  const config::Credential credential = config::ClientSecretCredential{"t", "c", Secret("s")};
  transport_.answer(200, kEntraAnswer);
  auto before = make_authorizer(credential, kScope, parts());
  ASSERT_TRUE(header_of(*before));
  const auto after = make_authorizer(credential, kScope, parts());
  before.reset();
  EXPECT_TRUE(header_of(*after)) << "the issuer is down now";
}

}  // namespace
}  // namespace tollgate::credentials
