// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <optional>
#include <string>

#include "stage_fixture.hpp"

// Whose a request is: what the authenticator is shown, and what its word becomes.
namespace tollgate::proxy {
namespace {

/// Notes what it is shown.
class ShownAuthenticator : public auth::Authenticator {
 public:
  boost::asio::awaitable<Result<auth::Caller>> authenticate(auth::RequestProof proof,
                                                            UtcTime now) override {
    key.clear();
    for (const http::Field& field : proof.fields) {
      if (field.name == "api-key") key = field.value;
    }
    peer = proof.peer.to_string();
    certificate = proof.certificate;
    asked_at = now;
    co_return says;
  }

  Result<auth::Caller> says = auth::Caller();
  std::string key;
  std::string peer;
  const CertificateIdentity* certificate = nullptr;
  UtcTime asked_at{};
};

class ProveCallerTest : public StageTest {
 protected:
  OrRefusal<auth::Caller> prove() {
    const http::RequestHead& head = head_of("POST /x", "api-key: secret\r\n");
    return outcome(prove_caller(authenticator_, client_, head, arrival_));
  }

  ShownAuthenticator authenticator_;
  CertificateIdentity identity_;
  ClientConnection client_{stream_,  received_, peer_,         &identity_,
                           proxies_, closing_,  cancellation_, place_};
  Arrival arrival_{UtcTime(seconds(1'000)), SteadyTime(), Uuid()};
};

TEST_F(ProveCallerTest, TheFieldsThePeerAndItsCertificateAreTheProof) {
  ASSERT_TRUE(prove());
  EXPECT_EQ(authenticator_.key, "secret");
  EXPECT_EQ(authenticator_.peer, "192.0.2.1");
  EXPECT_EQ(authenticator_.certificate, &identity_);
  EXPECT_EQ(authenticator_.asked_at, arrival_.accepted_at) << "a token expires by that clock";
}

TEST_F(ProveCallerTest, TheCallerGoesOnAsItWasFound) {
  config::Client client;
  auth::Caller caller;
  caller.client = &client;
  caller.proof = auth::CallerProof::asserted;
  caller.key_name = "rollover";
  authenticator_.says = caller;
  const auto found = prove();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->client, &client);
  EXPECT_EQ(found->proof, auth::CallerProof::asserted);
  EXPECT_EQ(found->key_name, "rollover");
}

TEST_F(ProveCallerTest, WhyNotIsForTheLogAlone) {
  const std::pair<Errc, int> statuses[] = {{Errc::invalid_input, 400},
                                           {Errc::unauthenticated, 401},
                                           {Errc::forbidden, 403},
                                           {Errc::unavailable, 503}};
  for (const auto& [code, status] : statuses) {
    authenticator_.says = Error{code, "no client has that key"};
    const auto refused = prove();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status, status);
    EXPECT_EQ(refused.error().detail, "no client has that key");
    EXPECT_EQ(refused.error().message.find("no client"), std::string::npos) << "told to a stranger";
  }
}

}  // namespace
}  // namespace tollgate::proxy
