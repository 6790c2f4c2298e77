// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "base/run_coroutine.hpp"
#include "fake_issuer.hpp"
#include "http/fake_transport.hpp"
#include "telemetry/quiet_log.hpp"
#include "tollgate/auth/make_authenticator.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
constexpr std::int64_t kNow = 1'800'000'000;

config::Config whole_config() {
  config::Config out;
  out.authentication.entra.emplace();
  out.authentication.entra->tenants = {kTenant};
  out.authentication.entra->audiences = {"api://tollgate"};
  out.authentication.entra->authority = FakeIssuer::kAuthority;
  out.authentication.custom_header =
      config::CustomHeaderAuthentication{"x-client-id", {"10.1.0.0/16"}};
  out.clients.resize(3);
  out.clients[0].name = "retail";
  out.clients[0].api_keys = {{"primary", sha256("sk-retail")}, {"next", sha256("sk-retail-next")}};
  out.clients[1].name = "science";
  out.clients[1].api_keys = {{"primary", sha256("sk-science")}};
  out.clients[1].entra.app_ids = {"00000000-0000-0000-0000-0000000000aa"};
  out.clients[2].name = "legacy";
  out.clients[2].header_values = {"legacy-batch"};
  return out;
}

std::string good_token() {
  return Signer::of("first").token({{"exp", kNow + 3600},
                                    {"tid", kTenant},
                                    {"iss", "https://sts.windows.net/" + kTenant + "/"},
                                    {"aud", "api://tollgate"},
                                    {"appid", "00000000-0000-0000-0000-0000000000AA"}});
}

class AuthenticatorTest : public testing::Test {
 protected:
  explicit AuthenticatorTest(config::Config config = whole_config()) : config_(std::move(config)) {
    issuer_.keys[kTenant] = {Signer::of("first").jwk()};
    authenticator_ = make_authenticator(config_, caches_);
  }

  Result<Caller> authenticate(const std::vector<HeaderField>& fields,
                              const char* peer = "192.0.2.1") {
    return run_coroutine(context_,
                         authenticator_->authenticate({fields, asio::ip::make_address(peer)},
                                                      UtcTime(seconds(kNow))));
  }

  config::Config config_;
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeIssuer issuer_;
  http::FakeTransport transport_{
      context_.get_executor(),
      [this](const http::ClientRequest& request) { return issuer_(request); }};
  KeyCaches caches_{transport_, context_.get_executor()};
  std::unique_ptr<ConfiguredAuthenticator> authenticator_;
};

TEST_F(AuthenticatorTest, KnowsKeysTokensAndTrustedHeaders) {
  for (const char* name : {"api-key", "Api-Key"}) {
    const Result<Caller> caller = authenticate({{name, "sk-retail"}});
    ASSERT_TRUE(caller);
    EXPECT_EQ(caller->client->name, "retail");
    EXPECT_EQ(caller->method, AuthMethod::api_key);
    EXPECT_EQ(caller->key_name, "primary");
  }
  EXPECT_EQ(authenticate({{"Authorization", "Bearer sk-retail"}})->client->name, "retail");
  const std::string bearer = "Bearer " + good_token();
  const Result<Caller> science = authenticate({{"Authorization", bearer}});
  ASSERT_TRUE(science);
  EXPECT_EQ(science->client->name, "science");
  EXPECT_EQ(science->method, AuthMethod::entra);
  const Result<Caller> legacy = authenticate({{"X-Client-Id", "legacy-batch"}}, "10.1.2.3");
  ASSERT_TRUE(legacy);
  EXPECT_EQ(legacy->client->name, "legacy");
  EXPECT_EQ(legacy->method, AuthMethod::custom_header);
  EXPECT_EQ(legacy->custom_id, "legacy-batch");
}

TEST_F(AuthenticatorTest, IsReadyOnceThereAreKeys) {
  EXPECT_FALSE(authenticator_->ready());
  context_.poll();
  EXPECT_TRUE(authenticator_->ready());
}

TEST_F(AuthenticatorTest, TrustsTheHeaderByTheConnectionsPeerOnly) {
  const std::vector<HeaderField> fields{{"x-client-id", "legacy-batch"},
                                        {"x-forwarded-for", "10.1.2.3"}};
  EXPECT_TRUE(authenticate(fields, "::ffff:10.1.2.3"));
  for (const char* peer : {"10.2.0.1", "192.0.2.1", "::1", "::ffff:10.2.0.1", "::10.1.2.3"}) {
    const Result<Caller> caller = authenticate(fields, peer);
    ASSERT_FALSE(caller) << peer;
    EXPECT_EQ(caller.error().code, Errc::unauthenticated);
  }
}

