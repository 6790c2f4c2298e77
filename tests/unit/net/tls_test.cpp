// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "tollgate/net/tls.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "tls_pair.hpp"

namespace tollgate::net {
namespace {

using simulator::CertificateAuthority;
using simulator::CertificateSpec;

TEST(TlsFiles, ThatCannotBeUsedAreNamed) {
  const auto certificate = CertificateAuthority().issue({});
  const TextFile good(certificate.certificate_pem);
  const TextFile key(certificate.key_pem);
  const TextFile other_key(CertificateAuthority().issue({}).key_pem);
  const TextFile text("no certificate");
  const TextFile locked(
      "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
  const TextFile damaged("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
  const auto expect_fault = [](const auto& result, const std::string& path) {
    ASSERT_TRUE(result.has_error());
    EXPECT_EQ(result.error().code, Errc::invalid_input);
    EXPECT_NE(result.error().message.find(path), std::string::npos) << result.error().message;
  };
  EXPECT_TRUE(ServerTls::make(good.path(), key.path()));
  expect_fault(ServerTls::make("/missing", key.path()), "certificate /missing is not there");
  expect_fault(ServerTls::make("/", key.path()), "certificate / is a directory");
  expect_fault(ServerTls::make(good.path(), "/missing"), "private key /missing is not there");
  expect_fault(ServerTls::make(text.path(), key.path()),
               text.path() + " is malformed: it holds no PEM block");
  expect_fault(ServerTls::make(key.path(), key.path()),
               key.path() + " holds a private key, but no certificate");
  expect_fault(ServerTls::make(good.path(), good.path()),
               good.path() + " holds a certificate, but no private key");
  expect_fault(ServerTls::make(good.path(), other_key.path()),
               other_key.path() + " is not the key of the certificate " + good.path());
  expect_fault(ServerTls::make(good.path(), locked.path()), "with a pass phrase");
  expect_fault(ServerTls::make(damaged.path(), key.path()), "holds a damaged certificate");
  expect_fault(ServerTls::make(good.path(), key.path(), "/missing"),
               "certificates /missing is not there");
  expect_fault(ClientTls::make({good.path(), "/missing"}), "certificates /missing is not there");
  expect_fault(ClientTls::make({text.path()}), text.path());
}

struct NameCase {
  std::string name;
  std::string host;
  CertificateSpec certificate;
  bool accepted;
};
void PrintTo(const NameCase& c, std::ostream* out) { *out << c.name; }

NameCase named(std::string name, std::string host, std::string alt_names, bool accepted) {
  return {std::move(name), std::move(host), {.alt_names = std::move(alt_names)}, accepted};
}

class ServerName : public TlsStreamPair, public testing::WithParamInterface<NameCase> {};

TEST_P(ServerName, IsProvenByTheCertificateOrTheHandshakeFails) {
  const NameCase& c = GetParam();
  const ServerTls server = make_server_tls(authority_.issue(c.certificate));
  const auto pair = shake(client_tls_.connection(c.host, nullptr), server.connection());
  EXPECT_EQ(pair->client_result.has_value(), c.accepted);
  if (c.accepted) return;
  EXPECT_EQ(pair->client_result.error().code, Errc::tls);
  EXPECT_TRUE(pair->server_result.has_error());
}

INSTANTIATE_TEST_SUITE_P(
    U1, ServerName,
    testing::Values(
        named("the_name", "a.example.com", "DNS:a.example.com", true),
        named("another_case", "A.Example.com", "DNS:a.example.COM", true),
        named("one_of_many", "b.example.com", "DNS:a.example.com,DNS:b.example.com", true),
        named("wildcard", "a.example.com", "DNS:*.example.com", true),
        named("wildcard_over_two_labels", "a.b.example.com", "DNS:*.example.com", false),
        named("wildcard_for_the_domain", "example.com", "DNS:*.example.com", false),
        named("partial_wildcard", "a1.example.com", "DNS:a*.example.com", false),
        named("name_above", "a.example.com", "DNS:example.com", false),
        named("name_below", "example.com", "DNS:a.example.com", false),
        named("suffix", "example.com", "DNS:badexample.com", false),
        named("prefix", "example.com", "DNS:example.com.evil.org", false),
        named("address", "127.0.0.1", "IP:127.0.0.1", true),
        named("address_of_version_6", "::1", "IP:0:0:0:0:0:0:0:1", true),
        named("other_address", "127.0.0.1", "IP:127.0.0.2", false),
        named("address_as_a_name", "127.0.0.1", "DNS:127.0.0.1", false),
        NameCase{"in_the_subject_only",
                 "a.example.com",
                 {.common_name = "a.example.com", .alt_names = ""},
                 false}),
    [](const auto& info) { return info.param.name; });

using Tls = TlsStreamPair;

TEST_F(Tls, AConnectionThatCannotCheckANameIsNotMade) {
  EXPECT_EQ(client_tls_.connection("", nullptr), nullptr);
  EXPECT_EQ(client_tls_.connection(std::string("a\0b", 3), nullptr), nullptr);
}

TEST_F(Tls, AHandshakeWithoutAConnectionFails) {
  Stream stream(connected().first, sweep_);
  EXPECT_EQ(run(stream.handshake(nullptr)).error().code, Errc::tls);
}

TEST_F(Tls, SpeaksTheNewestVersionAndHttp11) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  ASSERT_TRUE(pair->client_result);
  ASSERT_TRUE(pair->server_result);
  EXPECT_EQ(SSL_version(pair->client.ssl()), TLS1_3_VERSION);
  for (SSL* ssl : {pair->client.ssl(), pair->server.ssl()}) {
    const unsigned char* protocol = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl, &protocol, &size);
    EXPECT_EQ(std::string(reinterpret_cast<const char*>(protocol), size), "http/1.1");
  }
  EXPECT_STREQ(SSL_get_servername(pair->server.ssl(), TLSEXT_NAMETYPE_host_name), "localhost");
}

TEST_F(Tls, ASessionIsResumedButItsNameIsStillChecked) {
  const auto first = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  ASSERT_TRUE(run(first->server.write("x")));
  ASSERT_EQ(read(first->client).value(), "x");  // tickets come before it
  const SslSessionPtr session(SSL_get1_session(first->client.ssl()));
  const auto second =
      shake(client_tls_.connection("localhost", session.get()), server_tls_.connection());
  ASSERT_TRUE(second->client_result);
  EXPECT_EQ(SSL_session_reused(second->client.ssl()), 1);
}

TEST_F(Tls, AnEndMustBeAnnounced) {
  const auto polite = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  polite->server.close();
  EXPECT_EQ(read(polite->client).error().code, Errc::closed);
  const auto cut = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  ::shutdown(SSL_get_fd(cut->server.ssl()),
             SHUT_WR);  // FIN alone: anybody on the way could have sent it
  EXPECT_EQ(read(cut->client).error().code, Errc::protocol);
}

TEST_F(Tls, EndingToSendIsAnnouncedAndLeavesReadingOpen) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  pair->server.end_sending();
  EXPECT_EQ(read(pair->client).error().code, Errc::closed);
  ASSERT_TRUE(run(pair->client.write("still")));
  EXPECT_EQ(read(pair->server).value(), "still");
}

TEST_F(Tls, WritesMuchThroughAPeerThatReadsSlowly) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  const std::string first(3'000'000, 'a');
  const std::string second(5'000'000, 'b');
  Started<Result<void>> writing(context_, pair->client.write(first, second));
  EXPECT_FALSE(writing.done());
  std::string received;
  while (received.size() < first.size() + second.size()) {
    const auto piece = read(pair->server);
    ASSERT_TRUE(piece);
    received.append(*piece);
  }
  EXPECT_TRUE(writing.get());
  EXPECT_TRUE(received == first + second);
}

TEST_F(Tls, ReadsAPieceOfARecordAtATime) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  ASSERT_TRUE(run(pair->server.write("abcdef")));
  EXPECT_EQ(read(pair->client, 2).value(), "ab");
  std::string rest(10, '\0');  // decrypted already: the socket will not become readable for it
  EXPECT_EQ(run(pair->client.read_later(boost::asio::buffer(rest))).value(), 4U);
}

TEST_F(Tls, TicketsAreNeitherBytesNorAnEnd) {
  const auto pair = shake(client_tls_.connection("localhost", nullptr), server_tls_.connection());
  EXPECT_TRUE(pair->client.idle_and_alive()) << "the server's tickets stand unread";
  int gone = 0;
  pair->client.watch_hangup([&] { ++gone; });
  context_.restart();
  context_.poll();
  EXPECT_EQ(gone, 0);
  pair->server.close();
  context_.restart();
  context_.poll();
  EXPECT_EQ(gone, 1);
}

}  // namespace
}  // namespace tollgate::net
