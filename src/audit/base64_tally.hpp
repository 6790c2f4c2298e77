// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <string_view>

#include "running_digest.hpp"

namespace tollgate::audit {

/// Whether the character is one of base64's, of either alphabet (RFC 4648 sections 4 and 5), or its
/// padding.
bool is_base64(char c);

/// Size and SHA-256 of what base64 text stands for, which is kept nowhere. Texts that were each
/// padded may follow one another.
class Base64Tally {
 public:
  void add(std::string_view text);
  /// Of whole bytes so far.
  const RunningDigest& digest() const { return digest_; }
  /// Characters that were no base64 and stand for nothing.
  std::uint64_t strange() const { return strange_; }

 private:
  RunningDigest digest_;
  std::uint32_t bits_ = 0;
  unsigned bit_count_ = 0;
  std::uint64_t strange_ = 0;
};

}  // namespace tollgate::audit
