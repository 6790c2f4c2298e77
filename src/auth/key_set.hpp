// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"

namespace tollgate::auth {

/// Signing keys by id. Immutable once made; shared by all workers.
class KeySet {
 public:
  static constexpr std::size_t kMostKeys = 1000;

  /// Reads a JWKS. Keys that cannot be used (other types, uses or algorithms, under 2048 bits,
  /// malformed) are skipped; of two with one id the first counts. Error protocol: no JSON, or not
  /// one usable key.
  static Result<KeySet> parse(std::string_view json);

  bool contains(std::string_view key_id) const;
  /// RS256 over the signed part. Unknown keys verify nothing.
  bool verify(std::string_view key_id, std::string_view signed_part,
              std::string_view signature) const;
  /// Takes over the keys of another set that this one lacks.
  void merge(const KeySet& other);

 private:
  std::map<std::string, std::shared_ptr<EVP_PKEY>, std::less<>> keys_;
};

}  // namespace tollgate::auth
