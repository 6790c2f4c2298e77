// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "entra_jwt.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "base/run_coroutine.hpp"
#include "fake_issuer.hpp"
#include "http/fake_transport.hpp"
#include "telemetry/quiet_log.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;
using nlohmann::json;

const std::string kTenant = "00000000-0000-0000-0000-000000000001";
const std::string kOtherTenant = "00000000-0000-0000-0000-000000000002";
const std::string kAppId = "00000000-0000-0000-0000-0000000000aa";
constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kLife = 3600;

UtcTime after(std::int64_t passed) { return UtcTime(seconds(kNow + passed)); }

json claims_of(const std::string& tenant) {
  return {{"exp", kNow + kLife},
          {"tid", tenant},
          {"iss", std::string(FakeIssuer::kAuthority) + "/" + tenant + "/v2.0"},
          {"aud", "api://tollgate"},
          {"azp", kAppId}};
}

/// Well signed, but by a key that no document holds.
std::string strangers_token(const std::string& tenant) {
  return Signer::of("second").token(R"({"alg":"RS256","kid":"unknown"})", claims_of(tenant).dump());
}

/// A whole EntraJwt whose issuer signs with "first" for both tenants, unless a test changes that.
class EntraJwtTest : public testing::Test {
 protected:
  EntraJwtTest() {
    issuer_.keys[kTenant] = {Signer::of("first").jwk()};
    issuer_.keys[kOtherTenant] = {Signer::of("first").jwk()};
  }

  static config::EntraAuthentication settings() {
    config::EntraAuthentication out;
    out.tenants = {kTenant, kOtherTenant};
    out.audiences = {"api://tollgate"};
    out.authority = FakeIssuer::kAuthority;
    return out;
  }
  static config::Config clients() {
    config::Config out;
    out.clients.resize(1);
    out.clients[0].name = "science";
    out.clients[0].entra.app_ids = {kAppId};
    return out;
  }

  void start() { poll(); }
  void poll() {
    context_.restart();
    context_.poll();
  }
  Result<Caller> authenticate(const std::string& token, UtcTime now = after(0)) {
    return run_coroutine(context_, entra_.authenticate(token, now));
  }
  Errc refusal(const std::string& token, UtcTime now = after(0)) {
    const Result<Caller> caller = authenticate(token, now);
    EXPECT_FALSE(caller);
    return caller ? Errc::internal : caller.error().code;
  }
  /// Starts without waiting; `out` is set when it is done.
  void authenticate_later(std::string token, std::optional<Result<Caller>>& out) {
    auto work = [](EntraJwt& entra, std::string text) -> asio::awaitable<Result<Caller>> {
      co_return co_await entra.authenticate(text, after(0));
    };
    asio::co_spawn(context_, work(entra_, std::move(token)),
                   [&out](const std::exception_ptr&, Result<Caller> caller) {
                     out.emplace(std::move(caller));
                   });
    poll();
  }
  /// Makes the tenant's keys be fetched anew, as any token with an unknown key id does.
  void refresh(const std::string& tenant) { (void)authenticate(strangers_token(tenant)); }

  const std::string token_ = Signer::of("first").token(claims_of(kTenant));
  telemetry::QuietLog quiet_;
  asio::io_context context_;
  FakeIssuer issuer_;
  http::FakeTransport transport_{
      context_.get_executor(),
      [this](const http::ClientRequest& request) { return issuer_(request); }};
  config::Config config_ = clients();
  ClientTable table_{config_};
  KeyCaches caches_{transport_, context_.get_executor()};
  EntraJwt entra_{settings(), table_, caches_, 3};
};

TEST_F(EntraJwtTest, KnowsTheCallerOfAGoodToken) {
  start();
  EXPECT_TRUE(entra_.ready());
  const Result<Caller> caller = authenticate(token_);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->client->name, "science");
  EXPECT_EQ(caller->method, AuthMethod::entra);
  EXPECT_EQ(caller->proof, CallerProof::verified);
  EXPECT_EQ(caller->tenant_id, kTenant);
  EXPECT_EQ(caller->app_id, kAppId);
}

TEST_F(EntraJwtTest, RefusesAStrangersSignature) {
  start();
  EXPECT_EQ(refusal(Signer::of("second").token(R"({"alg":"RS256","kid":"first"})",
                                               claims_of(kTenant).dump())),
            Errc::unauthenticated);
  EXPECT_EQ(refusal(Signer::of("second").token(claims_of(kTenant))), Errc::unauthenticated);
  EXPECT_EQ(entra_.known_tokens(), 0U);
}

TEST_F(EntraJwtTest, ForbidsAnIdentityWithoutAClient) {
  start();
  json claims = claims_of(kTenant);
  claims["azp"] = "00000000-0000-0000-0000-0000000000ab";
  EXPECT_EQ(refusal(Signer::of("first").token(claims)), Errc::forbidden);
}

TEST_F(EntraJwtTest, AsksNobodyForATenantThatIsNotConfigured) {
  start();
  const std::size_t before = transport_.requests.size();
  EXPECT_EQ(refusal(strangers_token("common")), Errc::unauthenticated);
  EXPECT_EQ(refusal(Signer::of("first").token(claims_of(kTenant.substr(1)))),
            Errc::unauthenticated);
  EXPECT_EQ(transport_.requests.size(), before);
}

