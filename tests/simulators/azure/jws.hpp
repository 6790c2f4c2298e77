// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

namespace tollgate::simulator {

/// An RSA key pair and the name it goes by.
struct SigningKey {
  std::shared_ptr<EVP_PKEY> pair;
  std::string id;
};

SigningKey make_signing_key();

/// A signed JWT (RS256) whose header names the key.
std::string sign_jwt(const SigningKey& key, const nlohmann::json& claims);

/// A JWT taken apart, nothing checked.
struct Jws {
  nlohmann::json header;
  nlohmann::json claims;
  std::string signed_part;
  std::string signature;
};

/// nullopt when it is not three parts of base64url with JSON objects in the first two.
std::optional<Jws> split_jwt(const std::string& token);

/// Whether the signature holds under its header's algorithm, RS256 or PS256; no other does.
bool signature_holds(const Jws& token, EVP_PKEY* key);

}  // namespace tollgate::simulator
