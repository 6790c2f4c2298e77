// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tollgate/base/error.hpp"
#include "tollgate/config/config.hpp"

namespace tollgate::credentials {

/// An X.509 certificate with its RSA key and the rest of its chain.
class SigningCertificate {
 public:
  /// Certificates in any order, the key in the same text or another, unencrypted. The certificate
  /// is the one that the key fits. Error invalid_input: no key, no RSA key, or no certificate that
  /// it fits.
  static Result<SigningCertificate> from_pem(std::string_view certificates, std::string_view key);

  /// DER, the own certificate first, the others as they stood.
  const std::vector<std::string>& chain() const { return chain_; }
  /// Of the own certificate.
  std::string sha256_thumbprint() const;
  std::string sha1_thumbprint() const;

  /// RSASSA-PSS (salt as long as the digest) or RSASSA-PKCS1-v1_5, both with SHA-256. Error
  /// internal.
  Result<std::string> sign(config::AssertionAlgorithm algorithm, std::string_view text) const;

 private:
  struct Free {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  };

  std::unique_ptr<EVP_PKEY, Free> key_;
  std::vector<std::string> chain_;
};

}  // namespace tollgate::credentials
