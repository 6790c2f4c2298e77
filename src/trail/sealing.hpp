// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tollgate/base/error.hpp"
#include "tollgate/base/secret.hpp"

// AES-256-GCM (NIST SP 800-38D) and the random numbers for it, by OpenSSL.
namespace tollgate::trail {

inline constexpr std::size_t kKeyBytes = 32;
inline constexpr std::size_t kNonceBytes = 12;

/// From the system's generator. Error internal: it gives none.
Result<std::string> random_bytes(std::size_t count);

/// Random numbers for many rows, of which each takes few: from the generator in larger pieces. Each
/// is given once, and nothing of it stays. One thread's.
class RandomPool {
 public:
  /// Error internal: the generator gives none.
  Result<std::string> take(std::size_t count);

 private:
  std::string left_;
};

/// A random 96-bit nonce, the ciphertext and its 128-bit tag. `key` has kKeyBytes; one key may seal
/// 2^32 texts (SP 800-38D 8.3). Error internal.
Result<std::string> seal(const Secret& key, std::string_view bound_to, std::string_view text);

/// Seals many texts under one key with nonces from a RandomPool: the key is set up once. One
/// thread's.
class Sealer {
 public:
  explicit Sealer(const Secret& key);
  /// As seal().
  Result<std::string> seal(std::string_view nonce, std::string_view bound_to,
                           std::string_view text);

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  /// Null: OpenSSL did not take the key.
  std::unique_ptr<evp_cipher_ctx_st, Free> cipher_;
};

/// What was sealed; nullopt when a bit of it, the key or what it is bound to is another one.
std::optional<std::string> open_sealed(const Secret& key, std::string_view bound_to,
                                       std::string_view sealed);

/// Texts put together so that no others give the same: each with its size in front.
std::string joined(std::initializer_list<std::string_view> texts);

}  // namespace tollgate::trail
