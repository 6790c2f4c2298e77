// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/peer_certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tls_pair.hpp"

namespace tollgate::net {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;
using simulator::IssuedCertificate;
using testing::ElementsAre;
using testing::IsEmpty;

CertificateSpec client_spec() {
  CertificateSpec out;
  out.common_name = "batch";
  out.alt_names = "DNS:Batch.Contoso.internal,URI:spiffe://contoso/Batch";
  out.key_usage = "clientAuth";
  return out;
}

/// A server that asks for certificates of authority_, and a client that has one or none.
class PeerCertificate : public TlsStreamPair {
 protected:
  ServerTls asking_server() const {
    const IssuedCertificate own = authority_.issue({});
    const TextFile chain(own.chain_pem());
    const TextFile key(own.key_pem);
    const TextFile ca(authority_.certificate_pem());
    return ServerTls::make(chain.path(), key.path(), ca.path()).value();
  }

  SslPtr client_with(const IssuedCertificate& certificate, SSL_SESSION* session = nullptr) const {
    const TextFile chain(certificate.chain_pem());
    const TextFile key(certificate.key_pem);
    SslPtr ssl = client_tls_.connection("localhost", session);
    EXPECT_EQ(SSL_use_certificate_file(ssl.get(), chain.path().c_str(), SSL_FILETYPE_PEM), 1);
    EXPECT_EQ(SSL_use_PrivateKey_file(ssl.get(), key.path().c_str(), SSL_FILETYPE_PEM), 1);
    return ssl;
  }

  void expect_refused(const IssuedCertificate& certificate) {
    const auto pair = shake(client_with(certificate), asking_.connection());
    ASSERT_FALSE(pair->server_result);
    EXPECT_EQ(pair->server_result.error().code, Errc::tls);
    EXPECT_EQ(verified_peer(pair->server.ssl()), nullptr);
  }

  ServerTls asking_ = asking_server();
};

TEST_F(PeerCertificate, SaysWhoThePeerIs) {
  const auto pair = shake(client_with(authority_.issue(client_spec())), asking_.connection());
  ASSERT_TRUE(pair->server_result);
  const auto identity = verified_peer(pair->server.ssl());
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->subject, "CN=batch");
  EXPECT_THAT(identity->dns_names, ElementsAre("batch.contoso.internal"));
  EXPECT_THAT(identity->uris, ElementsAre("spiffe://contoso/Batch"));
  const auto now = std::chrono::system_clock::now();
  EXPECT_GT(identity->expires_at, now + std::chrono::hours(29 * 24));
  EXPECT_LT(identity->expires_at, now + std::chrono::hours(31 * 24));
}

TEST_F(PeerCertificate, MayBeLeftOut) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), asking_.connection());
  ASSERT_TRUE(pair->server_result);
  EXPECT_EQ(verified_peer(pair->server.ssl()), nullptr);
  EXPECT_EQ(verified_peer(nullptr), nullptr);
}

TEST_F(PeerCertificate, IsNotTakenByAServerThatDoesNotAsk) {
  const auto pair = shake(client_with(authority_.issue(client_spec())), server_tls_.connection());
  ASSERT_TRUE(pair->server_result);
  EXPECT_EQ(verified_peer(pair->server.ssl()), nullptr);
}

TEST_F(PeerCertificate, OfAnotherKindFailsTheHandshake) {
  expect_refused(
      CertificateAuthority().issue(client_spec()));  // of the same name, with another key
  CertificateSpec spec = client_spec();
  spec.self_signed = true;
  expect_refused(authority_.issue(spec));
  spec = client_spec();
  spec.valid_until = -60;
  expect_refused(authority_.issue(spec));
  spec = client_spec();
  spec.valid_from = 3600;
  expect_refused(authority_.issue(spec));
  spec = client_spec();
  spec.key_usage = "serverAuth";  // a server's certificate does not make its holder a client
  expect_refused(authority_.issue(spec));
}

TEST_F(PeerCertificate, SubjectsAreWrittenSoThatTheyCannotBeForged) {
  CertificateSpec spec = client_spec();
  spec.common_name = "batch,O=Contoso";  // one attribute that looks like two
  spec.alt_names = "";
  const auto pair = shake(client_with(authority_.issue(spec)), asking_.connection());
  const auto identity = verified_peer(pair->server.ssl());
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->subject, "CN=batch\\,O=Contoso");
  EXPECT_THAT(identity->dns_names, IsEmpty());
  EXPECT_THAT(identity->uris, IsEmpty());
}

TEST_F(PeerCertificate, IsKnownAgainInAResumedSession) {
  const IssuedCertificate certificate = authority_.issue(client_spec());
  const auto first = shake(client_with(certificate), asking_.connection());
  ASSERT_TRUE(first->server_result);
  ASSERT_TRUE(run(first->server.write("x")));
  ASSERT_TRUE(read(first->client));  // the ticket comes with it
  SSL_SESSION* session = SSL_get1_session(first->client.ssl());
  const auto again = shake(client_with(certificate, session), asking_.connection());
  SSL_SESSION_free(session);
  ASSERT_TRUE(again->server_result);
  EXPECT_EQ(SSL_session_reused(again->server.ssl()), 1);
  const auto identity = verified_peer(again->server.ssl());
  ASSERT_NE(identity, nullptr);
  EXPECT_EQ(identity->subject, "CN=batch");
}

TEST(PeerCertificateFiles, ThatCannotBeUsedAreNamed) {
  const IssuedCertificate certificate = CertificateAuthority().issue({});
  const TextFile chain(certificate.chain_pem());
  const TextFile key(certificate.key_pem);
  const TextFile text("no certificate");
  for (const std::string& path : {std::string("/missing"), text.path()}) {
    const auto made = ServerTls::make(chain.path(), key.path(), path);
    ASSERT_TRUE(made.has_error());
    EXPECT_NE(made.error().message.find(path), std::string::npos) << made.error().message;
  }
}

}  // namespace
}  // namespace tollgate::net
