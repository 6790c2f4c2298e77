// SPDX-FileCopyrightText: Tollgate authors
// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tollgate/base/secret.hpp"

namespace tollgate::redaction {

/// Finds given values in a text. One look a byte, however many there are: a table of their last
/// eight bytes, which in generated keys are as good as different, says where to compare.
class ExactSecrets {
 public:
  struct Match {
    std::size_t begin = 0;
    std::size_t end = 0;
  };

  /// Each of at least eight bytes.
  explicit ExactSecrets(std::vector<Secret> secrets);
  /// Of those that begin at `from` or behind it, the one that ends first behind `behind`; of
  /// several that end there the longest. So one that holds another is found as well: it ends later.
  std::optional<Match> find(std::string_view text, std::size_t from, std::size_t behind) const;
  /// Bytes of the longest.
  std::size_t longest() const { return longest_; }
  /// Each has a stretch of so many bytes without a blank; behind all sizes where there are none.
  std::size_t shortest_word() const { return shortest_word_; }

 private:
  static constexpr std::size_t kEnd = 8;
  static constexpr std::size_t kFilterBits = std::size_t{1} << 16;

  static std::uint64_t end_of(const char* behind);
  static std::size_t filter_bit(std::uint64_t end) { return (end * 0x9E3779B97F4A7C15ULL) >> 48; }
  std::size_t longest_before(std::string_view text, std::size_t from, std::size_t end) const;

  std::vector<Secret> secrets_;
  std::unordered_multimap<std::uint64_t, std::size_t> by_end_;
  std::vector<bool> filter_;
  std::size_t longest_ = 0;
  std::size_t shortest_word_ = static_cast<std::size_t>(-1);
};

}  // namespace tollgate::redaction
