// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <openssl/ssl.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "captured_log.hpp"
#include "shared_gateway_test.hpp"

// The listener's TLS towards clients that are old, odd or rude (faults.md H12, H21).
namespace tollgate::integration {
namespace {

struct FreeContext {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};

/// A client's side of TLS that trusts anybody: the gateway's certificate is not what is tested
/// here.
class TlsClient {
 public:
  explicit TlsClient(const TestGateway& gateway) : connection_(gateway.connect()) {
    SSL_CTX_set_security_level(context_.get(), 0);
  }

  SSL_CTX* context() { return context_.get(); }
  bool handshake() {
    SSL* ssl = SSL_new(context_.get());
    SSL_set_connect_state(ssl);
    return connection_.handshake(ssl);
  }
  RawConnection& connection() { return connection_; }
  SSL* ssl() { return connection_.ssl(); }

 private:
  std::unique_ptr<SSL_CTX, FreeContext> context_{SSL_CTX_new(TLS_client_method())};
  RawConnection connection_;
};

class TlsListener : public SharedGatewayTest {
 protected:
  static void SetUpTestSuite() { start({}); }

  static void start(std::optional<milliseconds> head_timeout) {
    const TemporaryDirectory files;
    const auto certificate = simulator::CertificateAuthority().issue({});
    gateway_ = std::make_unique<TestGateway>([&](config::Config& config) {
      if (head_timeout) config.limits.head_timeout = *head_timeout;
      config.listeners[0].tls = {files.write("tls.crt", certificate.chain_pem()),
                                 files.write("tls.key", certificate.key_pem)};
    });
  }

  void expect_served(TlsClient& client) {
    client.connection().write(ClientRequest{.fields = "Connection: close\r\n"}.bytes());
    serve(ForwardedRequest{.authority = backend().authority()}.bytes());
    EXPECT_EQ(client.connection().read_to_end(), answer("Connection: close\r\n"));
    EXPECT_EQ(client.connection().end(), End::closed) << "the end was not announced";
    EXPECT_EQ(gateway().take_records(1).size(), 1U);
  }
};

TEST_F(TlsListener, ServesBothVersionsAndAnnouncesItsEnd) {
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    TlsClient client(gateway());
    SSL_CTX_set_max_proto_version(client.context(), version);
    SSL_CTX_set_alpn_protos(client.context(),
                            reinterpret_cast<const unsigned char*>("\x02h2\x08http/1.1"), 12);
    ASSERT_TRUE(client.handshake()) << client.connection().handshake_error();
    EXPECT_EQ(SSL_version(client.ssl()), version);
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(client.ssl(), &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");
    expect_served(client);
  }
}

TEST_F(TlsListener, RefusesOldVersions) {
  for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
    TlsClient client(gateway());
    SSL_CTX_set_min_proto_version(client.context(), version);
    SSL_CTX_set_max_proto_version(client.context(), version);
    EXPECT_FALSE(client.handshake());
  }
}

// Nothing told an operator why clients could not connect.
TEST_F(TlsListener, AFailedHandshakeLeavesALineAndIsCounted) {
  CapturedLog::clear();
  {
    TlsClient old(gateway());
    SSL_CTX_set_min_proto_version(old.context(), TLS1_1_VERSION);
    SSL_CTX_set_max_proto_version(old.context(), TLS1_1_VERSION);
    EXPECT_FALSE(old.handshake());
    RawConnection plain = gateway().connect();
    plain.write("GET /secret-path HTTP/1.1\r\nHost: gw\r\n\r\n");
    EXPECT_EQ(plain.read_to_end(), "");
  }
  { const RawConnection probe = gateway().connect(); }
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  for (const std::string reason : {"nothing_in_common", "no_tls", "closed"}) {
    const std::string line = "tollgate_tls_handshake_failures_total{reason=\"" + reason + "\"} ";
    while (gateway().metrics().find(line) == std::string::npos) {
      ASSERT_LT(std::chrono::steady_clock::now(), until) << gateway().metrics();
    }
  }
  EXPECT_EQ(CapturedLog::count("listener.handshake_failed"), 2U) << "of the probe there is none";
  const std::string log = CapturedLog::text();
  EXPECT_NE(log.find(R"("peer":"127.0.0.1","reason":"no_tls")"), std::string::npos) << log;
  EXPECT_NE(log.find(R"("peer":"127.0.0.1","reason":"nothing_in_common")"), std::string::npos)
      << log;
  EXPECT_EQ(log.find("secret-path"), std::string::npos) << log;
}

TEST_F(TlsListener, RefusesAClientThatSpeaksOnlyHttp2) {
  TlsClient client(gateway());
  SSL_CTX_set_alpn_protos(client.context(), reinterpret_cast<const unsigned char*>("\x02h2"), 3);
  EXPECT_FALSE(client.handshake());
}

TEST_F(TlsListener, H21_DoesNotRenegotiate) {
  TlsClient client(gateway());
  SSL_CTX_set_max_proto_version(client.context(), TLS1_2_VERSION);
  ASSERT_TRUE(client.handshake());
  ASSERT_EQ(SSL_renegotiate(client.ssl()), 1);
  client.connection().write(ClientRequest().bytes());
  EXPECT_EQ(client.connection().read_to_end(), "");
  EXPECT_NE(client.connection().end(), End::open);
}

TEST_F(TlsListener, H21_OffersNoEarlyData) {
  TlsClient client(gateway());
  ASSERT_TRUE(client.handshake());
  expect_served(client);
  SSL_SESSION* session = SSL_get0_session(client.ssl());
  ASSERT_EQ(SSL_SESSION_is_resumable(session), 1);  // its ticket has come
  EXPECT_EQ(SSL_SESSION_get_max_early_data(session), 0U);
}

TEST_F(TlsListener, H21_ACutInsideARequestIsNoRequest) {
  const std::string bytes = ClientRequest().bytes();
  for (const std::size_t size : {bytes.size() / 2, bytes.size() - 1}) {
    TlsClient client(gateway());
    ASSERT_TRUE(client.handshake());
    client.connection().write(std::string_view(bytes).substr(0, size));
    client.connection().cut();
  }
  TlsClient client(gateway());
  ASSERT_TRUE(client.handshake());
  expect_served(client);
}

TEST_F(TlsListener, WhatIsNoTlsIsAnsweredWithNothingOfHttp) {
  RawConnection client = gateway().connect();
  client.write(ClientRequest().bytes());
  const std::string received = client.read_to_end();
  EXPECT_EQ(received.find("HTTP"), std::string::npos);
  EXPECT_NE(client.end(), End::open);
}

class ImpatientTlsListener : public TlsListener {
 protected:
  static void SetUpTestSuite() { start(milliseconds(300)); }
};

TEST_F(ImpatientTlsListener, H12_AHandshakeThatStopsIsClosedAtTheHeadsDeadline) {
  const auto begun = std::chrono::steady_clock::now();
  RawConnection client = gateway().connect();
  client.write("\x16\x03\x01");
  EXPECT_EQ(client.read_to_end(), "");
  EXPECT_NE(client.end(), End::open);
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds(300));
}

}  // namespace
}  // namespace tollgate::integration