TEST_F(AuthenticatorTest, KeepsTheHeaderBesideAKeyAsTheCallersWordOnly) {
  const std::string word = "legacy-batch\x1b[31m" + std::string(800, 'x');
  const Result<Caller> caller = authenticate({{"api-key", "sk-retail"}, {"x-client-id", word}});
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->client->name, "retail");
  EXPECT_EQ(caller->method, AuthMethod::api_key);
  EXPECT_EQ(caller->custom_id.substr(0, 17), "legacy-batch [31m");
  EXPECT_EQ(caller->custom_id.size(), 512U) << "a record keeps less, when it was looked through";
  // A bad key is not made good by a header that alone would do.
  EXPECT_FALSE(authenticate({{"api-key", "bad"}, {"x-client-id", "legacy-batch"}}, "10.1.2.3"));
}

TEST_F(AuthenticatorTest, NoClientAndBadProofLookTheSame) {
  const std::string stranger = "Bearer " + Signer::of("second").token({{"tid", kTenant}});
  const std::string unsigned_token = "Bearer " + good_token() + "x";
  const std::vector<std::vector<HeaderField>> all{{},
                                                  {{"api-key", "sk-nobody"}},
                                                  {{"api-key", ""}},
                                                  {{"authorization", "Bearer sk-nobody"}},
                                                  {{"authorization", "Basic eDp5"}},
                                                  {{"authorization", stranger}},
                                                  {{"authorization", unsigned_token}},
                                                  {{"x-client-id", "nobody"}}};
  for (const auto& fields : all) {
    const Result<Caller> caller = authenticate(fields, "10.1.2.3");
    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().code, Errc::unauthenticated);
  }
}

class WithoutEntra : public AuthenticatorTest {
 protected:
  static config::Config only_keys() {
    config::Config out = whole_config();
    out.authentication.entra.reset();
    out.authentication.custom_header.reset();
    return out;
  }
  WithoutEntra() : AuthenticatorTest(only_keys()) {}
};

TEST_F(WithoutEntra, TakesNoTokenAndNoHeaderAndFetchesNothing) {
  EXPECT_TRUE(authenticator_->ready());
  const std::string bearer = "Bearer " + good_token();
  EXPECT_FALSE(authenticate({{"authorization", bearer}}));
  EXPECT_FALSE(authenticate({{"x-client-id", "legacy-batch"}}, "10.1.2.3"));
  EXPECT_TRUE(authenticate({{"api-key", "sk-retail"}}));
  EXPECT_TRUE(transport_.requests.empty());
}

TEST_F(AuthenticatorTest, TakesOneClientsKeyInSeveralPlaces) {
  const std::vector<std::vector<HeaderField>> ways{
      {{"api-key", "sk-retail"}, {"authorization", "Bearer sk-retail"}},
      {{"x-api-key", "sk-retail"}, {"api-key", "sk-retail"}},
      {{"api-key", "sk-retail"}, {"authorization", "Bearer sk-retail-next"}},
      {{"api-key", "sk-retail"}, {"authorization", "Bearer "}},
      {{"api-key", "sk-retail"}, {"authorization", "Bearer"}}};
  for (const auto& fields : ways) {
    const Result<Caller> caller = authenticate(fields);
    ASSERT_TRUE(caller) << fields[1].value;
    EXPECT_EQ(caller->client->name, "retail");
    EXPECT_EQ(caller->key_name, "primary");
  }
}

TEST_F(AuthenticatorTest, RefusesKeysThatDisagree) {
  const Result<Caller> two =
      authenticate({{"api-key", "sk-retail"}, {"authorization", "Bearer sk-science"}});
  ASSERT_FALSE(two);
  EXPECT_EQ(two.error().code, Errc::invalid_input);
  for (const auto& [one, other] : {std::pair{"sk-retail", "wrong"}, {"wrong", "sk-retail"}}) {
    const std::string bearer = std::string("Bearer ") + other;
    const Result<Caller> caller = authenticate({{"api-key", one}, {"authorization", bearer}});
    ASSERT_FALSE(caller);
    EXPECT_EQ(caller.error().code, Errc::unauthenticated);
  }
}

}  // namespace
}  // namespace tollgate::auth
