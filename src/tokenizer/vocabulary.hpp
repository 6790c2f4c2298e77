// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "tollgate/tokenizer/tokenizer.hpp"

namespace tollgate::tokenizer {

/// Greater than every rank.
constexpr std::uint32_t kNoRank = 0xFFFFFFFF;
constexpr std::size_t kLongestToken = 128;

/// The tokens of an encoding by their bytes: an open hash table over the linked data, which it
/// points into.
class Vocabulary {
 public:
  /// Built at the first call; any thread. Lives to the end of the process.
  static const Vocabulary& of(Encoding encoding);

  /// The rank of a token, kNoRank when there is none with these bytes. Every single byte is one.
  std::uint32_t rank(std::string_view bytes) const;

  /// rank() of two bytes.
  std::uint32_t pair_rank(char first, char second) const {
    return pairs_[static_cast<unsigned char>(first) * 256u + static_cast<unsigned char>(second)];
  }

  std::size_t size() const { return size_; }

 private:
  struct Slot {
    std::uint32_t offset : 24 = 0;
    std::uint32_t length : 8 = 0;  // 0: the slot is empty
    std::uint32_t rank : 18 = 0;
    std::uint32_t tag : 14 = 0;  // of the hash: a token is compared only where it agrees
  };

  explicit Vocabulary(std::string_view data);
  void insert(std::uint32_t rank, std::size_t offset, std::size_t length);

  const char* tokens_;
  std::size_t size_;
  std::vector<Slot> slots_;           // a power of two, at most half full
  std::vector<std::uint32_t> pairs_;  // the tokens of two bytes: most of all look-ups
};

}  // namespace tollgate::tokenizer
