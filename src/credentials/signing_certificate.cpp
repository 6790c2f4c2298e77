// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "signing_certificate.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>

namespace tollgate::credentials {
namespace {

struct Free {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

/// OpenSSL's errors are a queue of the thread, which its next TLS call would take for its own.
struct ClearErrors {
  ~ClearErrors() { ERR_clear_error(); }
};

Owned<BIO> reader_of(std::string_view text) {
  return Owned<BIO>(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

/// Without one of its own, OpenSSL asks for a password at the terminal.
int no_password(char*, int, int, void*) { return -1; }

std::vector<Owned<X509>> read_certificates(std::string_view pem) {
  std::vector<Owned<X509>> out;
  const Owned<BIO> bio = reader_of(pem);
  while (X509* certificate = PEM_read_bio_X509(bio.get(), nullptr, no_password, nullptr)) {
    out.emplace_back(certificate);
  }
  return out;
}

std::string der_of(X509* certificate) {
  unsigned char* bytes = nullptr;
  const int size = i2d_X509(certificate, &bytes);
  std::string out(reinterpret_cast<const char*>(bytes),
                  size > 0 ? static_cast<std::size_t>(size) : 0);
  OPENSSL_free(bytes);
  return out;
}

std::string digest(const EVP_MD* algorithm, std::string_view bytes) {
  std::string out(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), &size,
             algorithm, nullptr);
  out.resize(size);
  return out;
}

Error unfit(const char* why) { return {Errc::invalid_input, why}; }

}  // namespace

Result<SigningCertificate> SigningCertificate::from_pem(std::string_view certificates,
                                                        std::string_view key) {
  const ClearErrors clear;
  SigningCertificate out;
  out.key_.reset(PEM_read_bio_PrivateKey(reader_of(key).get(), nullptr, no_password, nullptr));
  if (!out.key_) return unfit("no unencrypted PEM private key in the credential's file");
  if (EVP_PKEY_is_a(out.key_.get(), "RSA") != 1)
    return unfit("the certificate's key is no RSA key");
  std::vector<Owned<X509>> found = read_certificates(certificates);
  const auto own = std::find_if(found.begin(), found.end(), [&](const Owned<X509>& certificate) {
    return X509_check_private_key(certificate.get(), out.key_.get()) == 1;
  });
  if (own == found.end())
    return unfit("no certificate in the credential's file fits its private key");
  std::rotate(found.begin(), own, own + 1);
  for (const Owned<X509>& certificate : found) out.chain_.push_back(der_of(certificate.get()));
  return out;
}

std::string SigningCertificate::sha256_thumbprint() const {
  return digest(EVP_sha256(), chain_.front());
}

std::string SigningCertificate::sha1_thumbprint() const {
  return digest(EVP_sha1(), chain_.front());
}

Result<std::string> SigningCertificate::sign(config::AssertionAlgorithm algorithm,
                                             std::string_view text) const {
  const ClearErrors clear;
  const bool pss = algorithm == config::AssertionAlgorithm::ps256;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* options = nullptr;  // the context's own
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  const bool signed_it =
      EVP_DigestSignInit(context.get(), &options, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(options, pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING) == 1 &&
      (!pss || EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST) == 1) &&
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
  if (!signed_it) return Error{Errc::internal, "the assertion could not be signed"};
  signature.resize(size);
  return signature;
}

}  // namespace tollgate::credentials
