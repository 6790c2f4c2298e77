// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>

#include "reload_test.hpp"

// The listener's own certificate and its clients' authorities.
namespace tollgate::integration {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;
using simulator::IssuedCertificate;

struct Free {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(X509* certificate) const { X509_free(certificate); }
};

class ReloadedListener : public ReloadTest {
 protected:
  void SetUp() override { use_server("first"); }

  /// From now on the listener has a certificate with that name, and asks clients for one of
  /// `clients`.
  void use_server(const std::string& name, const CertificateAuthority* clients = nullptr) {
    const IssuedCertificate certificate = servers_.issue({.common_name = name});
    reload([&](config::Config& config) {
      config.listeners[0].tls = {files_.write(name + ".crt", certificate.chain_pem()),
                                 files_.write(name + ".key", certificate.key_pem),
                                 clients == nullptr
                                     ? std::string()
                                     : files_.write(name + ".ca", clients->certificate_pem())};
      config.clients[0].certificates.dns_names = {"batch.contoso.internal"};
    });
  }

  RawConnection secure(const IssuedCertificate* own = nullptr) {
    const std::unique_ptr<SSL_CTX, Free> context(SSL_CTX_new(TLS_client_method()));
    if (own != nullptr) {
      SSL_CTX_use_certificate_chain_file(context.get(),
                                         files_.write("own.pem", own->chain_pem()).c_str());
      SSL_CTX_use_PrivateKey_file(context.get(), files_.write("own.key", own->key_pem).c_str(),
                                  SSL_FILETYPE_PEM);
    }
    RawConnection out = gateway().connect();
    SSL* ssl = SSL_new(context.get());
    SSL_set_connect_state(ssl);
    EXPECT_TRUE(out.handshake(ssl)) << out.handshake_error();
    return out;
  }

  static std::string server_of(RawConnection& connection) {
    const std::unique_ptr<X509, Free> certificate(SSL_get1_peer_certificate(connection.ssl()));
    char name[64] = "";
    X509_NAME_get_text_by_NID(X509_get_subject_name(certificate.get()), NID_commonName, name,
                              sizeof(name));
    return name;
  }

  /// A caller who proves itself by its certificate alone.
  static std::string request_by_certificate() {
    return "POST " + std::string(kTarget) +
           " HTTP/1.1\r\nHost: gw\r\nContent-Type: application/json\r\nContent-Length: " +
           std::to_string(kBody.size()) + "\r\n\r\n" + std::string(kBody);
  }
  void expect_known(RawConnection& client) {
    client.write(request_by_certificate());
    backend().receive().connection.write(answer());
    EXPECT_EQ(client.read_response().wire, answer());
    EXPECT_EQ(gateway().take_records(1).at(0).auth_method, "client_certificate");
  }
  static IssuedCertificate batch_of(const CertificateAuthority& authority) {
    CertificateSpec spec;
    spec.alt_names = "DNS:batch.contoso.internal";
    spec.key_usage = "clientAuth";
    return authority.issue(spec);
  }

  const CertificateAuthority servers_;
  const TemporaryDirectory files_;
};

TEST_F(ReloadedListener, ANewCertificateServesNewHandshakesAndClosesNothing) {
  RawConnection before = secure();
  EXPECT_EQ(server_of(before), "first");
  expect_served(before);
  use_server("second");
  RawConnection after = secure();
  EXPECT_EQ(server_of(after), "second");
  expect_served(after);
  expect_served(before);
}

TEST_F(ReloadedListener, AKeyThatIsNotTheCertificatesChangesNothing) {
  config::Config next = gateway().gateway().config();
  next.listeners[0].tls->private_key = files_.write("other.key", servers_.issue({}).key_pem);
  EXPECT_FALSE(gateway().gateway().reload(std::move(next)));
  RawConnection client = secure();
  EXPECT_EQ(server_of(client), "first");
  expect_served(client);
}

TEST_F(ReloadedListener, AClientsCertificateCountsWhileItsAuthorityDoes) {
  const CertificateAuthority clients;
  const IssuedCertificate own = batch_of(clients);
  use_server("second", &clients);
  RawConnection client = secure(&own);
  expect_known(client);
  use_server("third", &clients);
  expect_known(client);
  const CertificateAuthority others;
  use_server("fourth", &others);
  client.write(request_by_certificate());
  expect_refusal(client.read_response(), 401);
  use_server("fifth", &clients);
  RawConnection again = secure(&own);
  expect_known(again);
}

TEST_F(ReloadedListener, NorDoesItWhereNoneIsAskedForAnyMore) {
  const CertificateAuthority clients;
  const IssuedCertificate own = batch_of(clients);
  use_server("second", &clients);
  RawConnection client = secure(&own);
  expect_known(client);
  use_server("third");
  client.write(request_by_certificate());
  expect_refusal(client.read_response(), 401);
}

}  // namespace
}  // namespace tollgate::integration
