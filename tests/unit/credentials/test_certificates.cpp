// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "test_certificates.hpp"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <functional>

#include "tollgate/base/base64.hpp"

namespace tollgate::credentials {
namespace {

std::string written(const std::function<void(BIO*)>& write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  write(bio.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

TestCertificate make(EVP_PKEY* pair) {
  TestCertificate out;
  out.public_key = {pair, EVP_PKEY_free};
  const std::unique_ptr<X509, void (*)(X509*)> x(X509_new(), X509_free);
  X509_set_version(x.get(), 2);
  X509_gmtime_adj(X509_getm_notBefore(x.get()), 0);
  X509_gmtime_adj(X509_getm_notAfter(x.get()), 3600);
  X509_set_pubkey(x.get(), pair);
  X509_sign(x.get(), pair, EVP_sha256());
  out.certificate = written([&](BIO* bio) { PEM_write_bio_X509(bio, x.get()); });
  out.der = written([&](BIO* bio) { i2d_X509_bio(bio, x.get()); });
  out.key = written([&](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, pair, nullptr, nullptr, 0, nullptr, nullptr);
  });
  return out;
}

}  // namespace

const TestCertificate& first_certificate() {
  static const TestCertificate certificate = make(EVP_RSA_gen(1024));
  return certificate;
}

const TestCertificate& second_certificate() {
  static const TestCertificate certificate = make(EVP_RSA_gen(1024));
  return certificate;
}

const TestCertificate& curve_certificate() {
  static const TestCertificate certificate = make(EVP_EC_gen("P-256"));
  return certificate;
}

std::string encrypted_key() {
  return written([](BIO* bio) {
    PEM_write_bio_PrivateKey(bio, first_certificate().public_key.get(), EVP_aes_128_cbc(),
                             reinterpret_cast<const unsigned char*>("password"), 8, nullptr,
                             nullptr);
  });
}

bool signature_holds(const TestCertificate& certificate, const std::string& algorithm,
                     const std::string& jwt) {
  const std::size_t dot = jwt.rfind('.');
  const std::string text = jwt.substr(0, dot);
  const auto signature = from_base64url(std::string_view(jwt).substr(dot + 1));
  if (!signature) return false;
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr,
                       certificate.public_key.get());
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  return EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature->data()),
                          signature->size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

}  // namespace tollgate::credentials
