// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "certificate_authority.hpp"

#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <stdexcept>

namespace tollgate::simulator {
namespace {

struct FreeBio {
  void operator()(BIO* x) const { BIO_free(x); }
};
using Bio = std::unique_ptr<BIO, FreeBio>;

std::string text_of(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string pem(X509* certificate) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509(bio.get(), certificate);
  return text_of(bio.get());
}

std::string pem(EVP_PKEY* key) {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey(bio.get(), key, nullptr, nullptr, 0, nullptr, nullptr);
  return text_of(bio.get());
}

void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) throw std::runtime_error("cannot make a certificate extension");
  X509_add_ext(certificate, extension, -1);
  X509_EXTENSION_free(extension);
}

/// The part all certificates share; `issuer` null: it names itself. Not yet signed.
X509* begin_certificate(const std::string& name, EVP_PKEY* key, X509* issuer,
                        const CertificateSpec& validity) {
  X509* x = X509_new();
  X509_set_version(x, 2);
  long serial = 0;
  RAND_bytes(reinterpret_cast<unsigned char*>(&serial), 4);
  ASN1_INTEGER_set(X509_get_serialNumber(x), serial);
  X509_gmtime_adj(X509_getm_notBefore(x), validity.valid_from);
  X509_gmtime_adj(X509_getm_notAfter(x), validity.valid_until);
  X509_set_pubkey(x, key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(x, X509_get_subject_name(issuer == nullptr ? x : issuer));
  return x;
}

void sign(X509* certificate, EVP_PKEY* key, const EVP_MD* digest) {
  if (X509_sign(certificate, key, digest) == 0) {
    throw std::runtime_error("cannot sign a certificate");
  }
}

}  // namespace

CertificateAuthority::CertificateAuthority() : CertificateAuthority(nullptr, {}) {}

CertificateAuthority::CertificateAuthority(const CertificateAuthority* issuer,
                                           const std::string& name_constraints)
    : key_(EVP_EC_gen("P-256")) {
  X509* parent = issuer == nullptr ? nullptr : issuer->certificate_.get();
  const char* name = issuer == nullptr ? "Tollgate simulator CA" : "Tollgate simulator sub-CA";
  certificate_.reset(begin_certificate(name, key_.get(), parent, {}));
  X509* x = certificate_.get();
  if (parent == nullptr) parent = x;
  extend(x, parent, NID_basic_constraints, "critical,CA:TRUE");
  extend(x, parent, NID_key_usage, "critical,keyCertSign,cRLSign");
  extend(x, parent, NID_subject_key_identifier, "hash");
  if (issuer != nullptr) extend(x, parent, NID_authority_key_identifier, "keyid");
  extend(x, parent, NID_name_constraints, name_constraints);
  sign(x, issuer == nullptr ? key_.get() : issuer->key_.get(), EVP_sha256());
  ca_pem_ = pem(x);
  if (issuer != nullptr) issuers_pem_ = ca_pem_ + issuer->issuers_pem_;
}

CertificateAuthority CertificateAuthority::make_intermediate(
    const std::string& name_constraints) const {
  return {this, name_constraints};
}

IssuedCertificate CertificateAuthority::issue(const CertificateSpec& spec) const {
  const Key key(spec.weak_key ? EVP_RSA_gen(1024) : EVP_EC_gen("P-256"));
  X509* parent = spec.self_signed ? nullptr : certificate_.get();
  const Certificate certificate(begin_certificate(spec.common_name, key.get(), parent, spec));
  X509* x = certificate.get();
  if (parent == nullptr) parent = x;
  extend(x, parent, NID_basic_constraints, "critical,CA:FALSE");
  extend(x, parent, NID_subject_alt_name, spec.alt_names);
  extend(x, parent, NID_ext_key_usage, spec.key_usage);
  extend(x, parent, NID_subject_key_identifier, "hash");
  if (!spec.self_signed) extend(x, parent, NID_authority_key_identifier, "keyid");
  sign(x, spec.self_signed ? key.get() : key_.get(),
       spec.weak_signature ? EVP_sha1() : EVP_sha256());
  return {pem(x), issuers_pem_, pem(key.get())};
}

boost::asio::ssl::context CertificateAuthority::server_context() const {
  namespace ssl = boost::asio::ssl;
  CertificateSpec spec;
  // Names and an address that are not this host's own, for who reaches it through a proxy.
  spec.alt_names += ",DNS:*.azure.example,IP:0.0.0.0";
  const IssuedCertificate server = issue(spec);
  ssl::context context(ssl::context::tls_server);
  context.use_certificate_chain(boost::asio::buffer(server.chain_pem()));
  context.use_private_key(boost::asio::buffer(server.key_pem), ssl::context::pem);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  return context;
}

}  // namespace tollgate::simulator
