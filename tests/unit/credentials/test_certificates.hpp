// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

namespace tollgate::credentials {

/// A self-signed certificate made for the tests: its parts as PEM, and its public key to check
/// signatures by.
struct TestCertificate {
  std::string certificate;
  std::string key;
  std::string der;
  std::shared_ptr<EVP_PKEY> public_key;
};

/// Two RSA certificates, the same throughout a run; small, since only their form matters here.
const TestCertificate& first_certificate();
const TestCertificate& second_certificate();
/// With an elliptic curve's key.
const TestCertificate& curve_certificate();
/// The first one's key, encrypted.
std::string encrypted_key();

/// Whether the JWT's signature holds under the algorithm of its name, PS256 or RS256.
bool signature_holds(const TestCertificate& certificate, const std::string& algorithm,
                     const std::string& jwt);

}  // namespace tollgate::credentials
