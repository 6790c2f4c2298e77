// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "jws.hpp"

#include <openssl/rsa.h>

#include "tollgate/base/base64.hpp"
#include "tollgate/base/uuid.hpp"

namespace tollgate::simulator {

using nlohmann::json;

namespace {

using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

const unsigned char* bytes_of(const std::string& text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string rs256(EVP_PKEY* key, const std::string& text) {
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  std::string signature(static_cast<std::size_t>(EVP_PKEY_get_size(key)), '\0');
  std::size_t size = signature.size();
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key);
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 bytes_of(text), text.size());
  signature.resize(size);
  return signature;
}

}  // namespace

SigningKey make_signing_key() {
  SigningKey key;
  key.pair = {EVP_RSA_gen(2048), EVP_PKEY_free};
  key.id = to_base64url(make_uuid_v4().to_string().substr(0, 20));
  return key;
}

std::string sign_jwt(const SigningKey& key, const json& claims) {
  const json header{{"typ", "JWT"}, {"alg", "RS256"}, {"kid", key.id}};
  const std::string text = to_base64url(header.dump()) + "." + to_base64url(claims.dump());
  return text + "." + to_base64url(rs256(key.pair.get(), text));
}

std::optional<Jws> split_jwt(const std::string& token) {
  const std::size_t first = token.find('.');
  const std::size_t last = token.rfind('.');
  if (first == std::string::npos || last == first) return std::nullopt;
  const auto header = from_base64url(std::string_view(token).substr(0, first));
  const auto claims = from_base64url(std::string_view(token).substr(first + 1, last - first - 1));
  auto signature = from_base64url(std::string_view(token).substr(last + 1));
  if (!header || !claims || !signature) return std::nullopt;
  Jws out{json::parse(*header, nullptr, false), json::parse(*claims, nullptr, false),
          token.substr(0, last), std::move(*signature)};
  if (!out.header.is_object() || !out.claims.is_object()) return std::nullopt;
  return out;
}

bool signature_holds(const Jws& token, EVP_PKEY* key) {
  const json algorithm = token.header.value("alg", json());
  if (algorithm != "RS256" && algorithm != "PS256") return false;
  const Context context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_PKEY_CTX* options = nullptr;
  EVP_DigestVerifyInit(context.get(), &options, EVP_sha256(), nullptr, key);
  if (algorithm == "PS256") {
    EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_DIGEST);
  }
  return EVP_DigestVerify(context.get(), bytes_of(token.signature), token.signature.size(),
                          bytes_of(token.signed_part), token.signed_part.size()) == 1;
}

}  // namespace tollgate::simulator