TEST_F(EntraJwtTest, FetchesNothingThatATokenNames) {
  start();
  for (const std::string& key_id : {std::string("../../keys/first"), std::string("' OR 1=1 --"),
                                    std::string("first\r\nHost: evil"), std::string("first\0", 6),
                                    std::string("https://evil.example/"), std::string("FIRST")}) {
    const json header{{"alg", "RS256"},
                      {"kid", key_id},
                      {"jku", "https://evil.example/"},
                      {"x5u", "https://evil.example/"},
                      {"jwk", Signer::of("second").jwk()}};
    EXPECT_EQ(refusal(Signer::of("second").token(header.dump(), claims_of(kTenant).dump())),
              Errc::unauthenticated);
  }
  for (const http::ClientRequest& request : transport_.requests) {
    EXPECT_EQ(request.url.rfind(std::string(FakeIssuer::kAuthority) + "/", 0), 0U) << request.url;
    EXPECT_EQ(request.url.find(".."), std::string::npos);
  }
}

TEST_F(EntraJwtTest, AKeyOfOneTenantProvesNothingInAnother) {
  issuer_.keys[kOtherTenant] = {Signer::of("second").jwk()};
  start();
  EXPECT_TRUE(authenticate(Signer::of("second").token(claims_of(kOtherTenant))));
  EXPECT_EQ(refusal(Signer::of("second").token(claims_of(kTenant))), Errc::unauthenticated);
}

TEST_F(EntraJwtTest, ATenantWithoutKeysHarmsNoOther) {
  issuer_.keys.erase(kOtherTenant);
  start();
  EXPECT_TRUE(authenticate(token_));
  EXPECT_EQ(refusal(Signer::of("first").token(claims_of(kOtherTenant))), Errc::unavailable);
}

TEST_F(EntraJwtTest, IsNotOpenWhileThereAreNoKeys) {
  issuer_.keys.clear();
  start();
  EXPECT_FALSE(entra_.ready());
  EXPECT_EQ(refusal(token_), Errc::unavailable);
}

TEST_F(EntraJwtTest, ATokenIsKnownUntilItEndsAndNoLonger) {
  start();
  ASSERT_TRUE(authenticate(token_));
  EXPECT_EQ(entra_.known_tokens(), 1U);
  EXPECT_TRUE(authenticate(token_, after(kLife - 1)));
  EXPECT_EQ(entra_.known_tokens(), 1U);
  EXPECT_TRUE(authenticate(token_, after(kLife)));  // by the skew, so checked in full
  EXPECT_EQ(entra_.known_tokens(), 0U);
  EXPECT_EQ(refusal(token_, after(kLife + kClockSkew.count())), Errc::unauthenticated);
}

TEST_F(EntraJwtTest, KnowsABoundedNumberOfTokens) {
  start();
  for (int i = 0; i < 10; ++i) {
    json claims = claims_of(kTenant);
    claims["uti"] = i;
    ASSERT_TRUE(authenticate(Signer::of("first").token(claims)));
    EXPECT_LE(entra_.known_tokens(), 3U);
    EXPECT_GE(entra_.known_tokens(), 1U);
  }
}

TEST_F(EntraJwtTest, AKnownTokenDiesWithItsKey) {
  start();
  ASSERT_TRUE(authenticate(token_));
  issuer_.keys[kTenant] = {Signer::of("second").jwk()};
  refresh(kTenant);
  EXPECT_EQ(refusal(token_), Errc::unauthenticated);
}

TEST_F(EntraJwtTest, AKnownTokenDiesWhenItsKeyIsReplacedUnderTheSameId) {
  start();
  ASSERT_TRUE(authenticate(token_));
  json replaced = Signer::of("second").jwk();
  replaced["kid"] = "first";
  issuer_.keys[kTenant] = {replaced};
  refresh(kTenant);
  EXPECT_EQ(refusal(token_), Errc::unauthenticated);
}

TEST_F(EntraJwtTest, ANewKeyWorksWithinOneFetchForAllWhoWait) {
  start();
  issuer_.keys[kTenant] = {Signer::of("first").jwk(), Signer::of("second").jwk()};
  transport_.hold();
  std::optional<Result<Caller>> one;
  std::optional<Result<Caller>> two;
  const std::size_t before = transport_.requests.size();
  authenticate_later(Signer::of("second").token(claims_of(kTenant)), one);
  authenticate_later(Signer::of("second").token(claims_of(kTenant)), two);
  EXPECT_EQ(transport_.requests.size(), before + 1);
  transport_.release();
  poll();
  ASSERT_TRUE(one && two);
  EXPECT_TRUE(*one);
  EXPECT_TRUE(*two);
}

TEST_F(EntraJwtTest, UnknownKeysDoNotDelayValidTokens) {
  start();
  transport_.hold();
  std::optional<Result<Caller>> stranger;
  authenticate_later(strangers_token(kTenant), stranger);
  EXPECT_TRUE(authenticate(token_));
  EXPECT_FALSE(stranger) << "the issuer had not answered yet";
  transport_.release();
  poll();
  ASSERT_TRUE(stranger);
  EXPECT_FALSE(*stranger);
}

}  // namespace
}  // namespace tollgate::auth
