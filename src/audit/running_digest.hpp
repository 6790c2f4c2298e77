// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <openssl/evp.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace tollgate::audit {

/// Size and SHA-256 of bytes that come in pieces.
class RunningDigest {
 public:
  RunningDigest();

  void add(std::string_view bytes);
  std::uint64_t bytes() const { return bytes_; }
  /// Lower-case hexadecimal, of everything so far; more may follow.
  std::string hex() const;

 private:
  struct Free {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  };
  std::unique_ptr<EVP_MD_CTX, Free> context_;
  std::uint64_t bytes_ = 0;
};

}  // namespace tollgate::audit
