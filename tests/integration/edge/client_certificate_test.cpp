// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <memory>
#include <string>

#include "shared_gateway_test.hpp"

// Mutual TLS at the listener: what a client's certificate is worth, and what it is not.
namespace tollgate::integration {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

CertificateSpec client_spec(const std::string& alt_names) {
  CertificateSpec out;
  out.common_name = "someone";
  out.alt_names = alt_names;
  out.key_usage = "clientAuth";
  return out;
}

const std::string kBatch = "DNS:batch.contoso.internal";

class ClientCertificate : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() {
    const TemporaryDirectory files;
    const auto server = authority().issue({});
    gateway_ = std::make_unique<TestGateway>([&](config::Config& config) {
      config.listeners[0].tls = {files.write("tls.crt", server.chain_pem()),
                                 files.write("tls.key", server.key_pem),
                                 files.write("clients.pem", authority().certificate_pem())};
      config::CustomHeaderAuthentication& header = config.authentication.custom_header.emplace();
      header.name = "x-client-id";
      header.trusted_certificates.uris = {"spiffe://contoso/proxy"};
      config.clients[0].certificates.dns_names = {"batch.contoso.internal"};
      config.clients[1].header_values = {"trusted-name"};
    });
  }

  static const CertificateAuthority& authority() {
    static const CertificateAuthority own;
    return own;
  }

  /// A connection whose handshake this side has finished, with that certificate or with none.
  RawConnection connect(const simulator::IssuedCertificate* certificate) {
    const std::unique_ptr<SSL_CTX, FreeContext> context(SSL_CTX_new(TLS_client_method()));
    if (certificate != nullptr) {
      const TemporaryDirectory files;
      SSL_CTX_use_certificate_chain_file(context.get(),
                                         files.write("c.pem", certificate->chain_pem()).c_str());
      SSL_CTX_use_PrivateKey_file(context.get(), files.write("k.pem", certificate->key_pem).c_str(),
                                  SSL_FILETYPE_PEM);
    }
    RawConnection out = gateway().connect();
    SSL* ssl = SSL_new(context.get());
    SSL_set_connect_state(ssl);
    EXPECT_TRUE(out.handshake(ssl)) << out.handshake_error();
    return out;
  }

  static std::string request(const std::string& fields) {
    return "POST " + std::string(kTarget) +
           " HTTP/1.1\r\nHost: gw\r\nContent-Type: application/json\r\n" + fields +
           "Content-Length: " + std::to_string(kBody.size()) + "\r\n\r\n" + std::string(kBody);
  }

  usage::UsageRecord served(RawConnection& client, const std::string& fields = {}) {
    client.write(request(fields));
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.read_response().wire, answer());
    return gateway().take_records(1).at(0);
  }

  void expect_stranger(RawConnection& client, const std::string& fields = {}) {
    client.write("GET / HTTP/1.1\r\nHost: gw\r\n" + fields + "\r\n");
    expect_refusal(client.read_response(), 401);
  }
};

TEST_F(ClientCertificate, IsACredentialOfItsOwn) {
  const auto certificate = authority().issue(client_spec(kBatch));
  RawConnection client = connect(&certificate);
  for (int i = 0; i < 2; ++i) {  // for every request of the connection
    const usage::UsageRecord record = served(client);
    EXPECT_EQ(record.client_name, "drains");
    EXPECT_EQ(record.auth_method, "client_certificate");
    EXPECT_EQ(record.caller_proof, "verified");
    EXPECT_EQ(record.caller_custom_id, "dns:batch.contoso.internal");
  }
}

TEST_F(ClientCertificate, MakesTheCustomHeaderProofIfItIsTheProxys) {
  const auto proxy = authority().issue(client_spec("URI:spiffe://contoso/proxy"));
  RawConnection client = connect(&proxy);
  const usage::UsageRecord record = served(client, "X-Client-Id: trusted-name\r\n");
  EXPECT_EQ(record.client_name, "cancels");
  EXPECT_EQ(record.auth_method, "custom_header");
  EXPECT_EQ(record.caller_proof, "verified");
  EXPECT_EQ(record.caller_custom_id, "trusted-name");
  expect_stranger(client);
  expect_stranger(client, "X-Client-Id: nobody\r\n");
}

TEST_F(ClientCertificate, IsOptionalAndProvesNothingByItself) {
  RawConnection without = connect(nullptr);
  expect_stranger(without);
  expect_stranger(without, "X-Client-Id: trusted-name\r\n");
  EXPECT_EQ(served(without, "api-key: " + std::string(kClientKey) + "\r\n").auth_method, "api_key");
  const auto unknown = authority().issue(client_spec("DNS:other.contoso.internal"));
  RawConnection client = connect(&unknown);
  expect_stranger(client);
  expect_stranger(client, "X-Client-Id: trusted-name\r\n");
}

TEST_F(ClientCertificate, DoesNotMendABadKey) {
  const auto certificate = authority().issue(client_spec(kBatch));
  RawConnection client = connect(&certificate);
  expect_stranger(client, "api-key: wrong\r\n");
}

TEST_F(ClientCertificate, OfAnotherAuthorityOrKindEndsTheConnectionUnheard) {
  CertificateSpec server_kind = client_spec(kBatch);
  server_kind.key_usage = "serverAuth";
  CertificateSpec expired = client_spec(kBatch);
  expired.valid_until = -60;
  for (const auto& certificate : {CertificateAuthority().issue(client_spec(kBatch)),
                                  authority().issue(server_kind), authority().issue(expired)}) {
    RawConnection client = connect(&certificate);  // under TLS 1.3 the client learns of it only now
    client.write(request("api-key: " + std::string(kClientKey) + "\r\n"));
    EXPECT_EQ(client.read_to_end(), "");
    EXPECT_NE(client.end(), End::open);
    EXPECT_TRUE(backend().is_quiet());
  }
}

}  // namespace
}  // namespace tollgate::integration
