// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tollgate::auth {

/// An issuer's RSA key pair. Made once per process and id, because that is slow.
class Signer {
 public:
  static const Signer& of(const std::string& key_id, unsigned bits = 2048);

  /// The public key as an entry of a JWKS.
  nlohmann::json jwk() const;
  /// RS256.
  std::string sign(std::string_view text) const;
  /// A token with this key's header, or with the header given.
  std::string token(const nlohmann::json& claims) const;
  std::string token(const std::string& header, const std::string& claims) const;

 private:
  Signer(std::string key_id, unsigned bits);

  std::string key_id_;
  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
};

/// The JWKS of these keys.
std::string key_document(const std::vector<nlohmann::json>& keys);

}  // namespace tollgate::auth
