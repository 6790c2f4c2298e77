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

namespace tollgate::seals {

/// AES-256-SIV (RFC 5297) by OpenSSL, without a nonce: the same text is sealed to the same bytes
/// each time, and nothing else is told of it. Any thread.
class Siv {
 public:
  static constexpr std::size_t kKeyBytes = 64;
  static constexpr std::size_t kTagBytes = 16;

  /// Error internal: OpenSSL does not take the key, which has kKeyBytes.
  static Result<Siv> make(const Secret& key);

  /// The tag, then as many bytes as the text has; neither it nor `bound_to` is empty. nullopt:
  /// OpenSSL fails.
  std::optional<std::string> seal(std::string_view bound_to, std::string_view text) const;
  /// What was sealed; nullopt when a bit of it, the key or what it is bound to is another one.
  std::optional<std::string> open(std::string_view bound_to, std::string_view sealed) const;

 private:
  struct Free {
    void operator()(evp_cipher_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_cipher_ctx_st, Free>;

  Siv(Context sealing, Context opening)
      : sealing_(std::move(sealing)), opening_(std::move(opening)) {}
  static Context begin(const Secret& key, bool seals);
  /// One with its key, for one text.
  static Context like(const Context& ready);

  Context sealing_;
  Context opening_;
};

}  // namespace tollgate::seals
