// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "client_certificate.hpp"

#include <openssl/pem.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

#include <functional>
#include <stdexcept>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/digest.hpp"

namespace tollgate::simulator {
namespace {

std::string written(const std::function<int(BIO*)>& write) {
  const std::unique_ptr<BIO, int (*)(BIO*)> bio(BIO_new(BIO_s_mem()), BIO_free);
  if (write(bio.get()) != 1) throw std::runtime_error("cannot write a client certificate");
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace

ClientCertificate make_client_certificate(const std::string& name) {
  ClientCertificate out;
  out.name = name;
  out.pair = {EVP_RSA_gen(2048), EVP_PKEY_free};
  const std::unique_ptr<X509, void (*)(X509*)> owned(X509_new(), X509_free);
  X509* const x = owned.get();
  X509_set_version(x, 2);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 30L * 24 * 3600);
  X509_set_pubkey(x, out.pair.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(x));
  if (X509_sign(x, out.pair.get(), EVP_sha256()) == 0) {
    throw std::runtime_error("cannot sign a client certificate");
  }
  out.pem =
      written([&](BIO* bio) { return PEM_write_bio_X509(bio, x); }) + written([&](BIO* bio) {
        return PEM_write_bio_PrivateKey(bio, out.pair.get(), nullptr, nullptr, 0, nullptr, nullptr);
      });
  const std::string der = written([&](BIO* bio) { return i2d_X509_bio(bio, x); });
  const Sha256 digest = sha256(der);
  out.sha256_thumbprint =
      to_base64url({reinterpret_cast<const char*>(digest.data()), digest.size()});
  std::string sha1(SHA_DIGEST_LENGTH, '\0');
  SHA1(reinterpret_cast<const unsigned char*>(der.data()), der.size(),
       reinterpret_cast<unsigned char*>(sha1.data()));
  out.sha1_thumbprint = to_base64url(sha1);
  return out;
}

}  // namespace tollgate::simulator
