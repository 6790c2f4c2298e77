// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#include "key_set.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include <algorithm>

#include <nlohmann/json.hpp>

#include "tollgate/base/base64.hpp"

namespace tollgate::auth {
namespace {

using nlohmann::json;

constexpr int kLeastBits = 2048;
constexpr int kMostBits = 8192;

struct Free {
  void operator()(BIGNUM* number) const { BN_free(number); }
  void operator()(OSSL_PARAM_BLD* builder) const { OSSL_PARAM_BLD_free(builder); }
  void operator()(OSSL_PARAM* params) const { OSSL_PARAM_free(params); }
  void operator()(EVP_PKEY_CTX* context) const { EVP_PKEY_CTX_free(context); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

Owned<BIGNUM> number(const std::string& bytes) {
  return Owned<BIGNUM>(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                 static_cast<int>(bytes.size()), nullptr));
}

std::shared_ptr<EVP_PKEY> make_key(const std::string& modulus, const std::string& exponent) {
  const auto n = number(modulus);
  const auto e = number(exponent);
  const int bits = n ? BN_num_bits(n.get()) : 0;
  if (bits < kLeastBits || bits > kMostBits || !e || !BN_is_odd(e.get()) || BN_is_one(e.get())) {
    return nullptr;
  }
  const Owned<OSSL_PARAM_BLD> builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
  const Owned<OSSL_PARAM> params(OSSL_PARAM_BLD_to_param(builder.get()));
  const Owned<EVP_PKEY_CTX> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (!context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, params.get()) != 1) {
    ERR_clear_error();
    return nullptr;
  }
  return {key, EVP_PKEY_free};
}

std::string text_member(const json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

/// RFC 7517 4.2 and 4.3: what a key is for; one that says nothing is for anything.
bool is_for_signatures(const json& entry) {
  const std::string use = text_member(entry, "use");
  if (!use.empty() && use != "sig") return false;
  const auto operations = entry.find("key_ops");
  if (operations == entry.end()) return true;
  return operations->is_array() &&
         std::find(operations->begin(), operations->end(), "verify") != operations->end();
}

std::shared_ptr<EVP_PKEY> usable_key(const json& entry) {
  if (!entry.is_object() || text_member(entry, "kty") != "RSA") return nullptr;
  const std::string algorithm = text_member(entry, "alg");
  if (!is_for_signatures(entry) || (!algorithm.empty() && algorithm != "RS256")) return nullptr;
  const auto modulus = from_base64url(text_member(entry, "n"));
  const auto exponent = from_base64url(text_member(entry, "e"));
  if (!modulus || !exponent) return nullptr;
  return make_key(*modulus, *exponent);
}

}  // namespace

Result<KeySet> KeySet::parse(std::string_view text) {
  const json document = json::parse(text, nullptr, false);
  const Error useless{Errc::protocol, "the key document holds no usable key"};
  if (!document.is_object()) return useless;
  const auto keys = document.find("keys");
  if (keys == document.end() || !keys->is_array()) return useless;
  KeySet out;
  for (const json& entry : *keys) {
    if (out.keys_.size() == kMostKeys) break;
    auto key = usable_key(entry);
    const std::string key_id = key ? text_member(entry, "kid") : std::string();
    if (!key_id.empty()) out.keys_.emplace(key_id, std::move(key));
  }
  if (out.keys_.empty()) return useless;
  return out;
}

bool KeySet::contains(std::string_view key_id) const { return keys_.find(key_id) != keys_.end(); }

bool KeySet::verify(std::string_view key_id, std::string_view signed_part,
                    std::string_view signature) const {
  const auto key = keys_.find(key_id);
  if (key == keys_.end()) return false;
  const Owned<EVP_MD_CTX> context(EVP_MD_CTX_new());
  const bool verified =
      context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key->second.get()) == 1 &&
      EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(signed_part.data()),
                       signed_part.size()) == 1;
  ERR_clear_error();
  return verified;
}

void KeySet::merge(const KeySet& other) { keys_.insert(other.keys_.begin(), other.keys_.end()); }

}  // namespace tollgate::auth
