// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

#include <boost/asio/ssl/context.hpp>

namespace tollgate::simulator {

/// What a server's certificate says. The defaults make a good one; tests break them one at a time.
struct CertificateSpec {
  std::string common_name = "localhost";
  std::string alt_names = "DNS:localhost,IP:127.0.0.1";  ///< empty: none
  std::string key_usage = "serverAuth";                  ///< extended
  long valid_from = -3600;                               ///< seconds from now
  long valid_until = 30L * 24 * 3600;
  bool weak_key = false;        ///< RSA of 1024 bits
  bool weak_signature = false;  ///< by SHA-1
  bool self_signed = false;
};

struct IssuedCertificate {
  std::string certificate_pem;
  std::string issuers_pem;  ///< the intermediate authorities, for the chain
  std::string key_pem;

  std::string chain_pem() const { return certificate_pem + issuers_pem; }
};

/// A throw-away certificate authority, made anew at each start.
class CertificateAuthority {
 public:
  CertificateAuthority();

  const std::string& certificate_pem() const { return ca_pem_; }

  IssuedCertificate issue(const CertificateSpec& spec) const;
  /// An authority below this one. `name_constraints` is in OpenSSL's words; empty: none.
  CertificateAuthority make_intermediate(const std::string& name_constraints) const;

  /// A server context whose certificate is for localhost and 127.0.0.1, and for what reaches it
  /// through a proxy: names below azure.example and 0.0.0.0.
  boost::asio::ssl::context server_context() const;

 private:
  struct Free {
    void operator()(X509* x) const { X509_free(x); }
    void operator()(EVP_PKEY* x) const { EVP_PKEY_free(x); }
  };
  using Certificate = std::unique_ptr<X509, Free>;
  using Key = std::unique_ptr<EVP_PKEY, Free>;

  CertificateAuthority(const CertificateAuthority* issuer, const std::string& name_constraints);

  Key key_;
  Certificate certificate_;
  std::string ca_pem_;
  std::string issuers_pem_;
};

}  // namespace tollgate::simulator
