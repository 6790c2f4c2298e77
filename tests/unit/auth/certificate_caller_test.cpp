// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/run_coroutine.hpp"
#include "http/fake_transport.hpp"
#include "tollgate/auth/make_authenticator.hpp"

namespace tollgate::auth {
namespace {

namespace asio = boost::asio;

const UtcTime kNow{seconds(1'800'000'000)};

config::Config with_certificates() {
  config::Config out;
  config::CustomHeaderAuthentication& header = out.authentication.custom_header.emplace();
  header.name = "x-client-id";
  header.trusted_networks = {"10.1.0.0/16"};
  header.trusted_certificates.dns_names = {"proxy.contoso.internal"};
  out.clients.resize(4);
  out.clients[0].name = "by_subject";
  out.clients[0].certificates.subjects = {"CN=batch,O=Contoso"};
  out.clients[1].name = "by_dns";
  out.clients[1].certificates.dns_names = {"batch.contoso.internal"};
  out.clients[2].name = "by_uri";
  out.clients[2].certificates.uris = {"spiffe://contoso/batch"};
  out.clients[3].name = "legacy";
  out.clients[3].header_values = {"legacy-batch"};
  out.clients[3].api_keys = {{"primary", sha256("sk-legacy")}};
  return out;
}

CertificateIdentity named(std::string subject, std::vector<std::string> dns_names = {},
                          std::vector<std::string> uris = {}) {
  return {std::move(subject), std::move(dns_names), std::move(uris), kNow + seconds(60)};
}

class CertificateCaller : public testing::Test {
 protected:
  Result<Caller> authenticate(const CertificateIdentity* certificate,
                              const std::vector<HeaderField>& fields = {}, UtcTime now = kNow) {
    const RequestProof proof{fields, asio::ip::make_address("192.0.2.1"), certificate};
    return run_coroutine(context_, authenticator_->authenticate(proof, now));
  }
  std::string client_of(const CertificateIdentity& certificate,
                        const std::vector<HeaderField>& fields = {}) {
    const Result<Caller> caller = authenticate(&certificate, fields);
    return caller ? caller->client->name : std::string(to_string(caller.error().code));
  }

  const config::Config config_ = with_certificates();
  asio::io_context context_;
  http::FakeTransport transport_{context_.get_executor(), [](const http::ClientRequest&) {
                                   return http::ClientResponse{404, {}, ""};
                                 }};
  KeyCaches caches_{transport_, context_.get_executor()};
  std::unique_ptr<ConfiguredAuthenticator> authenticator_ = make_authenticator(config_, caches_);
};

TEST_F(CertificateCaller, IsToldByUriThenDnsNameThenSubject) {
  EXPECT_EQ(client_of(named("CN=batch,O=Contoso")), "by_subject");
  EXPECT_EQ(client_of(named("CN=batch,O=Contoso", {"other", "batch.contoso.internal"})), "by_dns");
  EXPECT_EQ(client_of(named("CN=batch,O=Contoso", {"batch.contoso.internal"},
                            {"spiffe://contoso/batch"})),
            "by_uri");
}

TEST_F(CertificateCaller, IsVerifiedAndNamedByWhatMatched) {
  const CertificateIdentity certificate = named("", {"batch.contoso.internal"});
  const Result<Caller> caller = authenticate(&certificate, {{"x-client-id", "a word"}});
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->method, AuthMethod::client_certificate);
  EXPECT_EQ(to_string(caller->method), "client_certificate");
  EXPECT_EQ(caller->proof, CallerProof::verified);
  EXPECT_EQ(caller->custom_id, "dns:batch.contoso.internal");
}

TEST_F(CertificateCaller, NamesMatchWholeAndWithinTheirKindOnly) {
  for (const CertificateIdentity& certificate :
       {named("CN=batch"), named("CN=batch,O=Contoso,C=DE"), named("cn=batch,o=contoso"),
        named("batch.contoso.internal"), named("", {"spiffe://contoso/batch"}),
        named("", {"a.batch.contoso.internal"}), named("", {"*.contoso.internal"}),
        named("", {}, {"batch.contoso.internal"}), named("", {}, {"spiffe://contoso/batch/x"}),
        named("", {"CN=batch,O=Contoso"}), named("")}) {
    EXPECT_EQ(client_of(certificate), "unauthenticated") << certificate.subject;
  }
}

TEST_F(CertificateCaller, IsNobodyOnceTheCertificateHasExpired) {
  const CertificateIdentity certificate = named("CN=batch,O=Contoso", {"proxy.contoso.internal"});
  EXPECT_TRUE(authenticate(&certificate, {}, certificate.expires_at - seconds(1)));
  EXPECT_FALSE(authenticate(&certificate, {}, certificate.expires_at));
  const std::vector<HeaderField> header{{"x-client-id", "legacy-batch"}};
  EXPECT_TRUE(authenticate(&certificate, header, certificate.expires_at - seconds(1)));
  EXPECT_FALSE(authenticate(&certificate, header, certificate.expires_at));
}

TEST_F(CertificateCaller, OfATrustedProxyMakesTheHeaderProof) {
  const CertificateIdentity proxy = named("CN=proxy", {"proxy.contoso.internal"});
  const Result<Caller> caller = authenticate(&proxy, {{"X-Client-Id", "legacy-batch"}});
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->client->name, "legacy");
  EXPECT_EQ(caller->method, AuthMethod::custom_header);
  EXPECT_EQ(caller->proof, CallerProof::verified);
  EXPECT_EQ(caller->custom_id, "legacy-batch");
  EXPECT_EQ(client_of(proxy), "unauthenticated");  // it is no client itself
}

TEST_F(CertificateCaller, AProxyDoesNotPayForACallerItCannotName) {
  const CertificateIdentity both = named("CN=batch,O=Contoso", {"proxy.contoso.internal"});
  EXPECT_EQ(client_of(both), "by_subject");
  EXPECT_EQ(client_of(both, {{"x-client-id", "legacy-batch"}}), "legacy");
  EXPECT_EQ(client_of(both, {{"x-client-id", "nobody"}}), "unauthenticated");
}

TEST_F(CertificateCaller, ADifferentCertificateDoesNotMakeTheHeaderProof) {
  EXPECT_EQ(client_of(named("CN=x", {"other.contoso.internal"}), {{"x-client-id", "legacy-batch"}}),
            "unauthenticated");
  EXPECT_EQ(client_of(named("CN=batch,O=Contoso"), {{"x-client-id", "legacy-batch"}}),
            "by_subject");
  EXPECT_FALSE(authenticate(nullptr, {{"x-client-id", "legacy-batch"}}));
}

TEST_F(CertificateCaller, ACredentialInTheRequestDecidesAlone) {
  const CertificateIdentity certificate = named("CN=batch,O=Contoso");
  EXPECT_EQ(client_of(certificate, {{"api-key", "sk-legacy"}}), "legacy");
  EXPECT_EQ(client_of(certificate, {{"api-key", "sk-wrong"}}), "unauthenticated");
  EXPECT_EQ(client_of(certificate, {{"authorization", "Basic eDp5"}}), "unauthenticated");
}

}  // namespace
}  // namespace tollgate::auth
