// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>

namespace tollgate::simulator {

/// A self-signed RSA certificate of an application, made at start.
struct ClientCertificate {
  std::string name;  ///< its file is NAME.pem: certificate and key
  std::shared_ptr<EVP_PKEY> pair;
  std::string pem;
  std::string sha256_thumbprint;  ///< base64url
  std::string sha1_thumbprint;    ///< base64url
};

ClientCertificate make_client_certificate(const std::string& name);

}  // namespace tollgate::simulator
