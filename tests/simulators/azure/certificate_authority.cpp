// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_authority.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace tollgate::simulator {
namespace {

struct Free {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
  void operator()(BIO* x) const { BIO_free(x); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem(EVP_PKEY* key) {
  const Owned<BIO> bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value);
  if (extension == nullptr) throw std::runtime_error("cannot make a certificate extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

Owned<X509> make_certificate(const char* name, EVP_PKEY* key, X509* issuer, EVP_PKEY* issuer_key) {
  Owned<X509> out(X509_new());
  X509* x = out.get();
  X509_set_version(x, 2);
  long serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4);
  ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
  X509_gmtime_adj(X509_getm_notBefore(x), -3600);
  X509_gmtime_adj(X509_getm_notAfter(x), 30L * 24 * 3600);
  X509_set_pubkey(x, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
  X509* parent = issuer == nullptr ? x : issuer;
  X509_set_issuer_name(x, X509_get_subject_name(parent));
  if (issuer == nullptr) {
    extend(x, x, NID_basic_constraints, "critical,CA:TRUE");
    extend(x, x, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(x, x, NID_subject_key_identifier, "hash");
  } else {
    extend(x, parent, NID_basic_constraints, "critical,CA:FALSE");
    extend(x, parent, NID_subject_alt_name, "DNS:localhost,IP:127.0.0.1");
    extend(x, parent, NID_ext_key_usage, "serverAuth");
    extend(x, parent, NID_subject_key_identifier, "hash");
    extend(x, parent, NID_authority_key_identifier, "keyid");
  }
  if (X509_sign(x, issuer_key, EVP_sha256()) == 0) throw std::runtime_error("cannot sign a certificate");
  return out;
}

}  // namespace

CertificateAuthority::CertificateAuthority() {
  const Owned<EVP_PKEY> ca_key(EVP_EC_gen("P-256"));
  const Owned<EVP_PKEY> server_key(EVP_EC_gen("P-256"));
  const auto ca = make_certificate("Tollgate simulator CA", ca_key.get(), nullptr, ca_key.get());
  const auto server = make_certificate("localhost", server_key.get(), ca.get(), ca_key.get());
  ca_pem_ = pem(ca.get());
  server_pem_ = pem(server.get());
  server_key_pem_ = pem(server_key.get());
}

boost::asio::ssl::context CertificateAuthority::server_context() const {
  namespace ssl = boost::asio::ssl;
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain(boost::asio::buffer(server_pem_));
  context.use_private_key(boost::asio::buffer(server_key_pem_), ssl::context::pem);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  return context;
}

}  // namespace tollgate::simulator
