// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "login.hpp"

#include <gtest/gtest.h>

#include "net/stream_pair.hpp"
#include "tollgate/base/base64.hpp"

namespace tollgate::redis {
namespace {

constexpr const char* kObject = "1b1f2c3d-0000-4000-8000-00000000000a";

std::string token_of(const std::string& claims) { return "eyJh." + to_base64url(claims) + ".c2ln"; }

class OneToken : public credentials::TokenSource {
 public:
  explicit OneToken(Result<credentials::AccessToken> token) : token_(std::move(token)) {}
  boost::asio::awaitable<Result<credentials::AccessToken>> token(UtcTime) override {
    co_return token_;
  }
  void forget() override { ++forgotten; }
  int forgotten = 0;

 private:
  Result<credentials::AccessToken> token_;
};

class LoginTest : public net::StreamPair {
 protected:
  boost::system::result<Proof, Failure> proof(Login login) { return run(login.proof(UtcTime())); }
};

TEST_F(LoginTest, WithoutAnythingNothingIsSaid) {
  EXPECT_TRUE(proof(Login("", Secret(), nullptr))->command.empty());
}

TEST_F(LoginTest, APasswordIsTheDefaultUsersOrAnothers) {
  EXPECT_EQ(proof(Login("", Secret("key"), nullptr))->command.reveal(),
            "*2\r\n$4\r\nAUTH\r\n$3\r\nkey\r\n");
  const auto named = proof(Login("gw", Secret("key"), nullptr));
  EXPECT_EQ(named->command.reveal(), "*3\r\n$4\r\nAUTH\r\n$2\r\ngw\r\n$3\r\nkey\r\n");
  EXPECT_FALSE(named->renew_at);
}

TEST_F(LoginTest, ATokenGoesWithItsObjectIdAndIsRenewedBeforeItEnds) {
  const std::string token = token_of(R"({"aud":"x","oid":")" + std::string(kObject) + R"("})");
  const UtcTime end = UtcTime() + seconds(3600);
  const auto source =
      std::make_shared<OneToken>(credentials::AccessToken{Secret(token), end, end - seconds(60)});
  const auto given = proof(Login("", Secret(), source));
  ASSERT_TRUE(given);
  EXPECT_NE(given->command.reveal().find(kObject), std::string_view::npos);
  EXPECT_NE(given->command.reveal().find(token), std::string_view::npos);
  EXPECT_EQ(given->renew_at, end - seconds(180));
  Login("", Secret(), source).refused();
  EXPECT_EQ(source->forgotten, 1);
}

TEST_F(LoginTest, WithoutATokenOrWhomItIsForThereIsNoProof) {
  const auto none = proof(
      Login("", Secret(), std::make_shared<OneToken>(Error{Errc::unavailable, "issuer away"})));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().kind, FailureKind::unauthenticated);
  const auto opaque =
      std::make_shared<OneToken>(credentials::AccessToken{Secret("opaque"), UtcTime(), UtcTime()});
  EXPECT_FALSE(proof(Login("", Secret(), opaque)));
  EXPECT_TRUE(proof(Login(kObject, Secret(), opaque)));
}

TEST(ObjectIds, AreReadOutOfTheClaimsAlone) {
  EXPECT_EQ(object_id_of(token_of(R"({"oid":")" + std::string(kObject) + R"("})")), kObject);
  for (const std::string& token :
       {std::string(), std::string("a.b.c"), std::string("."), token_of("{}"),
        token_of(R"({"oid":"not a guid"})"), token_of(R"({"oid":")")})
    EXPECT_EQ(object_id_of(token), "") << token;
}

}  // namespace
}  // namespace tollgate::redis
