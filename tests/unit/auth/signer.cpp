// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "signer.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/rsa.h>

#include <map>
#include <utility>

#include "tollgate/base/base64.hpp"

namespace tollgate::auth {
namespace {

std::string public_number(EVP_PKEY* key, const char* name) {
  BIGNUM* number = nullptr;
  EVP_PKEY_get_bn_param(key, name, &number);
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return to_base64url(bytes);
}

}  // namespace

Signer::Signer(std::string key_id, unsigned bits)
    : key_id_(std::move(key_id)), key_(EVP_RSA_gen(bits), EVP_PKEY_free) {}

const Signer& Signer::of(const std::string& key_id, unsigned bits) {
  static std::map<std::string, Signer> made;
  const auto found = made.find(key_id);
  return found != made.end() ? found->second
                             : made.emplace(key_id, Signer(key_id, bits)).first->second;
}

nlohmann::json Signer::jwk() const {
  return {{"kty", "RSA"},
          {"use", "sig"},
          {"kid", key_id_},
          {"n", public_number(key_.get(), OSSL_PKEY_PARAM_RSA_N)},
          {"e", public_number(key_.get(), OSSL_PKEY_PARAM_RSA_E)}};
}

std::string Signer::sign(std::string_view text) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key_.get())), '\0');
  std::size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get());
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 reinterpret_cast<const unsigned char*>(text.data()), text.size());
  return signature;
}

std::string Signer::token(const nlohmann::json& claims) const {
  const nlohmann::json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key_id_}};
  return token(header.dump(), claims.dump());
}

std::string Signer::token(const std::string& header, const std::string& claims) const {
  const std::string signed_part = to_base64url(header) + "." + to_base64url(claims);
  return signed_part + "." + to_base64url(sign(signed_part));
}

std::string key_document(const std::vector<nlohmann::json>& keys) {
  return nlohmann::json{{"keys", keys}}.dump();
}

}  // namespace tollgate::auth
