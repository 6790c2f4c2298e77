// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
// The three credentials that talk to Entra's token endpoint.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include <nlohmann/json.hpp>

#include "client_certificate.hpp"
#include "client_secret.hpp"
#include "fake_transport.hpp"
#include "pending.hpp"
#include "temporary_directory.hpp"
#include "test_certificates.hpp"
#include "tollgate/base/base64.hpp"
#include "workload_identity.hpp"

namespace tollgate::credentials {
namespace {

using nlohmann::json;

const UtcTime kNow{seconds(1'790'000'000)};
const std::string kAuthority = "https://login.example";
const std::string kScope = "https://cognitiveservices.azure.com/.default";
const std::string kEndpoint = "https://login.example/tenant/oauth2/v2.0/token";
const std::string kJwtBearer = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// The form as it stands on the wire: names to encoded values.
std::map<std::string, std::string> form_of(const http::ClientRequest& request) {
  std::map<std::string, std::string> out;
  std::string rest = request.body + "&";
  for (std::size_t at = 0, end = 0; (end = rest.find('&', at)) != std::string::npos; at = end + 1) {
    const std::size_t equals = rest.find('=', at);
    out[rest.substr(at, equals - at)] = rest.substr(equals + 1, end - equals - 1);
  }
  return out;
}

json header_of(const http::ClientRequest& request) {
  const std::string jwt = form_of(request)["client_assertion"];
  return json::parse(from_base64url(jwt.substr(0, jwt.find('.'))).value());
}

class FetchersTest : public testing::Test {
 protected:
  FetchResult fetch(TokenFetcher& fetcher) {
    transport_.answer(200, kEntraAnswer);
    return run(fetcher.fetch(kNow));
  }

  std::unique_ptr<ClientCertificateFetcher> certificate_fetcher(const std::string& certificate,
                                                                const std::string& key = "") {
    config::ClientCertificateCredential credential;
    credential.tenant_id = "tenant";
    credential.client_id = "client";
    credential.certificate = certificate;
    credential.private_key = key;
    return std::make_unique<ClientCertificateFetcher>(credential, kAuthority, kScope, transport_);
  }

  TemporaryDirectory directory_;
  FakeTransport transport_;
};

TEST_F(FetchersTest, ASecretGoesEncodedIntoTheForm) {
  ClientSecretFetcher fetcher({"tenant", "client", Secret("a&b=c+d%")}, kAuthority, kScope,
                              transport_);
  const FetchResult token = fetch(fetcher);
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.reveal(), "eyJ.entra");
  const http::ClientRequest& request = transport_.requests.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, kEndpoint);
  EXPECT_EQ(http::find_field(request.fields, "content-type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(form_of(request), (std::map<std::string, std::string>{
                                  {"grant_type", "client_credentials"},
                                  {"client_id", "client"},
                                  {"scope", "https%3A%2F%2Fcognitiveservices.azure.com%2F.default"},
                                  {"client_secret", "a%26b%3Dc%2Bd%25"}}));
}

TEST_F(FetchersTest, ACertificateGoesAsAnAssertionForThisEndpointNeverTheSameTwice) {
  const TestCertificate& own = first_certificate();
  const auto fetcher = certificate_fetcher(directory_.write("c.pem", own.certificate + own.key));
  ASSERT_TRUE(fetch(*fetcher));
  ASSERT_TRUE(fetch(*fetcher));
  auto first = form_of(transport_.requests.at(0));
  auto second = form_of(transport_.requests.at(1));
  EXPECT_EQ(transport_.requests.at(0).url, kEndpoint);
  EXPECT_EQ(first["client_assertion_type"], kJwtBearer);
  EXPECT_EQ(first.count("client_secret"), 0U);
  EXPECT_NE(first["client_assertion"], second["client_assertion"]);
  EXPECT_TRUE(signature_holds(own, "PS256", first["client_assertion"]));
  const std::string jwt = first["client_assertion"];
  const std::size_t dot = jwt.find('.');
  const json claims =
      json::parse(from_base64url(jwt.substr(dot + 1, jwt.rfind('.') - dot - 1)).value());
  EXPECT_EQ(claims["aud"], kEndpoint);
  EXPECT_EQ(claims["sub"], "client");
}

TEST_F(FetchersTest, ACertificateTakesItsAlgorithmAndChainFromTheSettings) {
  const TestCertificate& own = first_certificate();
  config::ClientCertificateCredential credential{.tenant_id = "tenant", .client_id = "client"};
  credential.certificate =
      directory_.write("c.pem", own.certificate + second_certificate().certificate);
  credential.private_key = directory_.write("k.pem", own.key);
  credential.algorithm = config::AssertionAlgorithm::rs256;
  credential.send_certificate_chain = true;
  ClientCertificateFetcher fetcher(credential, kAuthority, kScope, transport_);
  ASSERT_TRUE(fetch(fetcher));
  const json header = header_of(transport_.requests.at(0));
  EXPECT_EQ(header["alg"], "RS256");
  EXPECT_EQ(header["x5c"].size(), 2U);
}

TEST_F(FetchersTest, ARenewedCertificateIsUsedFromTheNextFetchOn) {
  const TestCertificate& old = first_certificate();
  const TestCertificate& renewed = second_certificate();
  const std::string path = directory_.write("c.pem", old.certificate + old.key);
  const auto fetcher = certificate_fetcher(path);
  ASSERT_TRUE(fetch(*fetcher));
  directory_.write("c.pem", renewed.certificate + old.key);  // half renewed
  EXPECT_EQ(fetch(*fetcher).error().error.code, Errc::invalid_input);
  directory_.write("c.pem", renewed.certificate + renewed.key);
  ASSERT_TRUE(fetch(*fetcher));
  ASSERT_EQ(transport_.requests.size(), 2U) << "a broken pair must not reach the issuer";
  EXPECT_TRUE(signature_holds(old, "PS256", form_of(transport_.requests[0])["client_assertion"]));
  EXPECT_TRUE(
      signature_holds(renewed, "PS256", form_of(transport_.requests[1])["client_assertion"]));
}

TEST_F(FetchersTest, AFederatedTokenIsReadAnewForEachFetch) {
  const std::string path = directory_.write("token", "eyJ.one.x\n");
  WorkloadIdentityFetcher fetcher({"tenant", "client", path}, kAuthority, kScope, transport_);
  ASSERT_TRUE(fetch(fetcher));
  directory_.write("token", "eyJ.two.x");
  ASSERT_TRUE(fetch(fetcher));
  EXPECT_EQ(transport_.requests.at(0).url, kEndpoint);
  auto first = form_of(transport_.requests.at(0));
  EXPECT_EQ(first["client_assertion"], "eyJ.one.x");
  EXPECT_EQ(first["client_assertion_type"], kJwtBearer);
  EXPECT_EQ(first["client_id"], "client");
  EXPECT_EQ(form_of(transport_.requests.at(1))["client_assertion"], "eyJ.two.x");
}

TEST_F(FetchersTest, AMissingFileIsNamedAndNobodyIsAsked) {
  WorkloadIdentityFetcher federated({"tenant", "client", directory_.path() + "/none"}, kAuthority,
                                    kScope, transport_);
  const auto certified = certificate_fetcher(
      directory_.write("c.pem", first_certificate().certificate), directory_.path() + "/none");
  for (TokenFetcher* fetcher :
       {static_cast<TokenFetcher*>(&federated), static_cast<TokenFetcher*>(certified.get())}) {
    const FetchResult token = run(fetcher->fetch(kNow));
    ASSERT_FALSE(token);
    EXPECT_EQ(token.error().error.code, Errc::storage);
    EXPECT_EQ(token.error().error.message,
              "cannot use " + directory_.path() + "/none: No such file or directory");
  }
  EXPECT_TRUE(transport_.requests.empty());
}

/// An issuer that repeats what it was sent, as the worst of them might.
class EchoTransport : public http::Transport {
 public:
  boost::asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    const json body{{"error", request.body},
                    {"error_description", "AADSTS7000215: " + request.body}};
    co_return http::ClientResponse{401, {}, body.dump()};
  }
};

TEST_F(FetchersTest, NoErrorHoldsASecretOrAnAssertion) {
  EchoTransport echo;
  const TestCertificate& own = first_certificate();
  config::ClientCertificateCredential certificate{.tenant_id = "tenant", .client_id = "client"};
  certificate.certificate = directory_.write("c.pem", own.certificate + own.key);
  ClientSecretFetcher by_secret({"tenant", "client", Secret("the-secret")}, kAuthority, kScope,
                                echo);
  ClientCertificateFetcher by_certificate(certificate, kAuthority, kScope, echo);
  WorkloadIdentityFetcher by_token({"tenant", "client", directory_.write("t", "the-token")},
                                   kAuthority, kScope, echo);
  for (TokenFetcher* fetcher :
       std::initializer_list<TokenFetcher*>{&by_secret, &by_certificate, &by_token}) {
    EXPECT_EQ(run(fetcher->fetch(kNow)).error().error.message,
              "the issuer answered 401, AADSTS7000215");
  }
}

}  // namespace
}  // namespace tollgate::credentials
