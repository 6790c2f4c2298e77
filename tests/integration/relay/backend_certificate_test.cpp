// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <functional>
#include <string>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"

// Whom the gateway gives its key to: only a backend that proves its name (faults.md U1, U2).
namespace tollgate::integration {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;
using simulator::IssuedCertificate;

constexpr long kDay = 24 * 3600;

class BackendTls : public SharedGatewayTest {
 protected:
  void TearDown() override {
    backend().use_certificate(gateway().authority().issue({}));
    SharedGatewayTest::TearDown();
  }

  /// The handshake fails, so no byte of the request can have left, and the record says why.
  void expect_refused() {
    backend().drop_connections();
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    RawConnection& connection = backend().accept();
    EXPECT_NE(connection.handshake_error(), "");
    expect_refusal(client.read_response(), 502);
    const auto records = gateway().take_records(1);
    ASSERT_EQ(records.size(), 1U);
    EXPECT_EQ(records[0].outcome, usage::Outcome::backend_error);
    ASSERT_EQ(records[0].attempts.size(), 1U);
    EXPECT_EQ(records[0].attempts[0].error, "tls");
    EXPECT_EQ(records[0].usage_basis, usage::UsageBasis::none);
  }

  void expect_served() {
    backend().drop_connections();
    RawConnection client = gateway().connect();
    client.write(ClientRequest().bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }
};

struct Case {
  std::string name;
  std::string reason;  ///< in OpenSSL's words
  std::function<IssuedCertificate(const CertificateAuthority&)> issue;
};
void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

Case with(std::string name, std::string reason, CertificateSpec spec) {
  return {std::move(name), std::move(reason),
          [spec](const CertificateAuthority& ca) { return ca.issue(spec); }};
}

Case below(std::string name, std::string reason, std::string name_constraints) {
  return {std::move(name), std::move(reason), [name_constraints](const CertificateAuthority& ca) {
            return ca.make_intermediate(name_constraints).issue({});
          }};
}

class BadCertificate : public BackendTls, public testing::WithParamInterface<Case> {};

TEST_P(BadCertificate, U1_IsRefusedBeforeAByteOfTheRequest) {
  backend().use_certificate(GetParam().issue(gateway().authority()));
  expect_refused();
  EXPECT_NE(CapturedLog::text().find("\"detail\":\"" + GetParam().reason + "\""), std::string::npos)
      << CapturedLog::text();
}

INSTANTIATE_TEST_SUITE_P(
    All, BadCertificate,
    testing::Values(
        with("self_signed", "self-signed certificate", {.self_signed = true}),
        Case{"stranger", "unable to get local issuer certificate",
             [](const auto&) { return CertificateAuthority().issue({}); }},
        with("expired", "certificate has expired", {.valid_from = -2 * kDay, .valid_until = -kDay}),
        with("not_yet_valid", "certificate is not yet valid", {.valid_from = kDay}),
        with("other_name", "hostname mismatch",
             {.common_name = "evil.example", .alt_names = "DNS:evil.example"}),
        with("name_below", "hostname mismatch", {.alt_names = "DNS:localhost.evil.example"}),
        with("name_in_the_subject_only", "hostname mismatch", {.alt_names = ""}),
        with("address_instead_of_the_name", "hostname mismatch", {.alt_names = "IP:127.0.0.1"}),
        with("wildcard_for_the_whole_name", "hostname mismatch", {.alt_names = "DNS:*"}),
        with("for_clients", "unsuitable certificate purpose", {.key_usage = "clientAuth"}),
        with("for_code", "unsuitable certificate purpose", {.key_usage = "codeSigning"}),
        with("weak_key", "EE certificate key too weak", {.weak_key = true}),
        with("weak_signature", "CA signature digest algorithm too weak", {.weak_signature = true}),
        Case{"missing_intermediate", "unable to get local issuer certificate",
             [](const CertificateAuthority& ca) {
               IssuedCertificate out = ca.make_intermediate("").issue({});
               out.issuers_pem.clear();
               return out;
             }},
        below("name_constraint_broken", "permitted subtree violation",
              "critical,permitted;DNS:example.com"),
        below("name_excluded", "excluded subtree violation", "critical,excluded;DNS:localhost")),
    [](const auto& info) { return info.param.name; });

class GoodCertificate : public BackendTls, public testing::WithParamInterface<Case> {};

TEST_P(GoodCertificate, IsServed) {
  backend().use_certificate(GetParam().issue(gateway().authority()));
  expect_served();
}

INSTANTIATE_TEST_SUITE_P(
    All, GoodCertificate,
    testing::Values(with("plain", "", {}), below("behind_an_intermediate", "", ""),
                    below("within_name_constraints", "", "critical,permitted;DNS:localhost"),
                    with("name_in_another_case", "", {.alt_names = "DNS:LOCALHOST"})),
    [](const auto& info) { return info.param.name; });

TEST_F(BackendTls, U2_AsksForItsNameAndForHttp11Only) {
  backend().drop_connections();
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  Arrival arrival = backend().receive();
  SSL* ssl = arrival.connection.ssl();
  EXPECT_STREQ(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name), "localhost");
  EXPECT_EQ(arrival.request.field("host"), backend().authority());
  const unsigned char* offered = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl, &offered, &size);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(offered), size), "http/1.1");
  EXPECT_EQ(SSL_version(ssl), TLS1_3_VERSION);
  arrival.connection.write(answer());
  EXPECT_EQ(client.read_response().wire, answer());
  EXPECT_EQ(gateway().take_records(1).size(), 1U);
}

TEST_F(BackendTls, U2_SpeaksTls12ButNothingOlder) {
  SSL_CTX_set_max_proto_version(backend().context(), TLS1_2_VERSION);
  expect_served();
  for (const int version : {TLS1_1_VERSION, TLS1_VERSION}) {
    SSL_CTX_set_min_proto_version(backend().context(), version);
    SSL_CTX_set_max_proto_version(backend().context(), version);
    expect_refused();
  }
}

TEST_F(BackendTls, ACertificateThatGoesBadIsRefusedDespiteTheSessionOfBefore) {
  expect_served();
  backend().use_certificate(CertificateAuthority().issue({}));
  expect_refused();
}

}  // namespace
}  // namespace tollgate::integration
