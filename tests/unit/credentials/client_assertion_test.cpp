// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_assertion.hpp"

#include <gtest/gtest.h>
#include <openssl/err.h>
#include <openssl/sha.h>

#include <nlohmann/json.hpp>

#include "test_certificates.hpp"
#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"
#include "tollgate/base/hex.hpp"

namespace tollgate::credentials {
namespace {

using config::AssertionAlgorithm;
using nlohmann::json;

const AssertionClaims kClaims{"https://login.example/tid/oauth2/v2.0/token", "client-1",
                              Uuid::parse("11111111-2222-4333-8444-555555555555").value(),
                              UtcTime(seconds(1'790'000'000)) + milliseconds(900)};

json part(const std::string& jwt, int index) {
  const std::size_t first = jwt.find('.');
  const std::size_t second = jwt.find('.', first + 1);
  const std::string text =
      index == 0 ? jwt.substr(0, first) : jwt.substr(first + 1, second - first - 1);
  return json::parse(from_base64url(text).value());
}

SigningCertificate load(const std::string& certificates, const std::string& key) {
  Result<SigningCertificate> out = SigningCertificate::from_pem(certificates, key);
  if (!out) throw std::runtime_error(out.error().message);
  return std::move(*out);
}

std::string sha1(const std::string& bytes) {
  std::string out(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       reinterpret_cast<unsigned char*>(out.data()));
  return out;
}

TEST(ClientAssertion, SaysWhoAsksWhomAndForHowLong) {
  const TestCertificate& own = first_certificate();
  const auto jwt =
      make_assertion(load(own.certificate, own.key), AssertionAlgorithm::ps256, false, kClaims);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(part(*jwt, 1), json({{"aud", kClaims.audience},
                                 {"iss", "client-1"},
                                 {"sub", "client-1"},
                                 {"jti", "11111111-2222-4333-8444-555555555555"},
                                 {"nbf", 1'790'000'000},
                                 {"iat", 1'790'000'000},
                                 {"exp", 1'790'000'600}}));
}

TEST(ClientAssertion, Ps256NamesTheCertificateBySha256) {
  const TestCertificate& own = first_certificate();
  const auto jwt =
      make_assertion(load(own.certificate, own.key), AssertionAlgorithm::ps256, false, kClaims);
  ASSERT_TRUE(jwt);
  const Sha256 digest = sha256(own.der);
  const std::string thumbprint(digest.begin(), digest.end());
  EXPECT_EQ(part(*jwt, 0),
            json({{"alg", "PS256"}, {"typ", "JWT"}, {"x5t#S256", to_base64url(thumbprint)}}));
  EXPECT_TRUE(signature_holds(own, "PS256", *jwt));
  EXPECT_FALSE(signature_holds(own, "RS256", *jwt));
  EXPECT_FALSE(signature_holds(second_certificate(), "PS256", *jwt));
}

TEST(ClientAssertion, Rs256NamesTheCertificateBySha1) {
  const TestCertificate& own = first_certificate();
  const auto jwt =
      make_assertion(load(own.certificate, own.key), AssertionAlgorithm::rs256, false, kClaims);
  ASSERT_TRUE(jwt);
  const json header = part(*jwt, 0);
  EXPECT_EQ(header["alg"], "RS256");
  EXPECT_EQ(header["x5t"], to_base64url(sha1(own.der)));
  EXPECT_EQ(from_hex(header["kid"].get<std::string>()), sha1(own.der));
  EXPECT_EQ(header["kid"].get<std::string>().find_first_of("abcdef"), std::string::npos);
  EXPECT_EQ(header.size(), 4U);
  EXPECT_TRUE(signature_holds(own, "RS256", *jwt));
}

TEST(ClientAssertion, TheChainGoesAlongOwnCertificateFirst) {
  const TestCertificate& own = second_certificate();
  // The issuer's certificate stands before the own one: the key decides which is which.
  const SigningCertificate loaded =
      load(first_certificate().certificate + own.certificate, own.key);
  const auto jwt = make_assertion(loaded, AssertionAlgorithm::ps256, true, kClaims);
  ASSERT_TRUE(jwt);
  const json chain = part(*jwt, 0)["x5c"];
  ASSERT_EQ(chain.size(), 2U);
  std::string decoded(own.der.size() + 2, '\0');
  const auto text = chain[0].get<std::string>();
  EVP_DecodeBlock(reinterpret_cast<unsigned char*>(decoded.data()),
                  reinterpret_cast<const unsigned char*>(text.data()),
                  static_cast<int>(text.size()));
  EXPECT_EQ(decoded.substr(0, own.der.size()), own.der);
  EXPECT_NE(chain[1], chain[0]);
}

TEST(SigningCertificate, IsReadFromOneFileInEitherOrder) {
  const TestCertificate& own = first_certificate();
  for (const std::string& file :
       {own.key + own.certificate, own.certificate + own.key,
        "Bag Attributes\n  friendlyName: x\n" + own.certificate + "\n\n" + own.key}) {
    EXPECT_EQ(load(file, file).chain(), std::vector<std::string>{own.der});
  }
}

TEST(SigningCertificate, SaysWhatDoesNotFit) {
  const TestCertificate& own = first_certificate();
  const auto fault = [](const std::string& certificates, const std::string& key) {
    const auto loaded = SigningCertificate::from_pem(certificates, key);
    EXPECT_FALSE(loaded);
    EXPECT_EQ(loaded.error().code, Errc::invalid_input);
    return loaded.error().message;
  };
  const std::string no_key = "no unencrypted PEM private key in the credential's file";
  const std::string no_fit = "no certificate in the credential's file fits its private key";
  EXPECT_EQ(fault(own.certificate, ""), no_key);
  EXPECT_EQ(fault(own.certificate, own.certificate), no_key);
  EXPECT_EQ(fault(own.certificate, own.key.substr(0, own.key.size() / 2)), no_key);
  EXPECT_EQ(fault(own.certificate, encrypted_key()), no_key);
  EXPECT_EQ(fault("", own.key), no_fit);
  EXPECT_EQ(fault(second_certificate().certificate, own.key), no_fit);
  EXPECT_EQ(fault(curve_certificate().certificate, curve_certificate().key),
            "the certificate's key is no RSA key");
  EXPECT_EQ(ERR_peek_error(), 0U)
      << "an error left in OpenSSL's queue would fail the next TLS call";
}

}  // namespace
}  // namespace tollgate::credentials
